package dev.sternway.plan;

import static dev.sternway.plan.PlanSteps.reversed;
import static dev.sternway.plan.PlanSteps.step;
import static dev.sternway.plan.PlanSteps.stop;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Plans level 3: a backup is loaded beside the live data and swapped in, and the services run on its release again. */
final class RestorePlanner {
    private final RecordedServices services;
    private final DataStores dataStores;
    private final BackupLedger backups;
    private final RollbackTargets targets;
    private final CodeAndData codeAndData;
    private final RestoreHistory history;
    private final LoadRoom room;

    RestorePlanner(
            RecordedServices services,
            DataStores dataStores,
            BackupLedger backups,
            RollbackTargets targets,
            CodeAndData codeAndData,
            RestoreHistory history) {
        this.services = services;
        this.dataStores = dataStores;
        this.backups = backups;
        this.targets = targets;
        this.codeAndData = codeAndData;
        this.history = history;
        this.room = new LoadRoom(dataStores, history);
    }

    Draft draft(PlanRequest request) {
        ManagedSystem system = request.system();
        Reach reach = Reach.of(request);
        Release release = reach.isDataOnly() ? null : targets.release(request);
        BackupSet backup = targets.backup(request, release);
        List<BackupSet.Part> parts = parts(request, reach, backup);
        List<String> passedOver = targets.passedOver(request, release);
        List<PlanStep> steps = new ArrayList<>();
        List<PlanStep> swaps = new ArrayList<>();
        for (BackupSet.Part part : parts) {
            Store store = system.store(part.storeId());
            DataStore dataStore = dataStores.of(store);
            dataStore.require(store, DataStore.RESTORE.toArray(Capability[]::new));
            requireNoObstacles(store, dataStore.obstacles(system, store));
            requireWhole(backup, part);
            room.require(request, store, backup, part);
            DataStore.Identity live = dataStore.identify(system, store);
            steps.addAll(prepareData(store, part, backup, live, passedOver));
            Optional<String> changes = dataStore.changes(system, store, part, backups.directory());
            swaps.addAll(swapData(store, part, backup, live, changes.orElse(null)));
        }
        Set<String> stopped = parts.stream()
                .map(part -> system.store(part.storeId()))
                .filter(store -> dataStores.of(store).stopsUsers(store))
                .map(Store::id)
                .collect(Collectors.toSet());
        List<Service> users = system.services().stream()
                .filter(service -> service.uses().stream().anyMatch(stopped::contains))
                .toList();
        List<Service> changed = reach.isDataOnly() ? List.of() : services.changed(system, release, reach);
        List<Service> restarted =
                RecordedServices.withDependents(system, changed, reach.isPartial() ? List.of(reach.only()) : users);
        codeAndData.requireTogether(request, reach, parts, restarted);
        changed.forEach(service -> steps.add(services.replacement(service, release)));
        reversed(restarted).forEach(service -> steps.add(stop(service)));
        steps.addAll(swaps);
        restarted.forEach(service -> steps.addAll(services.startAgain(service, release, reach)));
        return new Draft(release, backup, steps);
    }

    /** The stores to restore; a set that lacks one of a chosen service is of no use to it. */
    private List<BackupSet.Part> parts(PlanRequest request, Reach reach, BackupSet backup) {
        List<String> wanted = reach.stores(dataStores).stream().map(Store::id).toList();
        if (!reach.isPartial()) {
            return backup.parts().stream()
                    .filter(part -> wanted.contains(part.storeId()))
                    .toList();
        }
        Service service = reach.only();
        if (wanted.isEmpty()) {
            throw new LevelSkipped(
                    ErrorCode.SCOPE_NOT_AT_LEVEL,
                    "service '" + service.id() + "' uses no store, so level 3 has nothing to restore for it");
        }
        List<BackupSet.Part> parts = backup.parts().stream()
                .filter(part -> wanted.contains(part.storeId()))
                .toList();
        if (parts.size() < wanted.size()) {
            throw new Refusal(
                    ErrorCode.BACKUP_UNSUITABLE,
                    "backup '" + backup.id() + "' holds "
                            + backup.parts().stream()
                                    .map(BackupSet.Part::storeId)
                                    .toList()
                            + ", service '" + service.id() + "' uses " + wanted,
                    "choose a backup that holds them all.");
        }
        return parts;
    }

    private static void requireNoObstacles(Store store, List<String> obstacles) {
        if (!obstacles.isEmpty()) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "store '" + store.id() + "' cannot be swapped: " + String.join("; ", obstacles),
                    "clear what is in the way, then choose 'this level again'.");
        }
    }

    /** There and of its size; whether it is whole to the last byte is read before anything is loaded. */
    private void requireWhole(BackupSet backup, BackupSet.Part part) {
        Path file = backups.directory().resolve(part.file());
        long bytes;
        try {
            bytes = Files.size(file);
        } catch (IOException e) {
            throw new Refusal(
                    ErrorCode.BACKUP_MISSING,
                    "file '" + part.file() + "' of backup '" + backup.id() + "' cannot be read",
                    "put it back into the backup directory, then choose 'this level again'.");
        }
        if (bytes != part.bytes()) {
            throw new Refusal(
                    bytes < part.bytes() ? ErrorCode.BACKUP_TRUNCATED : ErrorCode.BACKUP_ALTERED,
                    "file '" + part.file() + "' of backup '" + backup.id() + "' has " + bytes
                            + " bytes, its manifest says " + part.bytes(),
                    "put the whole file back, then choose 'this level again'.");
        }
    }

    private List<PlanStep> prepareData(
            Store store, BackupSet.Part part, BackupSet backup, DataStore.Identity live, List<String> passedOver) {
        Map<String, String> identity = identity(store, part, live);
        Optional<Duration> measured = history.load(backup.systemId(), backup.id(), part);
        String known = history.proof(backup.id()).words()
                + (measured.isPresent() ? "" : ", restore time not known")
                + (passedOver.isEmpty() ? "" : "; passed over: " + String.join(", ", passedOver));
        return List.of(
                step(
                        "backUpStore",
                        store.id(),
                        "failed state only live",
                        "failed state in an emergency backup",
                        atRate(live.bytes(), 20),
                        Duration.ZERO,
                        identity),
                step(
                        "loadStoreBeside",
                        store.id(),
                        "backup '" + backup.id() + "' of " + backup.takenAt() + ", " + known,
                        "loaded beside '" + store.live() + "'",
                        measured.orElse(atRate(part.bytes(), 5)),
                        Duration.ZERO,
                        identity),
                step(
                        "measureLoss",
                        store.id(),
                        "loss not known",
                        "loss measured part by part",
                        atRate(live.bytes(), 50),
                        Duration.ZERO,
                        identity));
    }

    private List<PlanStep> swapData(
            Store store, BackupSet.Part part, BackupSet backup, DataStore.Identity live, String changes) {
        Map<String, String> identity = identity(store, part, live);
        // What people see in the plan, or what a release brought, needs no measured loss to be agreed to.
        if (store.holds() != Store.Holds.DATA && (changes != null || store.kind() == Store.Kind.FILES)) {
            identity.put(Plan.HOLDS, store.holds().name());
        }
        return List.of(
                step(
                        "swapStore",
                        store.id(),
                        "'" + store.live() + "' is the failed one" + schema(store, live.schemaVersion()),
                        "'" + store.live() + "' is backup '" + backup.id() + "'" + schema(store, part.schemaVersion())
                                + (changes == null ? "" : ", which " + changes)
                                + "; the failed one is kept; "
                                + dataStores.of(store).swapping(store),
                        Duration.ofSeconds(1),
                        dataStores.of(store).outage(store),
                        identity),
                step(
                        "proveStore",
                        store.id(),
                        "not proved",
                        "identity, schema version and content are the backup's",
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        identity));
    }

    private static String schema(Store store, String version) {
        return store.schemaVersion() == null && version == null ? "" : ", schema version '" + version + "'";
    }

    private static Map<String, String> identity(Store store, BackupSet.Part part, DataStore.Identity live) {
        Map<String, String> identity = new TreeMap<>();
        identity.put("identity", live.identity());
        identity.put("schemaVersion", Objects.toString(live.schemaVersion(), ""));
        identity.put("sha256", part.sha256());
        return identity;
    }

    /** Seconds for the bytes at so many megabytes a second, at least one. */
    private static Duration atRate(long bytes, int megabytesPerSecond) {
        return Duration.ofSeconds(1 + bytes / (megabytesPerSecond * 1_000_000L));
    }
}
