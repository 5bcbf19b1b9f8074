package dev.sternway.plan;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import java.time.Instant;

/**
 * What a plan is wanted for.
 *
 * @param feature the toggle to switch, or null for all toggles of the system
 * @param harmSince when the harm may have begun: only releases and backups of before are offered
 * @param scope how much is taken back; null means {@link Scope#FULL}
 * @param service the service of a {@link Scope#PARTIAL_SERVICE}, else without meaning
 * @param targetRelease id or version of the release that a person chose, or null for the newest of before the harm
 * @param targetBackup id of the backup set that a person chose, or null for the newest that fits the release
 * @param restoreReason why data alone is restored; wanted by {@link Scope#DATABASE}
 */
public record PlanRequest(
        String incidentId,
        ManagedSystem system,
        int level,
        String feature,
        Instant harmSince,
        Scope scope,
        String service,
        String targetRelease,
        String targetBackup,
        RestoreReason restoreReason) {

    public PlanRequest {
        scope = scope == null ? Scope.FULL : scope;
        service = given(service);
        targetRelease = given(targetRelease);
        targetBackup = given(targetBackup);
    }

    /** Everything, back to what was there before the harm. */
    public PlanRequest(String incidentId, ManagedSystem system, int level, String feature, Instant harmSince) {
        this(incidentId, system, level, feature, harmSince, Scope.FULL, null, null, null, null);
    }

    /** The same, narrowed to what a person or a table chose. */
    public PlanRequest with(Scope newScope, String newService, String release, String backup, RestoreReason reason) {
        return new PlanRequest(
                incidentId, system, level, feature, harmSince, newScope, newService, release, backup, reason);
    }

    private static String given(String text) {
        return text == null || text.isBlank() ? null : text.strip();
    }
}
