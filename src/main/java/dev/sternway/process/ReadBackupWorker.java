package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.backup.ReadBackup;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Reads a backup set to its end. */
@Component
class ReadBackupWorker extends StepWorker {
    private final ReadBackup step;

    ReadBackupWorker(StepRunner runner, ReadBackup step) {
        super(runner, task -> StepResult.unknown("a backup is read", "it was not told which"));
        this.step = step;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String setId = (String) task.getVariables().get(Variable.BACKUP_ID.name());
        runner().measure(topic(), Evidence.Kind.STEP, stepTask -> step.read(stepTask.system(), setId), context);
        return Map.of();
    }
}
