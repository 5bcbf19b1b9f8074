package dev.sternway.step;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore;
import java.time.Instant;

/**
 * What a step is asked to do.
 *
 * @param target id of the toggle, service or store; null when the step concerns the whole system
 * @param levelStartedAt when the level began, so that only newer samples count
 * @param progress where a long step tells how far it is
 */
public record StepTask(
        String incidentId,
        ManagedSystem system,
        Plan plan,
        String target,
        Instant levelStartedAt,
        DataStore.Progress progress) {

    /** The name that a container or database gets when it is kept for the incident: {@code shop-api.failed-INC-2026-0001}. */
    public String failedName(String liveName) {
        return liveName + ".failed-" + incidentId;
    }

    /** The name of the container created beside the live one. */
    public String besideName(String liveName) {
        return liveName + ".next-" + incidentId;
    }
}
