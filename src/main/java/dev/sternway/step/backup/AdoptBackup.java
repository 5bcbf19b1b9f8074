package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Adopted;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Makes a backup set of a dump that was there before Sternway: copied, looked through, described and signed. A restore
 * offers it once it was proved.
 */
@Component
@EnableConfigurationProperties(AdoptionSettings.class)
public class AdoptBackup {
    private static final DateTimeFormatter IN_ID =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss").withZone(ZoneOffset.UTC);

    private final DataStores dataStores;
    private final BackupLedger backups;
    private final List<Path> from;

    AdoptBackup(DataStores dataStores, BackupLedger backups, AdoptionSettings settings) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.from = settings.adoptFrom();
    }

    /**
     * Adopts one store's dump; the dumps of one time, one for each store, become one set.
     *
     * @param storeId null when the system has only one store
     * @param path below one of the folders that backups are adopted from
     * @param takenAt when it was taken; null to take that from its name, else from its time
     */
    public StepResult adopt(ManagedSystem system, String storeId, String path, Instant takenAt) {
        Store store = store(system, storeId);
        Path source = source(path);
        DataStore data = dataStores.of(store);
        data.require(store, Capability.ADOPT, Capability.VERIFY);
        Path aside = backups.directory().resolve(BackupFolders.ASIDE + UUID.randomUUID());
        try {
            Adopted adopted = data.adopt(system, store, source, aside);
            Part part = adopted.part();
            Instant time = takenAt == null ? adopted.takenAt() : takenAt;
            data.verify(system, store, part, aside, "adopt");
            BackupSet set = keep(system, source, time, part, aside);
            return StepResult.proved(
                            "'" + source + "' is a backup set that can be proved",
                            "adopted as '" + set.id() + "': " + part.format() + ", " + part.bytes()
                                    + " bytes"
                                    + (part.serverVersion() == null
                                            ? ""
                                            : ", written by version " + part.serverVersion() + " of " + store.kind())
                                    + ", taken at " + time)
                    .with("backupId", set.id());
        } finally {
            BackupFolders.removeAside(aside);
        }
    }

    private BackupSet keep(ManagedSystem system, Path source, Instant time, Part part, Path aside) {
        String id = id(system, time);
        Optional<BackupSet> there = backups.find(id);
        Optional<Part> same = there.flatMap(set -> set.parts().stream()
                .filter(each -> each.storeId().equals(part.storeId()))
                .findFirst());
        if (same.isPresent()) {
            if (same.get().sha256().equals(part.sha256())) {
                return there.get();
            }
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_ADOPTABLE,
                    "backup '" + id + "' has another dump of store '" + part.storeId() + "' already",
                    "say when this one was taken with --taken-at, or discard that set.");
        }
        if (there.isEmpty()) {
            backups.open(new BackupSet(id, system.id(), Purpose.ADOPTED, null, time, List.of(), source.toString()));
        }
        BackupFolders.move(aside.resolve(part.file()), backups.directory().resolve(id));
        boolean complete = dataStores.backedUp(system).stream()
                .map(Store::id)
                .allMatch(each -> each.equals(part.storeId())
                        || there.stream()
                                .anyMatch(set -> set.parts().stream()
                                        .anyMatch(other -> other.storeId().equals(each))));
        return backups.add(id, part.at(id + "/" + part.file()), complete);
    }

    /** A set that was discarded keeps its name: who adopts the same dump again gets the next one. */
    private String id(ManagedSystem system, Instant time) {
        String id = system.id() + "-" + IN_ID.format(time) + "-adopted";
        List<String> discarded = backups.discarded();
        String free = id;
        for (int number = 2; discarded.contains(free); number++) {
            free = id + "-" + number;
        }
        return free;
    }

    private Store store(ManagedSystem system, String storeId) {
        List<String> ids = system.stores().stream().map(Store::id).toList();
        List<Store> able = dataStores.able(system, EnumSet.of(Capability.ADOPT));
        if (storeId == null && able.size() == 1) {
            return able.get(0);
        }
        if (storeId == null || !ids.contains(storeId)) {
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_ADOPTABLE,
                    storeId == null
                            ? "system '" + system.id() + "' has the stores " + ids
                            : "system '" + system.id() + "' has no store '" + storeId + "'; it has " + ids,
                    "say with --store whose dump it is.");
        }
        return system.store(storeId);
    }

    /** Below one of the folders after all links are followed: what lies elsewhere on this machine is nobody's business. */
    private Path source(String path) {
        try {
            Path source = Path.of(path).toRealPath();
            for (Path folder : from) {
                if (Files.isDirectory(folder) && source.startsWith(folder.toRealPath()) && Files.exists(source)) {
                    return source;
                }
            }
        } catch (IOException | InvalidPathException e) {
            // Not there, or not to be read: both are told alike.
        }
        throw new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "there is no backup '" + path + "' below "
                        + from.stream()
                                .map(Path::toAbsolutePath)
                                .map(Path::normalize)
                                .toList(),
                "put it there, where Sternway runs, or add its folder to sternway.backup.adopt-from.");
    }
}
