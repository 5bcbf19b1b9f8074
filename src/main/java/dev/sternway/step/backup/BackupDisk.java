package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.ToLongFunction;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/** Looks whether a backup will find room before it is begun: a disk that fills up half way helps nobody. */
@Component
class BackupDisk {
    private static final double ROOM = 1.2;

    private final DataStores dataStores;
    private final BackupLedger backups;
    private final ToLongFunction<Path> free;

    @Autowired
    BackupDisk(DataStores dataStores, BackupLedger backups) {
        this(dataStores, backups, BackupDisk::usable);
    }

    BackupDisk(DataStores dataStores, BackupLedger backups, ToLongFunction<Path> free) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.free = free;
    }

    /**
     * Refuses when the backup of the store will probably not fit.
     *
     * @throws Refusal with what is free and what will be needed
     */
    void requireRoom(ManagedSystem system, Store store) {
        long needed = (long) (predicted(system, store) * ROOM);
        long there = free.applyAsLong(backups.directory());
        if (there < needed) {
            throw new Refusal(
                    ErrorCode.DISK_TOO_SMALL,
                    "%d MB are free in '%s', the backup of store '%s' will need about %d MB"
                            .formatted(there >> 20, backups.directory(), store.id(), (needed >> 20) + 1),
                    "make room: './sternway backup list " + system.id() + "' shows what can be discarded.");
        }
    }

    /** As much as the newest backup of the store; of a store that was never backed up, as much as the store itself. */
    long predicted(ManagedSystem system, Store store) {
        return backups.list(system.id()).stream()
                .filter(set -> set.purpose() != Purpose.ADOPTED)
                .map(BackupSet::parts)
                .flatMap(parts -> parts.stream().filter(part -> part.storeId().equals(store.id())))
                .findFirst()
                .map(Part::bytes)
                .orElseGet(() -> dataStores.of(store).identify(system, store).bytes());
    }

    private static long usable(Path directory) {
        try {
            Files.createDirectories(directory);
            return Files.getFileStore(directory).getUsableSpace();
        } catch (IOException e) {
            throw new OutsideException("the backup directory '" + directory + "' cannot be used: " + e, e);
        }
    }
}
