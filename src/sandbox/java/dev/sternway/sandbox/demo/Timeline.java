package dev.sternway.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/** What an incident's ledger tells of times: levels against their budgets, and what the engine adds to the steps. */
public final class Timeline {

    /** A level from its start to its last proof; the wait for people apart. */
    public record Level(int level, Instant start, Instant proved, Duration budget, Duration waited) {
        public Duration took() {
            return Duration.between(start, proved).minus(waited);
        }

        public boolean withinBudget() {
            return took().compareTo(budget) <= 0;
        }
    }

    private final List<JsonNode> entries;

    /** @param evidence what {@code GET /api/incidents/{id}/evidence} gives */
    public Timeline(JsonNode evidence) {
        List<JsonNode> all = new ArrayList<>();
        evidence.forEach(all::add);
        this.entries = List.copyOf(all);
    }

    public List<JsonNode> entries() {
        return entries;
    }

    public List<Level> levels() {
        List<Level> levels = new ArrayList<>();
        for (JsonNode plan : entries) {
            if (!plan.path("kind").asText().equals("PLAN")
                    || plan.path("planSha256").asText("").isEmpty()) {
                continue;
            }
            List<JsonNode> steps = entries.stream()
                    .filter(entry -> entry.path("kind").asText().equals("STEP"))
                    .filter(entry -> sameText(entry, plan, "planSha256"))
                    .toList();
            if (!steps.isEmpty()) {
                levels.add(level(plan, steps));
            }
        }
        return levels;
    }

    private Level level(JsonNode plan, List<JsonNode> steps) {
        Instant start = time(plan, "endedAt");
        Instant proved = steps.stream()
                .map(step -> time(step, "endedAt"))
                .max(Instant::compareTo)
                .orElse(start);
        Duration budget = Duration.parse(plan.path("details").path("budget").asText("PT0S"));
        return new Level(plan.path("level").asInt(), start, proved, budget, waited(plan));
    }

    /** From the first measurement of the loss to the second approval: the machine had nothing to do. */
    private Duration waited(JsonNode plan) {
        Optional<Instant> measured = entries.stream()
                .filter(entry ->
                        entry.path("step").asText().equals("measureLoss") && sameText(entry, plan, "planSha256"))
                .map(entry -> time(entry, "endedAt"))
                .findFirst();
        Optional<Instant> approved = entries.stream()
                .filter(entry -> entry.path("kind").asText().equals("APPROVAL") && sameText(entry, plan, "planSha256"))
                .filter(entry -> entry.path("outcome").asText().equals("PROVED"))
                .map(entry -> time(entry, "endedAt"))
                .max(Instant::compareTo);
        if (measured.isEmpty() || approved.isEmpty() || approved.get().isBefore(measured.get())) {
            return Duration.ZERO;
        }
        return Duration.between(measured.get(), approved.get());
    }

    /** From the webhook's arrival to the toggle proved, if a toggle was. */
    public Optional<Duration> alertToToggle() {
        Optional<Instant> alert = entries.stream()
                .filter(entry -> entry.path("step").asText().equals("receiveAlert"))
                .map(entry ->
                        Instant.parse(entry.path("details").path("receivedAt").asText()))
                .findFirst();
        Optional<Instant> proved = entries.stream()
                .filter(entry -> entry.path("step").asText().equals("proveToggle"))
                .filter(entry -> entry.path("outcome").asText().equals("PROVED"))
                .map(entry -> time(entry, "endedAt"))
                .findFirst();
        return alert.flatMap(from -> proved.map(to -> Duration.between(from, to)));
    }

    /** The engine's share of a step: from the end of the step before to its start. */
    public record Overhead(String before, String step, Duration gap) {}

    /** The engine's share of each step where no person was awaited in between. */
    public List<Overhead> overheads() {
        List<Overhead> overheads = new ArrayList<>();
        JsonNode before = null;
        for (JsonNode entry : entries) {
            if (!isStep(entry)) {
                before = entry.path("kind").asText().equals("APPROVAL") ? null : before;
                continue;
            }
            if (before != null
                    && sameText(before, entry, "planSha256")
                    && !entry.path("planSha256").asText("").isEmpty()) {
                Duration gap = Duration.between(time(before, "endedAt"), time(entry, "startedAt"));
                overheads.add(new Overhead(named(before), named(entry), gap.isNegative() ? Duration.ZERO : gap));
            }
            before = entry;
        }
        return overheads;
    }

    private static boolean isStep(JsonNode entry) {
        return entry.path("kind").asText().equals("STEP")
                || entry.path("step").asText().equals("measureLoss");
    }

    private static String named(JsonNode entry) {
        return entry.path("step").asText() + " " + entry.path("target").asText();
    }

    /** The value below which the given share of all overheads lies. */
    public Duration overhead(double share) {
        List<Duration> sorted = overheads().stream().map(Overhead::gap).sorted().toList();
        if (sorted.isEmpty()) {
            return Duration.ZERO;
        }
        return sorted.get((int) Math.max(0, Math.min(sorted.size() - 1L, Math.ceil(share * sorted.size()) - 1)));
    }

    /** The greatest overhead, if there is any. */
    public Optional<Overhead> slowest() {
        return overheads().stream().max(Comparator.comparing(Overhead::gap));
    }

    public static Instant time(JsonNode entry, String field) {
        return Instant.parse(entry.path(field).asText());
    }

    private static boolean sameText(JsonNode one, JsonNode other, String field) {
        return one.path(field).asText("").equals(other.path(field).asText(""));
    }
}
