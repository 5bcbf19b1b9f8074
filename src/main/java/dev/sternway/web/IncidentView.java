package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Chronicle;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Verdict;
import dev.sternway.process.OpenTasks.OpenTask;
import dev.sternway.web.IncidentRows.IncidentRow;
import dev.sternway.web.IncidentRows.Progress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * One incident as its page shows it.
 *
 * @param broken the first broken place of the evidence, or null when the chain holds
 * @param decisions the decisions with all that led to them, the last first
 */
record IncidentView(
        IncidentRow row,
        Chronicle chronicle,
        Chain.Head head,
        String broken,
        Verdict verdict,
        List<OpenTask> tasks,
        List<Progress> running,
        NotificationsView told,
        List<DecisionView> decisions,
        AlertsView alerts,
        PeopleView people) {

    /** One step as a bar: where it begins and how wide it is, in thousandths of the level's time. */
    record Bar(Evidence step, Duration took, long from, long width) {}

    /** A level with its bars. */
    record LevelView(Chronicle.Level level, List<Bar> bars, String state) {
        /** The used share of the budget, in thousandths; never too thin to be seen. */
        public int budgetWidth() {
            return Math.max(8, Math.min(1000, level.usedPercent() * 10));
        }
    }

    public Chronicle.Decision decision() {
        return chronicle.decision().orElse(null);
    }

    public List<LevelView> levels() {
        return chronicle.levels().stream().map(IncidentView::view).toList();
    }

    /** The plan that counts: the newest. */
    public Chronicle.Planned plan() {
        List<Chronicle.Planned> plans = chronicle.plans();
        return plans.isEmpty() ? null : plans.get(plans.size() - 1);
    }

    /** The plans before it, newest first. */
    public List<Chronicle.Planned> earlierPlans() {
        List<Chronicle.Planned> plans = new ArrayList<>(chronicle.plans());
        if (!plans.isEmpty()) {
            plans.remove(plans.size() - 1);
        }
        Collections.reverse(plans);
        return plans;
    }

    public List<Evidence> approvals() {
        return chronicle.of(Evidence.Kind.APPROVAL);
    }

    public Collection<Chronicle.StoreLoss> losses() {
        return chronicle.losses();
    }

    public Collection<Chronicle.Kept> kept() {
        return chronicle.kept();
    }

    public List<Evidence> entries() {
        return chronicle.entries();
    }

    /** True when somebody could break the glass of what is waited for. */
    public boolean glassOpens() {
        return tasks.stream().filter(OpenTask::glassOpens).count() == 1;
    }

    /** True while it is monitored only, which a person may end. */
    public boolean monitored() {
        return row.open() && row.state().equals(Incidents.State.MONITORING.name());
    }

    /** Why people may not agree to the backup that they are asked about, or null. */
    public String unproved() {
        Chronicle.Planned newest = plan();
        boolean asked = tasks.stream().anyMatch(task -> task.key().endsWith("DataLoss"));
        if (!asked || newest == null) {
            return null;
        }
        Map<String, Evidence> looks = new LinkedHashMap<>();
        entries().stream()
                .filter(entry ->
                        "lookAtCopy".equals(entry.step()) && newest.sha256().equals(entry.planSha256()))
                .forEach(entry -> looks.put(entry.target(), entry));
        boolean accepted = people.glasses().stream()
                .anyMatch(glass -> glass.backupId() != null && glass.backupId().equals(newest.backupId()));
        return looks.values().stream()
                .filter(entry -> !accepted && !entry.details().path("whole").asBoolean())
                .map(Evidence::seen)
                .findFirst()
                .orElse(null);
    }

    /** A watch that runs now. */
    public Optional<Evidence> watch() {
        return chronicle.last(Evidence.Kind.WATCH).filter(each -> row.endedAt() == null);
    }

    /** True when checks were measured, so that a verdict says something. */
    public boolean judged() {
        return verdict.parts().stream()
                .flatMap(part -> part.reasons().stream())
                .anyMatch(reason -> reason.check() != null);
    }

    /** Changes whenever the page would: for asking "anything new?" cheaply. */
    String version() {
        return Integer.toHexString(List.of(
                                row.toString(),
                                head,
                                tasks,
                                running,
                                alerts.count(),
                                told,
                                people,
                                String.valueOf(broken))
                        .toString()
                        .hashCode())
                + "-" + head.entries();
    }

    /** Single checks have no bar: the measuring that they belong to has one. */
    private static LevelView view(Chronicle.Level level) {
        List<Evidence> steps = level.steps();
        Instant begin =
                steps.stream().map(Evidence::startedAt).reduce(level.startedAt(), (a, b) -> a.isBefore(b) ? a : b);
        Instant end = steps.stream().map(Evidence::endedAt).reduce(level.endedAt(), (a, b) -> a.isAfter(b) ? a : b);
        long whole = Math.max(1, Duration.between(begin, end).toMillis());
        List<Bar> bars = steps.stream()
                .filter(step -> !step.details().has("part"))
                .map(step -> {
                    Duration took = Duration.between(step.startedAt(), step.endedAt());
                    long from = Duration.between(begin, step.startedAt()).toMillis() * 1000 / whole;
                    long width = Math.max(6, took.toMillis() * 1000 / whole);
                    return new Bar(step, took, Math.min(from, 1000 - width), width);
                })
                .toList();
        return new LevelView(level, bars, state(level));
    }

    private static String state(Chronicle.Level level) {
        if (level.budget() == null) {
            return "no budget known";
        }
        return level.overBudget() ? "over budget" : "within budget";
    }
}
