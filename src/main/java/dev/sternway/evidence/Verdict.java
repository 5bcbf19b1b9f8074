package dev.sternway.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether an incident's systems are well again: five parts, all of which must have passed (S1-19).
 *
 * <p>Results of checks come from entries of step {@code runChecks}: one entry for one check with details {@code {"check",
 * "part"}}, or one for all with {@code {"checks": [{"check", "part", "outcome", "seen"}]}} and an {@link
 * Evidence.Outcome}. A watch that ended in a relapse names the check that failed: {@code {"check"}}.
 *
 * @param parts one for each {@link Check.Part}, in its order
 * @param notes what a reader must know to judge it, e.g. shortened windows
 */
public record Verdict(List<PartVerdict> parts, List<String> notes) {
    private static final String RUN_CHECKS = "runChecks";

    /** Steps that change the live system: what was measured before the last of them says nothing about now. */
    private static final Set<String> CHANGES =
            Set.of("switchToggle", "stopService", "startService", "revertImage", "swapStore", "swapStoreBack");

    /** How a part stands. */
    public enum Result {
        PASSED,
        FAILED,
        UNKNOWN
    }

    /** One part with the reasons for its result. */
    public record PartVerdict(Check.Part part, Result result, List<Reason> reasons) {}

    /**
     * Why a part stands as it does.
     *
     * @param check the check's id, or null when there is none
     */
    public record Reason(String check, Result result, String text) {}

    /** What one check said last. */
    private record Last(Check.Part part, String check, Result result, String seen, Instant startedAt) {}

    /** True only when all five parts have passed. */
    public boolean success() {
        return parts.stream().allMatch(each -> each.result() == Result.PASSED);
    }

    /** Judges by the last result of every check; a result from before the last change of the live system is unknown. */
    public static Verdict of(List<Evidence> entries) {
        Map<String, Last> lasts = new LinkedHashMap<>();
        Instant changed = Instant.MIN;
        for (Evidence entry : entries) {
            if (RUN_CHECKS.equals(entry.step())) {
                results(entry).forEach(each -> lasts.put(entry.systemId() + "/" + each.check(), each));
            }
            if (entry.kind() == Evidence.Kind.WATCH || "watchStability".equals(entry.step())) {
                relapse(entry, lasts);
            }
            if (entry.outcome() == Evidence.Outcome.PROVED && CHANGES.contains(String.valueOf(entry.step()))) {
                changed = entry.endedAt();
            }
        }
        List<PartVerdict> parts = new ArrayList<>();
        for (Check.Part part : Check.Part.values()) {
            parts.add(judge(part, lasts.values(), changed));
        }
        return new Verdict(List.copyOf(parts), notes(entries));
    }

    /** The verdict as details of its entry in the ledger. */
    public ObjectNode details() {
        ObjectNode details = Json.MAPPER.valueToTree(this);
        return details.put("success", success());
    }

    private static List<Last> results(Evidence entry) {
        JsonNode details = entry.details();
        List<Last> results = new ArrayList<>();
        for (JsonNode each : details.path("checks")) {
            Check.Part part = part(each);
            if (part != null) {
                Result result = result(each.path("outcome").asText());
                String check = each.path("check").asText();
                results.add(new Last(part, check, result, each.path("seen").asText(), entry.startedAt()));
            }
        }
        Check.Part part = part(details);
        if (part != null) {
            Result result = result(entry.outcome().name());
            results.add(new Last(part, entry.target(), result, entry.seen(), entry.startedAt()));
        }
        return results;
    }

    private static Result result(String outcome) {
        return switch (outcome) {
            case "PROVED", "ALREADY" -> Result.PASSED;
            case "NOT_MET", "FAILED", "REFUSED" -> Result.FAILED;
            default -> Result.UNKNOWN;
        };
    }

    private static void relapse(Evidence watch, Map<String, Last> lasts) {
        if (watch.outcome() != Evidence.Outcome.NOT_MET) {
            return;
        }
        String key = watch.systemId() + "/" + watch.details().path("check").asText();
        lasts.computeIfPresent(
                key,
                (any, last) -> new Last(last.part(), last.check(), Result.FAILED, watch.seen(), watch.startedAt()));
    }

    private static PartVerdict judge(Check.Part part, Iterable<Last> lasts, Instant changed) {
        List<Reason> reasons = new ArrayList<>();
        for (Last last : lasts) {
            if (last.part() != part) {
                continue;
            }
            boolean stale = last.result() == Result.PASSED && last.startedAt().isBefore(changed);
            reasons.add(
                    stale
                            ? new Reason(
                                    last.check(),
                                    Result.UNKNOWN,
                                    "good when last measured, but the system was changed afterwards")
                            : new Reason(last.check(), last.result(), last.seen()));
        }
        if (reasons.isEmpty()) {
            reasons.add(new Reason(null, Result.UNKNOWN, "the catalogue names no check for it, or none was run yet"));
        }
        return new PartVerdict(part, worst(reasons), List.copyOf(reasons));
    }

    private static Result worst(List<Reason> reasons) {
        if (reasons.stream().anyMatch(each -> each.result() == Result.FAILED)) {
            return Result.FAILED;
        }
        return reasons.stream().allMatch(each -> each.result() == Result.PASSED) ? Result.PASSED : Result.UNKNOWN;
    }

    private static Check.Part part(JsonNode details) {
        String name = details.path("part").asText();
        return Arrays.stream(Check.Part.values())
                .filter(each -> each.name().equals(name))
                .findFirst()
                .orElse(null);
    }

    private static List<String> notes(List<Evidence> entries) {
        return new Chronicle(entries).windowsShortened()
                ? List.of("windows were shortened: the system was watched for less time than by default")
                : List.of();
    }
}
