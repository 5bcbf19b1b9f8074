package dev.sternway.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence.Kind;
import dev.sternway.evidence.Evidence.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** An incident's evidence read as a story: decision, plans, levels, people, losses and what was kept. */
public final class Chronicle {
    /** Steps that look and wait after a level's proof, or before its start; a level's clock does not count them. */
    private static final Set<String> AROUND = Set.of("runChecks", "watchStability", "planLevel", "planRollback");

    /** Steps that put a failed container aside. */
    private static final Set<String> CONTAINER_STEPS = Set.of("revertImage", "switchToggle", "createReplacement");

    private final List<Evidence> entries;

    public Chronicle(List<Evidence> entries) {
        this.entries = List.copyOf(entries);
    }

    public List<Evidence> entries() {
        return entries;
    }

    /** Entries of a kind, oldest first. */
    public List<Evidence> of(Kind kind) {
        return entries.stream().filter(each -> each.kind() == kind).toList();
    }

    /** The newest entry of a kind. */
    public Optional<Evidence> last(Kind kind) {
        return of(kind).stream().reduce((older, newer) -> newer);
    }

    /**
     * The decision, in its own words.
     *
     * @param rules every rule that matched
     */
    public record Decision(
            Instant at,
            String severity,
            String action,
            String scope,
            String firstLevel,
            String approver,
            List<Rule> rules) {}

    /** A matched rule in prose. */
    public record Rule(String id, String description) {}

    /** The last decision; empty before the tables were asked. */
    public Optional<Decision> decision() {
        return of(Kind.DECISION).stream()
                .filter(entry -> entry.details().has("action"))
                .reduce((older, newer) -> newer)
                .map(entry -> {
                    JsonNode details = entry.details();
                    List<Rule> rules = stream(details.path("rules"))
                            .map(each -> new Rule(
                                    text(each, "id"),
                                    text(each, "description")
                                            + (each.path("switchedOff").asBoolean()
                                                    ? " (switched off, does not count)"
                                                    : "")))
                            .toList();
                    return new Decision(
                            entry.endedAt(),
                            text(details, "severity"),
                            text(details, "action"),
                            text(details, "scope"),
                            text(details, "firstLevel"),
                            text(details, "approver"),
                            rules);
                });
    }

    /** One step of a plan: now → after. */
    public record PlannedStep(
            String step, String target, String now, String after, Duration estimate, Duration outage) {}

    /** A plan as it was written down. */
    public record Planned(
            Instant at,
            String systemId,
            Integer level,
            String sha256,
            String releaseId,
            String backupId,
            Duration budget,
            Duration estimate,
            List<PlannedStep> steps) {}

    /** Plans, oldest first. */
    public List<Planned> plans() {
        return of(Kind.PLAN).stream()
                .filter(entry -> entry.details().has("steps"))
                .map(Chronicle::planned)
                .toList();
    }

    private static Planned planned(Evidence entry) {
        JsonNode details = entry.details();
        List<PlannedStep> steps = stream(details.path("steps"))
                .map(each -> new PlannedStep(
                        text(each, "step"),
                        text(each, "target"),
                        text(each, "now"),
                        text(each, "after"),
                        duration(each.path("estimate")),
                        duration(each.path("outage"))))
                .toList();
        String sha256 = entry.planSha256() == null ? text(details, "sha256") : entry.planSha256();
        return new Planned(
                entry.endedAt(),
                entry.systemId(),
                details.hasNonNull("level")
                        ? Integer.valueOf(details.path("level").asInt())
                        : entry.level(),
                sha256,
                text(details, "releaseId"),
                text(details, "backupId"),
                duration(details.path("budget")),
                duration(details.path("estimate")),
                steps);
    }

    /**
     * One attempt at a level.
     *
     * @param startedAt when its clock started
     * @param endedAt when its last step ended, so far
     * @param used from start to end without the time that people took to approve
     * @param approvalWait the time that people took
     * @param budget null when no plan tells it
     * @param steps in the order of their beginning
     */
    public record Level(
            int number,
            String systemId,
            Instant startedAt,
            Instant endedAt,
            Duration used,
            Duration approvalWait,
            Duration budget,
            List<Evidence> steps) {

        public boolean overBudget() {
            return budget != null && used.compareTo(budget) > 0;
        }

        /** Share of the budget that was used, in per cent; 0 when there is none. */
        public int usedPercent() {
            return budget == null || budget.isZero()
                    ? 0
                    : (int) Math.min(999, used.toMillis() * 100 / budget.toMillis());
        }
    }

    /** The levels in the order in which they were tried. */
    public List<Level> levels() {
        Map<String, List<Evidence>> byLevel = new LinkedHashMap<>();
        for (Evidence entry : entries) {
            boolean work = entry.kind() == Kind.STEP || entry.kind() == Kind.MEASUREMENT;
            if (entry.level() != null && work) {
                byLevel.computeIfAbsent(
                                entry.systemId() + "/" + entry.level() + "/" + entry.planSha256(),
                                any -> new ArrayList<>())
                        .add(entry);
            }
        }
        return byLevel.values().stream().map(this::level).toList();
    }

    private Level level(List<Evidence> all) {
        List<Evidence> steps = all.stream()
                .sorted(Comparator.comparing(Evidence::startedAt).thenComparing(Evidence::sequence))
                .toList();
        List<Evidence> timed = steps.stream()
                .filter(each -> !AROUND.contains(String.valueOf(each.step())))
                .toList();
        List<Evidence> work = timed.isEmpty() ? steps : timed;
        Evidence first = work.get(0);
        Instant start = Stream.concat(clockStart(first).stream(), Stream.of(first.startedAt()))
                .min(Comparator.naturalOrder())
                .orElseThrow();
        Instant end = work.stream()
                .map(Evidence::endedAt)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        Duration wait = approvalWait(work, start, end);
        return new Level(
                first.level(),
                first.systemId(),
                start,
                end,
                Duration.between(start, end).minus(wait),
                wait,
                budget(first.level(), first.systemId()),
                steps);
    }

    /** A level's clock starts when its plan is ready. */
    private Optional<Instant> clockStart(Evidence of) {
        return of(Kind.PLAN).stream()
                .filter(plan -> plan.planSha256() != null && plan.planSha256().equals(of.planSha256()))
                .map(Evidence::endedAt)
                .filter(at -> !at.isAfter(of.startedAt()))
                .reduce((older, newer) -> newer);
    }

    /** Time in which nothing ran until a person approved. */
    private Duration approvalWait(List<Evidence> work, Instant start, Instant end) {
        List<Instant> approvals =
                of(Kind.APPROVAL).stream().map(Evidence::endedAt).toList();
        Duration wait = Duration.ZERO;
        Instant busyUntil = start;
        for (Evidence each : work) {
            Instant from = busyUntil;
            Instant to = each.startedAt();
            if (to.isAfter(from)
                    && approvals.stream().anyMatch(at -> at.isAfter(from) && !at.isAfter(to))
                    && !to.isAfter(end)) {
                wait = wait.plus(Duration.between(from, to));
            }
            busyUntil = each.endedAt().isAfter(busyUntil) ? each.endedAt() : busyUntil;
        }
        return wait;
    }

    private Duration budget(int level, String systemId) {
        return plans().stream()
                .filter(plan -> plan.level() != null && plan.level() == level && plan.budget() != null)
                .filter(plan -> systemId == null || plan.systemId() == null || systemId.equals(plan.systemId()))
                .map(Planned::budget)
                .reduce((older, newer) -> newer)
                .orElse(null);
    }

    /**
     * What one store would lose, or lost, as it was last measured.
     *
     * @param file the rows themselves, or null when there are none
     * @param data false when the store holds settings or a front end, which nobody calls lost
     */
    public record StoreLoss(
            String store,
            int measured,
            Instant at,
            Instant from,
            Instant to,
            List<TableLoss> tables,
            LostRowsFile file,
            boolean data) {
        public long onlyLive() {
            return tables.stream().mapToLong(TableLoss::onlyLive).sum();
        }

        public long changed() {
            return tables.stream().mapToLong(TableLoss::changed).sum();
        }

        /** True when of a table only a part was compared. */
        public boolean estimated() {
            return tables.stream().anyMatch(TableLoss::estimated);
        }

        /** True when the catalogue names a column of times for a table. */
        public boolean timed() {
            return tables.stream().anyMatch(table -> table.timeColumn() != null);
        }
    }

    /**
     * The archive of the rows that would be lost.
     *
     * @param name null when it could not be written
     * @param cut why it does not hold all rows, or null
     * @param failed why it could not be written, or null
     */
    public record LostRowsFile(
            String name, long bytes, String sha256, long onlyLive, long changed, String cut, String failed) {}

    /**
     * What one table would lose.
     *
     * @param by KEY, CONTENT or EXISTENCE
     * @param timeColumn the column of times that the catalogue names, or null
     * @param since rows younger than the backup by that column, or null
     * @param read how many rows were compared, when it is an estimate; else null
     */
    public record TableLoss(
            String table,
            long live,
            long backup,
            long onlyLive,
            long changed,
            String by,
            String timeColumn,
            String newestLive,
            String newestBackup,
            Long since,
            Long read,
            long onlyLiveAtMost,
            long changedAtMost) {
        public boolean estimated() {
            return read != null;
        }
    }

    /** The last measured loss of each store. */
    public Collection<StoreLoss> losses() {
        Map<String, StoreLoss> losses = new LinkedHashMap<>();
        for (Evidence entry : entries) {
            if ("measureLoss".equals(entry.step()) && entry.details().has("tables")) {
                losses.compute(String.valueOf(entry.target()), (store, before) -> loss(store, entry, before));
            }
        }
        return losses.values();
    }

    private static StoreLoss loss(String store, Evidence entry, StoreLoss before) {
        JsonNode details = entry.details();
        List<TableLoss> tables =
                stream(details.path("tables")).map(Chronicle::table).toList();
        return new StoreLoss(
                store,
                before == null ? 1 : before.measured() + 1,
                entry.endedAt(),
                instant(text(details, "from")).orElse(null),
                instant(text(details, "to")).orElse(null),
                tables,
                details.has("lostRows") ? file(details.path("lostRows")) : null,
                !details.hasNonNull("holds"));
    }

    private static TableLoss table(JsonNode table) {
        long onlyLive = table.path("onlyLive").asLong();
        long changed = table.path("changed").asLong();
        return new TableLoss(
                text(table, "table"),
                table.path("live").asLong(),
                table.path("backup").asLong(),
                onlyLive,
                changed,
                table.path("by").asText("KEY"),
                text(table, "timeColumn"),
                text(table, "newestLive"),
                text(table, "newestBackup"),
                number(table, "since"),
                number(table, "read"),
                table.path("onlyLiveAtMost").asLong(onlyLive),
                table.path("changedAtMost").asLong(changed));
    }

    private static LostRowsFile file(JsonNode file) {
        return new LostRowsFile(
                text(file, "file"),
                file.path("bytes").asLong(),
                text(file, "sha256"),
                file.path("onlyLive").asLong(),
                file.path("changed").asLong(),
                text(file, "cut"),
                text(file, "failed"));
    }

    /** The archive of lost rows of that name, if any measuring of the incident wrote one. */
    public Optional<LostRowsFile> lostRows(String name) {
        return entries.stream()
                .filter(entry -> entry.details().has("lostRows"))
                .map(entry -> file(entry.details().path("lostRows")))
                .filter(file -> name.equals(file.name()))
                .findFirst();
    }

    private static Long number(JsonNode node, String field) {
        return node.hasNonNull(field) ? Long.valueOf(node.path(field).asLong()) : null;
    }

    /**
     * Something put aside by name and never dropped by Sternway.
     *
     * @param database false for a container
     */
    public record Kept(String name, boolean database, String step, String target, Instant since) {}

    /** Failed containers and databases that are kept, in the order in which they were put aside. */
    public Collection<Kept> kept() {
        Map<String, Kept> kept = new LinkedHashMap<>();
        for (Evidence entry : entries) {
            boolean done = entry.outcome() == Outcome.PROVED || entry.outcome() == Outcome.ALREADY;
            if (done && entry.step() != null) {
                if ("swapStoreBack".equals(entry.step())) {
                    // The database that was kept is live again, and the restored one is kept instead.
                    kept.values().removeIf(each -> each.database() && Objects.equals(each.target(), entry.target()));
                }
                for (String name : names(entry.details().path("kept"))) {
                    boolean database = !CONTAINER_STEPS.contains(entry.step());
                    kept.putIfAbsent(name, new Kept(name, database, entry.step(), entry.target(), entry.endedAt()));
                }
            }
        }
        return kept.values();
    }

    /** True when a database was swapped and not swapped back: there is something to swap back. */
    public boolean canSwapBack() {
        boolean swapped = false;
        for (Evidence entry : entries) {
            boolean done = entry.outcome() == Outcome.PROVED || entry.outcome() == Outcome.ALREADY;
            swapped = done && "swapStore".equals(entry.step())
                    || swapped && !(done && "swapStoreBack".equals(entry.step()));
        }
        return swapped;
    }

    /**
     * True when data was restored from a backup, so that what was written since is not live; settings and front ends, which
     * nobody writes, do not count.
     */
    public boolean restored() {
        Set<String> noData = losses().stream()
                .filter(loss -> !loss.data())
                .map(StoreLoss::store)
                .collect(Collectors.toSet());
        return entries.stream()
                .anyMatch(each -> "swapStore".equals(each.step())
                        && !noData.contains(each.target())
                        && (each.outcome() == Outcome.PROVED || each.outcome() == Outcome.ALREADY));
    }

    /** The measured losses of data; what settings and front ends were is kept and lost to nobody. */
    public Collection<StoreLoss> dataLosses() {
        return losses().stream().filter(StoreLoss::data).toList();
    }

    /** True when the catalogue's windows are shorter than the defaults. */
    public boolean windowsShortened() {
        return of(Kind.WATCH).stream()
                .anyMatch(each -> each.details().path("shortened").asBoolean(false));
    }

    /** The managed systems that it is about. */
    public Set<String> systems() {
        Set<String> systems = new LinkedHashSet<>();
        entries.stream().map(Evidence::systemId).filter(each -> each != null).forEach(systems::add);
        return systems;
    }

    private static List<String> names(JsonNode node) {
        if (node.isArray()) {
            return stream(node).map(JsonNode::asText).toList();
        }
        return node.isTextual() && !node.asText().isBlank() ? List.of(node.asText()) : List.of();
    }

    private static Stream<JsonNode> stream(JsonNode array) {
        return StreamSupport.stream(array.spliterator(), false);
    }

    private static String text(JsonNode node, String field) {
        JsonNode value = node.path(field);
        if (value.isArray()) {
            return String.join(", ", names(value));
        }
        return value.isMissingNode() || value.isNull() ? null : value.asText();
    }

    private static Optional<Instant> instant(String text) {
        try {
            return text == null ? Optional.empty() : Optional.of(Instant.parse(text));
        } catch (java.time.DateTimeException e) {
            return Optional.empty();
        }
    }

    /** ISO text, or seconds as Jackson writes durations by default. */
    private static Duration duration(JsonNode node) {
        if (node.isNumber()) {
            return Duration.ofMillis(Math.round(node.asDouble() * 1000));
        }
        try {
            return node.isTextual() ? Duration.parse(node.asText()) : null;
        } catch (java.time.DateTimeException e) {
            return null;
        }
    }
}
