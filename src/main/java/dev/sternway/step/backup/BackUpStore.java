package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Words;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Backs up a store and reads the backup to its end: as a step the failed state, before anything replaces it; for people
 * and schedules a whole system.
 */
@Component
public class BackUpStore implements Step {
    private final DataStores dataStores;
    private final BackupLedger backups;
    private final BackupDisk disk;

    BackUpStore(DataStores dataStores, BackupLedger backups, BackupDisk disk) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.disk = disk;
    }

    /** Takes the emergency backup of one store; the incident has one set for all its stores. */
    @Override
    public StepResult run(StepTask task) {
        ManagedSystem system = task.system();
        Store store = system.store(task.target());
        BackupSet set = backups.begin(system.id(), Purpose.EMERGENCY, null, task.incidentId());
        String wanted = "emergency backup of store '" + store.id() + "' that can be read to its end";

        Optional<Part> earlier = partOf(set, store);
        if (earlier.isPresent() && holds(system, store, earlier.get())) {
            return described(StepResult.already(wanted, seen(set, earlier.get())), set, earlier.get());
        }
        BackupSet taken = backUp(system, store, set, task.progress());
        return described(StepResult.proved(wanted, seen(taken, taken.part(store.id()))), taken, taken.part(store.id()));
    }

    /**
     * Backs up every store of a system into a new set.
     *
     * @param releaseId the release that is running, or null
     */
    public BackupSet backUpSystem(
            ManagedSystem system, Purpose purpose, String releaseId, DataStore.Progress progress) {
        requireStores(system);
        BackupSet set = backups.begin(system.id(), purpose, releaseId, null);
        try {
            return backUp(system, set, progress);
        } catch (RuntimeException e) {
            // Whoever tries again begins a set of its own: this one's time would be too early for what is dumped then.
            backups.discard(set.id(), "sternway", "it was not finished: " + e.getMessage());
            BackupFolders.remove(backups, set.id());
            throw e;
        }
    }

    /**
     * Refuses when there is nothing to back up.
     *
     * @throws Refusal with {@code NO_BACKUP}
     */
    public void requireStores(ManagedSystem system) {
        if (dataStores.backedUp(system).isEmpty()) {
            throw new Refusal(
                    ErrorCode.NO_BACKUP,
                    "system '" + system.id() + "' has no store that could be backed up",
                    "describe its stores in the catalogue.");
        }
    }

    private BackupSet backUp(ManagedSystem system, BackupSet begun, DataStore.Progress progress) {
        BackupSet set = begun;
        int done = 0;
        List<Store> stores = dataStores.backedUp(system);
        for (Store store : stores) {
            int before = done * 100 / stores.size();
            set = backUp(
                    system, store, set, (percent, doing) -> progress.report(before + percent / stores.size(), doing));
            done++;
        }
        return set;
    }

    private BackupSet backUp(ManagedSystem system, Store store, BackupSet set, DataStore.Progress progress) {
        disk.requireRoom(system, store);
        DataStore data = dataStores.of(store);
        data.require(store, Capability.BACK_UP, Capability.VERIFY);
        Path folder = backups.directory().resolve(set.id());
        Part written = data.backUp(system, store, folder, progress);
        Part part = written.at(set.id() + "/" + written.file());
        data.verify(system, store, part, backups.directory(), "read-" + set.id());
        boolean complete = dataStores.backedUp(system).stream()
                .allMatch(each -> each.equals(store) || partOf(set, each).isPresent());
        return backups.add(set.id(), part, complete);
    }

    private boolean holds(ManagedSystem system, Store store, Part part) {
        try {
            dataStores.of(store).verify(system, store, part, backups.directory());
            return true;
        } catch (Refusal damaged) {
            return false;
        }
    }

    private static Optional<Part> partOf(BackupSet set, Store store) {
        return set.parts().stream()
                .filter(part -> part.storeId().equals(store.id()))
                .findFirst();
    }

    private static String seen(BackupSet set, Part part) {
        return "backup '" + set.id() + "': " + part.bytes() + " bytes, " + Words.some(part.totalRows(), "row") + " in "
                + Words.some(part.rows().size(), "table") + ", sha256 " + part.sha256();
    }

    private static StepResult described(StepResult result, BackupSet set, Part part) {
        return result.with("backupId", set.id())
                .with("bytes", part.bytes())
                .with("sha256", part.sha256())
                .with("schemaVersion", part.schemaVersion());
    }
}
