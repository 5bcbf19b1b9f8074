package dev.sternway.process;

import dev.sternway.port.DataStore;
import java.time.Instant;
import org.camunda.bpm.engine.delegate.DelegateExecution;

/**
 * Where in which process a step is run, in ids: what the engine's tasks hand to {@link StepRunner}.
 *
 * @param incidentId the business key, which nobody can overwrite
 * @param planSha256 null outside a plan
 * @param target null when the step concerns the whole system
 */
record StepContext(
        String incidentId,
        String systemId,
        String planSha256,
        String target,
        Instant levelStartedAt,
        DataStore.Progress progress) {

    static StepContext of(DelegateExecution execution) {
        return new StepContext(
                execution.getProcessBusinessKey(),
                Variable.SYSTEM_ID.get(execution),
                Variable.PLAN_SHA256.find(execution),
                Variable.TARGET.find(execution),
                Variable.levelStartedAt(execution),
                DataStore.Progress.NONE);
    }

    /** The same on another target. */
    StepContext on(String otherTarget) {
        return new StepContext(incidentId, systemId, planSha256, otherTarget, levelStartedAt, progress);
    }
}
