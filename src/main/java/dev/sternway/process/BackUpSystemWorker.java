package dev.sternway.process;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.backup.BackUpStore;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Backs up all stores of a system into one set, before an upgrade. */
@Component
class BackUpSystemWorker extends StepWorker {
    private final BackUpStore backUp;

    BackUpSystemWorker(StepRunner runner, BackUpStore backUp) {
        super(runner, backUp);
        this.backUp = backUp;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String releaseId = (String) task.getVariables().get(Variable.RELEASE_ID.name());
        StepResult result = runner().measure(
                        topic(), Evidence.Kind.STEP, stepTask -> backUp(stepTask, purpose(task), releaseId), context);
        return Map.of(
                Variable.BACKUP_ID.name(), result.details().path("backupId").asText());
    }

    /** A process that was begun before there were kinds takes a snapshot. */
    private static BackupSet.Purpose purpose(LockedExternalTask task) {
        String purpose = (String) task.getVariables().get(Variable.PURPOSE.name());
        return purpose == null ? BackupSet.Purpose.PRE_UPGRADE : BackupSet.Purpose.valueOf(purpose);
    }

    private StepResult backUp(StepTask task, BackupSet.Purpose purpose, String releaseId) {
        BackupSet set = backUp.backUpSystem(task.system(), purpose, releaseId, task.progress());
        long bytes = set.parts().stream().mapToLong(BackupSet.Part::bytes).sum();
        return StepResult.proved(
                        "every store of '" + task.system().id() + "' backed up and readable to its end",
                        "backup set '" + set.id() + "' with " + set.parts().size() + " parts, " + bytes + " bytes")
                .with("backupId", set.id());
    }
}
