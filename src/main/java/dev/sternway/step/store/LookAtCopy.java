package dev.sternway.step.store;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.Proof;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.LoadProofs;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Looks whether the copy that an incident has loaded is whole, as a restore on trial does: people may agree only to what
 * is proved. What a trial has proved before is not looked at again, at three in the morning time counts.
 */
@Component
public class LookAtCopy {
    /** In the ledger, true when the copy may be approved. */
    public static final String WHOLE = "whole";

    private final DataStores dataStores;
    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final LoadProofs loads;

    LookAtCopy(DataStores dataStores, BackupLedger backups, BackupProofs proofs, LoadProofs loads) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.proofs = proofs;
        this.loads = loads;
    }

    /** @param load how long loading took; null when the copy was found there */
    public StepResult run(StepTask task, Duration load) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String setId = task.plan().backupId();
        String wanted = "store '" + attempt.store().id() + "' of backup '" + setId + "' loaded beside, and whole";
        if (attempt.swapped()) {
            return StepResult.already(wanted, "the copy is live already").with(WHOLE, true);
        }
        Proof proof = proofs.of(setId);
        if (proof.state() == State.PROVED) {
            return StepResult.already(wanted, "restored on trial before: " + proof.words())
                    .with(WHOLE, true);
        }
        Part part = LoadStoreBeside.chosen(backups, attempt);
        BackupSet set = backups.find(setId).orElseThrow();
        Trial look = look(attempt, set, part);
        String key = "LOAD-" + task.incidentId() + "-" + setId;
        if (!look.faults().isEmpty()) {
            String faults = "store '" + attempt.store().id() + "' is not whole: " + String.join("; ", look.faults());
            loads.failed(key, setId, ErrorCode.BACKUP_NOT_LOADABLE.name(), faults);
            return StepResult.notMet(wanted, faults).with(WHOLE, false);
        }
        Optional<Duration> took = look.load().isZero() ? Optional.ofNullable(load) : Optional.of(look.load());
        took.ifPresent(time -> loads.whole(key, set, trial(attempt, set, part, look, time)));
        return StepResult.proved(
                        wanted,
                        "looked at in " + look.check().toMillis() + " ms: " + String.join("; ", look.findings()))
                .with(WHOLE, true);
    }

    /** At the copy itself where its technology can; else at another one, which is thrown away. */
    private Trial look(StoreAttempt attempt, BackupSet set, Part part) {
        List<Question> questions = questions(attempt.system(), attempt.store().id());
        Optional<Trial> atCopy = attempt.data()
                .examine(
                        attempt.system(),
                        attempt.store(),
                        attempt.beside(),
                        questions,
                        attempt.task().progress());
        if (atCopy.isPresent()) {
            return atCopy.get();
        }
        proofs.running(set.id()).ifPresent(run -> {
            throw new OutsideException("backup '" + set.id() + "' is being proved: " + run.key()
                    + "; it is looked at again when that has ended");
        });
        return attempt.data()
                .tryRestore(
                        attempt.system(),
                        attempt.store(),
                        part,
                        backups.directory(),
                        StoreNames.trial(attempt.store(), set.id()),
                        questions,
                        attempt.task().progress());
    }

    /** What the catalogue asks of the store's content. */
    public static List<Question> questions(ManagedSystem system, String storeId) {
        return system.checks().stream()
                .filter(check -> check.sql() != null && check.sql().store().equals(storeId))
                .map(check -> new Question(
                        check.id(), check.sql().query(), check.sql().expect()))
                .toList();
    }

    private static BackupProofs.Trial trial(StoreAttempt attempt, BackupSet set, Part part, Trial look, Duration load) {
        return new BackupProofs.Trial(
                attempt.system().id(),
                attempt.store().id(),
                set.id(),
                part.bytes(),
                look.bytes(),
                load,
                look.check(),
                String.join("; ", look.findings()));
    }
}
