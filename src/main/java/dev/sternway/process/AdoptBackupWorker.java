package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.backup.AdoptBackup;
import java.time.Instant;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Copies a dump that was there before Sternway, and looks it through. */
@Component
class AdoptBackupWorker extends StepWorker {
    private final AdoptBackup step;

    AdoptBackupWorker(StepRunner runner, AdoptBackup step) {
        super(runner, task -> StepResult.unknown("a backup is adopted", "it was not told which"));
        this.step = step;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        Map<String, Object> variables = task.getVariables();
        String path = (String) variables.get(Variable.PATH.name());
        String takenAt = (String) variables.get(Variable.TAKEN_AT.name());
        StepResult result = runner().measure(
                        topic(),
                        Evidence.Kind.STEP,
                        stepTask -> step.adopt(
                                stepTask.system(),
                                stepTask.target(),
                                path,
                                takenAt == null ? null : Instant.parse(takenAt)),
                        context);
        return Map.of(
                Variable.BACKUP_ID.name(), result.details().path("backupId").asText());
    }
}
