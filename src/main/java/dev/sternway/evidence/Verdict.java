package dev.sternway.evidence;

import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Check;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Whether an incident's systems are well again: five parts, all of which must have passed (S1-19).
 *
 * @param parts one for each {@link Check.Part}, in its order
 * @param notes what a reader must know to judge it, e.g. shortened windows
 */
public record Verdict(List<PartVerdict> parts, List<String> notes) {

    /** The step whose entries carry the results of checks: target = check id, details {@code {"check","part"}}. */
    public static final String RUN_CHECKS = "runChecks";

    /** Steps that change the live system: what was measured before the last of them says nothing about now. */
    private static final Set<String> CHANGES =
            Set.of("switchToggle", "stopService", "revertImage", "swapStore", "swapStoreBack");

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

    /** True only when all five parts have passed. */
    public boolean success() {
        return parts.stream().allMatch(each -> each.result() == Result.PASSED);
    }

    /** Judges by the last result of every check; a result from before the last change of the live system is unknown. */
    public static Verdict of(List<Evidence> entries) {
        Map<Check.Part, Map<String, Evidence>> last = new EnumMap<>(Check.Part.class);
        Instant changed = Instant.MIN;
        for (Evidence entry : entries) {
            Check.Part part = part(entry);
            if (part != null) {
                last.computeIfAbsent(part, any -> new LinkedHashMap<>())
                        .put(entry.systemId() + "/" + entry.target(), entry);
            }
            if (entry.outcome() == Evidence.Outcome.PROVED && CHANGES.contains(String.valueOf(entry.step()))) {
                changed = entry.endedAt();
            }
        }
        List<PartVerdict> parts = new ArrayList<>();
        for (Check.Part part : Check.Part.values()) {
            parts.add(judge(part, last.getOrDefault(part, Map.of()), changed));
        }
        return new Verdict(List.copyOf(parts), notes(entries));
    }

    /** The verdict as details of its entry in the ledger. */
    public ObjectNode details() {
        ObjectNode details = Json.MAPPER.valueToTree(this);
        return details.put("success", success());
    }

    private static PartVerdict judge(Check.Part part, Map<String, Evidence> results, Instant changed) {
        if (results.isEmpty()) {
            Reason none = new Reason(null, Result.UNKNOWN, "the catalogue names no check for it, or none was run");
            return new PartVerdict(part, Result.UNKNOWN, List.of(none));
        }
        List<Reason> reasons =
                results.values().stream().map(each -> reason(each, changed)).toList();
        return new PartVerdict(part, worst(reasons), reasons);
    }

    private static Reason reason(Evidence entry, Instant changed) {
        Result result = switch (entry.outcome()) {
            case PROVED, ALREADY -> Result.PASSED;
            case NOT_MET, FAILED, REFUSED -> Result.FAILED;
            case UNKNOWN, NOTED -> Result.UNKNOWN;
        };
        if (result == Result.PASSED && entry.startedAt().isBefore(changed)) {
            return new Reason(
                    entry.target(), Result.UNKNOWN, "good when last measured, but the system was changed afterwards");
        }
        return new Reason(entry.target(), result, entry.seen());
    }

    private static Result worst(List<Reason> reasons) {
        if (reasons.stream().anyMatch(each -> each.result() == Result.FAILED)) {
            return Result.FAILED;
        }
        return reasons.stream().allMatch(each -> each.result() == Result.PASSED) ? Result.PASSED : Result.UNKNOWN;
    }

    private static Check.Part part(Evidence entry) {
        boolean check = RUN_CHECKS.equals(entry.step())
                && (entry.kind() == Evidence.Kind.MEASUREMENT || entry.kind() == Evidence.Kind.STEP);
        String name = check ? entry.details().path("part").asText(null) : null;
        for (Check.Part part : Check.Part.values()) {
            if (part.name().equals(name)) {
                return part;
            }
        }
        return null;
    }

    private static List<String> notes(List<Evidence> entries) {
        boolean shortened = entries.stream()
                .anyMatch(each -> each.kind() == Evidence.Kind.WATCH
                        && each.details().path("shortened").asBoolean(false));
        return shortened
                ? List.of("windows were shortened: the system was watched for less time than by default")
                : List.of();
    }
}
