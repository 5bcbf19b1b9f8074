package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.backup.TryRestore;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Restores one store of a backup beside, looks at it, and throws it away. */
@Component
class TryRestoreWorker extends StepWorker {
    private final TryRestore step;

    TryRestoreWorker(StepRunner runner, TryRestore step) {
        super(runner, task -> StepResult.unknown("a backup is restored on trial", "it was not told which"));
        this.step = step;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String setId = (String) task.getVariables().get(Variable.BACKUP_ID.name());
        runner().measure(
                        topic(),
                        Evidence.Kind.STEP,
                        stepTask -> step.run(
                                stepTask.incidentId(),
                                stepTask.system(),
                                setId,
                                stepTask.target(),
                                stepTask.progress()),
                        context);
        return Map.of();
    }
}
