package dev.sternway.plan;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.OptionalLong;

/**
 * Looks whether a copy of the backup will find room beside the live store. The live store's own size says nothing when
 * the harm was to empty it: what counts is the backup.
 */
final class LoadRoom {
    private static final double ROOM = 1.2;

    private final DataStores dataStores;
    private final RestoreHistory history;

    LoadRoom(DataStores dataStores, RestoreHistory history) {
        this.dataStores = dataStores;
        this.history = history;
    }

    /** @throws Refusal with what is free and what will be needed; never for a copy that is there already */
    void require(PlanRequest request, Store store, BackupSet backup, BackupSet.Part part) {
        DataStore data = dataStores.of(store);
        long needed = (long) (predicted(backup, part) * ROOM);
        OptionalLong free = data.freeBytes(request.system(), store);
        boolean enough = free.isEmpty() || free.getAsLong() >= needed;
        if (enough
                || data.aside(request.system(), store, StoreNames.beside(store, request.incidentId()))
                        .isPresent()) {
            return;
        }
        throw new Refusal(
                ErrorCode.DISK_TOO_SMALL,
                "%d MB are free where store '%s' is kept, a copy of backup '%s' needs about %d MB"
                        .formatted(free.getAsLong() >> 20, store.id(), backup.id(), (needed >> 20) + 1),
                "make room there, then choose 'this level again'.");
    }

    /** What its restore on trial took; before the first one at least the bytes of its file. */
    private long predicted(BackupSet backup, BackupSet.Part part) {
        return Math.max(
                part.bytes(),
                history.copyBytes(backup.systemId(), backup.id(), part).orElse(0));
    }
}
