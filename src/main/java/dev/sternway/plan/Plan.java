package dev.sternway.plan;

import dev.sternway.decision.Scope;
import dev.sternway.port.Redaction;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * The ordered steps of one attempt at one level; what a person approves.
 *
 * @param sha256 over scope, service, targets, release, backup ids and checksums, the ordered steps and the identities observed; never
 *     over times, estimates or free disk
 * @param releaseId the release to go back to, null at level 1
 * @param backupId the backup to go back to, null below level 3
 * @param steps in the order in which they run
 * @param scope how much of the system it takes back
 * @param service the service of a {@link Scope#PARTIAL_SERVICE}, else null
 */
public record Plan(
        String sha256,
        String incidentId,
        String systemId,
        int level,
        String releaseId,
        String backupId,
        List<PlanStep> steps,
        Duration budget,
        Duration estimate,
        Instant createdAt,
        Scope scope,
        String service) {

    public Plan {
        // Plans of before there were scopes took everything back.
        scope = scope == null ? Scope.FULL : scope;
    }

    /** A plan that takes the whole system back. */
    public Plan(
            String sha256,
            String incidentId,
            String systemId,
            int level,
            String releaseId,
            String backupId,
            List<PlanStep> steps,
            Duration budget,
            Duration estimate,
            Instant createdAt) {
        this(
                sha256,
                incidentId,
                systemId,
                level,
                releaseId,
                backupId,
                steps,
                budget,
                estimate,
                createdAt,
                Scope.FULL,
                null);
    }

    /**
     * One step.
     *
     * @param step the step's name, as its task, class and evidence have it
     * @param target the id of a toggle, service or store
     * @param now what is there, for people
     * @param after what will be there, for people
     * @param estimate how long it should take
     * @param outage how long the target will not be usable, zero for none
     * @param identity what was observed and must still be so when it runs, e.g. {@code imageId}
     */
    public record PlanStep(
            String step,
            String target,
            String now,
            String after,
            Duration estimate,
            Duration outage,
            Map<String, String> identity) {

        public PlanStep {
            now = Redaction.of(now);
            after = Redaction.of(after);
        }
    }

    /** Targets of the steps with the name, in plan order. */
    public List<String> targets(String step) {
        return steps.stream()
                .filter(each -> each.step().equals(step))
                .map(PlanStep::target)
                .toList();
    }

    /** Of a step on a store: what the store holds, unless that is data. */
    static final String HOLDS = "holds";

    private static final int LOSES_DATA = 3;

    /**
     * True when data is replaced, so that its loss is measured and approved by two people; false when only settings or the
     * files of a front end are, which releases bring and nobody writes. Who cannot tell asks for two people.
     */
    public boolean losesData() {
        List<PlanStep> swaps =
                steps.stream().filter(each -> each.step().equals("swapStore")).toList();
        boolean noData = !swaps.isEmpty()
                && swaps.stream().allMatch(each -> each.identity().containsKey(HOLDS));
        return swapsBack() || level >= LOSES_DATA && !noData;
    }

    /** True when it takes a restore back. */
    public boolean swapsBack() {
        return !targets("swapStoreBack").isEmpty();
    }

    public PlanStep step(String step, String target) {
        return steps.stream()
                .filter(each -> each.step().equals(step) && each.target().equals(target))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException(
                        "plan " + sha256 + " has no step '" + step + "' for '" + target + "'"));
    }
}
