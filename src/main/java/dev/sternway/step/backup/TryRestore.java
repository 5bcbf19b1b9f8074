package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepResult;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Proves that a backup can be restored, by restoring it: beside the live store, under a name of its own, looked at and
 * thrown away.
 */
@Component
public class TryRestore {
    private final DataStores dataStores;
    private final BackupLedger backups;
    private final BackupProofs proofs;

    TryRestore(DataStores dataStores, BackupLedger backups, BackupProofs proofs) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.proofs = proofs;
    }

    /**
     * Restores one store of a set on trial and keeps what that measured; of an adopted set it also learns the rows.
     *
     * @param runKey the proof run that it belongs to
     * @throws Refusal when the copy is not what the manifest says, or not whole
     */
    public StepResult run(
            String runKey, ManagedSystem system, String setId, String storeId, DataStore.Progress progress) {
        BackupSet set = backups.find(setId)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_MISSING,
                        "backup '" + setId + "' is not known any more",
                        "it was discarded meanwhile."));
        Store store = system.store(storeId);
        Part part = set.part(storeId);
        List<Question> questions = LookAtCopy.questions(system, storeId);
        DataStore data = dataStores.of(store);
        data.require(store, Capability.LOAD_BESIDE, Capability.DISCARD);
        DataStore.Trial trial = data.tryRestore(
                system, store, part, backups.directory(), StoreNames.trial(store, setId), questions, progress);
        if (!trial.faults().isEmpty()) {
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    "store '" + storeId + "' of backup '" + setId + "' was restored, and is not whole: "
                            + String.join("; ", trial.faults()),
                    "choose another backup, and look how this one was taken.");
        }
        if (!part.rowsKnown()) {
            backups.add(setId, part.seen(trial.rows(), trial.schemaVersion()), backups.isComplete(setId));
        }
        String findings = String.join("; ", trial.findings());
        proofs.add(
                runKey,
                new BackupProofs.Trial(
                        system.id(),
                        storeId,
                        setId,
                        part.bytes(),
                        trial.bytes(),
                        trial.load(),
                        trial.check(),
                        findings));
        return StepResult.proved(
                        "store '" + storeId + "' of backup '" + setId + "' restored beside, and whole",
                        "restored in " + trial.load().toMillis() + " ms, looked at in "
                                + trial.check().toMillis() + " ms: " + findings + "; the copy is gone")
                .with("backupId", setId)
                .with("loadMillis", trial.load().toMillis())
                .with("databaseBytes", trial.bytes());
    }

    /**
     * Throws away the copies that trials left when they were killed.
     *
     * @return their names
     */
    public List<String> sweep(ManagedSystem system) {
        List<String> swept = new ArrayList<>();
        for (Store store : dataStores.able(system, EnumSet.of(Capability.DISCARD))) {
            DataStore data = dataStores.of(store);
            try {
                for (String copy : data.copies(system, store)) {
                    if (isLeft(system, store, copy)) {
                        data.discard(system, store, copy);
                        swept.add(copy);
                    }
                }
            } catch (OutsideException serverIsAway) {
                // The next sweep finds it.
            }
        }
        return swept;
    }

    /** True for the copy of a set that nobody is trying now; the names of copies cannot be read backwards. */
    private boolean isLeft(ManagedSystem system, Store store, String copy) {
        return Stream.concat(backups.list(system.id()).stream().map(BackupSet::id), backups.discarded().stream())
                .filter(setId -> StoreNames.trial(store, setId).equals(copy))
                .anyMatch(setId -> proofs.running(setId).isEmpty());
    }
}
