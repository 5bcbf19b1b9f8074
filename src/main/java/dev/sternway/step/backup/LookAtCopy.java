package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.Proof;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.LoadProofs;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.Trial;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
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
        ManagedSystem system = task.system();
        Store store = system.store(task.target());
        DataStore data = dataStores.of(store);
        String setId = task.plan().backupId();
        String beside = StoreNames.beside(store, task.incidentId());
        String wanted = "store '" + store.id() + "' of backup '" + setId + "' loaded beside, and whole";
        if (data.aside(system, store, beside).isEmpty()) {
            // The load has found it live: it was looked at, and agreed to, before it was swapped in.
            return StepResult.already(wanted, "the copy is live already").with(WHOLE, true);
        }
        Proof proof = proofs.of(setId);
        if (proof.state() == State.PROVED) {
            return StepResult.already(wanted, "restored on trial before: " + proof.words())
                    .with(WHOLE, true);
        }
        BackupSet set = backups.find(setId).orElseThrow();
        Trial look = look(task, store, set);
        String key = "LOAD-" + task.incidentId() + "-" + setId;
        if (!look.faults().isEmpty()) {
            String faults = "store '" + store.id() + "' is not whole: " + String.join("; ", look.faults());
            loads.failed(key, setId, store.id(), ErrorCode.BACKUP_NOT_LOADABLE.name(), faults);
            if (!task.plan().losesData()) {
                // Nobody is asked about a loss later on, and nothing is stopped yet.
                throw new Refusal(
                        ErrorCode.BACKUP_NOT_PROVED,
                        faults,
                        "choose another backup; nothing was stopped, nothing was touched.");
            }
            return StepResult.notMet(wanted, faults).with(WHOLE, false);
        }
        Optional<Duration> took = look.load().isZero() ? Optional.ofNullable(load) : Optional.of(look.load());
        took.ifPresent(time -> loads.whole(key, set, trial(system, store, set, look, time)));
        return StepResult.proved(
                        wanted,
                        "looked at in " + look.check().toMillis() + " ms: " + String.join("; ", look.findings()))
                .with(WHOLE, true);
    }

    /** At the copy itself where its technology can; else at another one, which is thrown away. */
    private Trial look(StepTask task, Store store, BackupSet set) {
        ManagedSystem system = task.system();
        DataStore data = dataStores.of(store);
        List<Question> questions = questions(system, store.id());
        Optional<Trial> atCopy =
                data.examine(system, store, StoreNames.beside(store, task.incidentId()), questions, task.progress());
        if (atCopy.isPresent()) {
            return atCopy.get();
        }
        return data.tryRestore(
                system,
                store,
                set.part(store.id()),
                backups.directory(),
                StoreNames.look(store, task.incidentId()),
                questions,
                task.progress());
    }

    /** What the catalogue asks of the store's content. */
    public static List<Question> questions(ManagedSystem system, String storeId) {
        return system.checks().stream()
                .filter(check -> check.sql() != null && check.sql().store().equals(storeId))
                .map(check -> new Question(
                        check.id(), check.sql().query(), check.sql().expect()))
                .toList();
    }

    private static BackupProofs.Trial trial(
            ManagedSystem system, Store store, BackupSet set, Trial look, Duration load) {
        return new BackupProofs.Trial(
                system.id(),
                store.id(),
                set.id(),
                set.part(store.id()).bytes(),
                look.bytes(),
                load,
                look.check(),
                String.join("; ", look.findings()));
    }
}
