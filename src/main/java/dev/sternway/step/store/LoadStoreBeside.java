package dev.sternway.step.store;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.evidence.Words;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Loads the plan's backup into a new database beside the live one, which is not touched. */
@Component
public class LoadStoreBeside implements Step {
    private final DataStores dataStores;
    private final BackupLedger backups;

    LoadStoreBeside(DataStores dataStores, BackupLedger backups) {
        this.dataStores = dataStores;
        this.backups = backups;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "backup '" + task.plan().backupId() + "' of store '"
                + attempt.store().id() + "' loaded into database '" + attempt.beside() + "'";
        if (attempt.swapped()) {
            return StepResult.already(wanted, "the copy is live already");
        }
        Part part = chosen(backups, attempt);
        if (isLoaded(attempt, part)) {
            return described(StepResult.already(wanted, "found it there, finished"), attempt, part);
        }
        refuseWhatCannotEndWell(attempt);
        Noting noting = new Noting(task.progress());
        long begin = System.nanoTime();
        attempt.data()
                .loadBeside(attempt.system(), attempt.store(), part, backups.directory(), attempt.beside(), noting);
        long millis = Duration.ofNanos(System.nanoTime() - begin).toMillis();
        if (!isLoaded(attempt, part)) {
            return StepResult.notMet(wanted, "database '" + attempt.beside() + "' is not there or not finished");
        }
        return described(
                        StepResult.proved(
                                wanted,
                                "loaded: " + Words.some(part.totalRows(), "row") + " in "
                                        + Words.some(part.rows().size(), "table")
                                        + ", as the manifest has them; schema version '"
                                        + part.schemaVersion() + "'" + noting.words()),
                        attempt,
                        part)
                .with("loadMillis", millis);
    }

    /** Keeps what the load did on its way, for the record. */
    private record Noting(Progress progress, List<String> notes) implements Progress {
        Noting(Progress progress) {
            this(progress, new ArrayList<>());
        }

        @Override
        public void report(int percent, String doing) {
            progress.report(percent, doing);
        }

        @Override
        public void note(String done) {
            notes.add(done);
        }

        String words() {
            return notes.stream().map(note -> "; " + note).collect(Collectors.joining());
        }
    }

    /** The plan's backup of the store; refuses a set that must never be a source. */
    static Part chosen(BackupLedger backups, StoreAttempt attempt) {
        String id = attempt.task().plan().backupId();
        BackupSet set = backups.find(id == null ? "" : id)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_MISSING,
                        "backup '" + id + "' is not known",
                        "choose one of the system's backups and make a new plan."));
        if (!set.systemId().equals(attempt.system().id())) {
            throw new Refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    "backup '" + id + "' is of system '" + set.systemId() + "', not of '"
                            + attempt.system().id() + "'",
                    "choose a backup of this system and make a new plan.");
        }
        if (set.purpose() == Purpose.EMERGENCY) {
            throw new Refusal(
                    ErrorCode.NO_BACKUP,
                    "backup '" + id + "' is an emergency backup: it holds a failed state",
                    "choose a backup that was taken before the failure.");
        }
        Part part = set.parts().stream()
                .filter(each -> each.storeId().equals(attempt.store().id()))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_MISSING,
                        "backup '" + id + "' has nothing of store '"
                                + attempt.store().id() + "'",
                        "choose another backup and make a new plan."));
        if (!part.rowsKnown()) {
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    "backup '" + id + "' was adopted and never restored: nobody knows how many rows it must give",
                    "prove it first: ./sternway backup prove " + id);
        }
        String planned = attempt.planned("LoadStoreBeside", "sha256");
        if (planned != null && !planned.equals(part.sha256())) {
            throw new Refusal(
                    ErrorCode.PLAN_CHANGED,
                    "backup '" + id + "' has the checksum '" + part.sha256() + "', the plan was made for '" + planned
                            + "'",
                    "make a new plan and have it approved.");
        }
        return part;
    }

    private void refuseWhatCannotEndWell(StoreAttempt attempt) {
        attempt.requirePlannedIdentity("LoadStoreBeside");
        if (attempt.aside(attempt.kept()).isPresent()) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "database '" + attempt.kept() + "' exists already, its name is needed for the failed database",
                    "look what it holds, then rename or discard it.");
        }
        backups.verifyManifest(backups.find(attempt.task().plan().backupId()).orElseThrow());
        // The backup itself is read once, by the load: it refuses before it creates anything, or takes its copy away.
        List<String> obstacles = attempt.data().obstacles(attempt.system(), attempt.store());
        if (!obstacles.isEmpty()) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    String.join("; ", obstacles),
                    "clear what is in the way, then retry the task.");
        }
    }

    private static boolean isLoaded(StoreAttempt attempt, Part part) {
        return attempt.aside(attempt.beside())
                .filter(each -> each.stage() == Stage.LOADED)
                .filter(each -> part.sha256().equals(each.backupSha256()))
                .isPresent();
    }

    private static StepResult described(StepResult result, StoreAttempt attempt, Part part) {
        return result.with("database", attempt.beside())
                .with(
                        "copy",
                        attempt.aside(attempt.beside()).map(Aside::identity).orElse(null))
                .with("backupId", attempt.task().plan().backupId())
                .with("sha256", part.sha256());
    }
}
