package dev.sternway.process;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.catalogue.SnapshotPart.State;
import dev.sternway.evidence.Evidence;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.backup.KeepParts;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Completes a snapshot before an upgrade: configuration, package lock, artefacts and the commit's tag. */
@Component
class KeepPartsWorker extends StepWorker {
    private final KeepParts step;
    private final BackupLedger backups;
    private final ReleaseLedger releases;

    KeepPartsWorker(StepRunner runner, KeepParts step, BackupLedger backups, ReleaseLedger releases) {
        super(runner, task -> StepResult.unknown("a snapshot is completed", "it was not told which"));
        this.step = step;
        this.backups = backups;
        this.releases = releases;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String releaseId = (String) task.getVariables().get(Variable.RELEASE_ID.name());
        String setId = (String) task.getVariables().get(Variable.BACKUP_ID.name());
        if (releaseId != null) {
            Release release = releases.find(releaseId).orElseThrow();
            BackupSet set = backups.find(setId).orElseThrow();
            runner().measure(topic(), Evidence.Kind.STEP, stepTask -> keep(stepTask, release, set), context);
        }
        return Map.of();
    }

    private StepResult keep(StepTask task, Release release, BackupSet set) {
        List<SnapshotPart> parts = step.keep(task.system(), release, set);
        String wanted = "all parts of the snapshot kept";
        String seen = parts.stream()
                .map(part ->
                        part.kind().words() + ": " + (part.state() == State.MISSING ? "MISSING, " : "") + part.detail())
                .collect(Collectors.joining("; "));
        return parts.stream().anyMatch(part -> part.state() == State.MISSING)
                ? StepResult.notMet(wanted, seen)
                : StepResult.proved(wanted, seen);
    }
}
