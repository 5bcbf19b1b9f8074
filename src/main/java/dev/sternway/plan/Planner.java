package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.StartOrder;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Toggle;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/**
 * Makes the plan of one attempt at one level: looks at the world, resolves everything, refuses what cannot end well, and
 * touches nothing.
 */
@Component
public class Planner {
    private final ContainerHost host;
    private final DataStores dataStores;
    private final ReleaseLedger releases;
    private final BackupLedger backups;

    Planner(ContainerHost host, DataStores dataStores, ReleaseLedger releases, BackupLedger backups) {
        this.host = host;
        this.dataStores = dataStores;
        this.releases = releases;
        this.backups = backups;
    }

    /**
     * The plan for the level as the world is now.
     *
     * @throws LevelSkipped when the level has nothing to offer here and the next one should be tried
     * @throws Refusal when a precondition does not hold and a person must choose
     */
    public Plan plan(PlanRequest request) {
        return switch (request.level()) {
            case 1 -> togglePlan(request);
            case 2 -> releasePlan(request);
            case 3 -> restorePlan(request);
            default -> throw new IllegalArgumentException("levels are 1, 2 and 3, got " + request.level());
        };
    }

    private Plan togglePlan(PlanRequest request) {
        ManagedSystem system = request.system();
        List<Toggle> toggles = system.toggles().stream()
                .filter(toggle -> request.feature() == null || toggle.id().equals(request.feature()))
                .toList();
        if (toggles.isEmpty()) {
            throw new LevelSkipped(
                    ErrorCode.NO_TOGGLE,
                    request.feature() == null
                            ? "system '" + system.id() + "' has no toggle"
                            : "system '" + system.id() + "' has no toggle '" + request.feature() + "'");
        }
        List<PlanStep> steps = new ArrayList<>();
        Map<String, List<Toggle>> byService =
                toggles.stream().collect(Collectors.groupingBy(Toggle::service, TreeMap::new, Collectors.toList()));
        boolean anythingOn = false;
        for (Map.Entry<String, List<Toggle>> entry : byService.entrySet()) {
            Service service = system.service(entry.getKey());
            Container container = container(service);
            Map<String, String> off = new TreeMap<>();
            entry.getValue().forEach(toggle -> off.put(toggle.environment(), toggle.off()));
            Map<String, String> on = new TreeMap<>();
            off.keySet().forEach(name -> on.put(name, container.environment().getOrDefault(name, "(not set)")));
            anythingOn |= !on.equals(off);
            String ids = entry.getValue().stream().map(Toggle::id).collect(Collectors.joining(","));
            Map<String, String> identity = Map.of("imageId", container.imageId(), "toggles", ids);
            String id = service.id();
            steps.add(step(
                    "prepareToggle",
                    id,
                    "'" + service.container() + "' runs",
                    "a switched copy is beside it, not started",
                    Duration.ofSeconds(1),
                    Duration.ZERO,
                    identity));
            steps.add(stop(service));
            steps.add(step(
                    "switchToggle",
                    id,
                    shown(on),
                    shown(off),
                    Duration.ofSeconds(1),
                    service.stopGrace().plusSeconds(5),
                    identity));
            steps.add(ready(service));
            steps.add(step(
                    "proveToggle",
                    id,
                    "not proved",
                    "proved inside the process and in the behaviour",
                    Duration.ofSeconds(2),
                    Duration.ZERO,
                    identity));
        }
        if (!anythingOn) {
            throw new LevelSkipped(
                    ErrorCode.NO_TOGGLE,
                    "the toggles " + toggles.stream().map(Toggle::id).toList() + " are off already");
        }
        return plan(request, null, null, steps);
    }

    private Plan releasePlan(PlanRequest request) {
        ManagedSystem system = request.system();
        Release release = release(system);
        for (Store store : system.stores()) {
            String recorded = release.schemaVersions().get(store.id());
            if (recorded == null || store.oldCodeRuns()) {
                continue;
            }
            String live = dataStores.of(store).identify(system, store).schemaVersion();
            if (!recorded.equals(live)) {
                throw new LevelSkipped(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "store '" + store.id() + "' has schema version '" + live + "', release '" + release.id()
                                + "' ran on '" + recorded + "', and the catalogue does not say that old code runs");
            }
        }
        List<Service> changed = changed(system, release);
        if (changed.isEmpty()) {
            throw new LevelSkipped(
                    ErrorCode.NO_RELEASE, "release '" + release.id() + "' is what runs already, with its settings");
        }
        List<Service> restarted = withDependents(system, changed, List.of());
        List<PlanStep> steps = new ArrayList<>();
        changed.forEach(service -> steps.add(replacement(service, release)));
        reversed(restarted).forEach(service -> steps.add(stop(service)));
        restarted.forEach(service -> steps.addAll(revert(service, release)));
        return plan(request, release, null, steps);
    }

    private Plan restorePlan(PlanRequest request) {
        ManagedSystem system = request.system();
        Release release = release(system);
        BackupSet backup = backup(request, release);
        List<PlanStep> data = new ArrayList<>();
        List<PlanStep> swaps = new ArrayList<>();
        for (BackupSet.Part part : backup.parts()) {
            Store store = system.store(part.storeId());
            DataStore dataStore = dataStores.of(store);
            List<String> obstacles = dataStore.obstacles(system, store);
            if (!obstacles.isEmpty()) {
                throw new Refusal(
                        ErrorCode.PLAN_OBSTACLE,
                        "store '" + store.id() + "' cannot be swapped: " + String.join("; ", obstacles),
                        "clear what is in the way, then choose 'this level again'.");
            }
            requireWhole(backup, part);
            DataStore.Identity live = dataStore.identify(system, store);
            data.addAll(prepareData(store, part, backup, live));
            swaps.addAll(swapData(store, part, backup, live));
        }
        List<Service> changed = changed(system, release);
        Set<String> swapped =
                backup.parts().stream().map(BackupSet.Part::storeId).collect(Collectors.toSet());
        List<Service> users = system.services().stream()
                .filter(service -> service.uses().stream().anyMatch(swapped::contains))
                .toList();
        List<Service> restarted = withDependents(system, changed, users);
        List<PlanStep> steps = new ArrayList<>(data);
        changed.forEach(service -> steps.add(replacement(service, release)));
        reversed(restarted).forEach(service -> steps.add(stop(service)));
        steps.addAll(swaps);
        restarted.forEach(service -> steps.addAll(revert(service, release)));
        return plan(request, release, backup, steps);
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

    private List<PlanStep> prepareData(Store store, BackupSet.Part part, BackupSet backup, DataStore.Identity live) {
        Map<String, String> identity = identity(part, live);
        Duration load = atRate(part.bytes(), 5);
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
                        "backup '" + backup.id() + "' of " + backup.takenAt(),
                        "loaded into a new database beside '" + store.database() + "'",
                        load,
                        Duration.ZERO,
                        identity),
                step(
                        "measureLoss",
                        store.id(),
                        "loss not known",
                        "loss measured table by table",
                        atRate(live.bytes(), 50),
                        Duration.ZERO,
                        identity));
    }

    private List<PlanStep> swapData(Store store, BackupSet.Part part, BackupSet backup, DataStore.Identity live) {
        Map<String, String> identity = identity(part, live);
        return List.of(
                step(
                        "swapStore",
                        store.id(),
                        "'" + store.database() + "' is the failed database, schema version '" + live.schemaVersion()
                                + "'",
                        "'" + store.database() + "' is backup '" + backup.id() + "', schema version '"
                                + part.schemaVersion() + "'; the failed one is kept",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(1),
                        identity),
                step(
                        "proveStore",
                        store.id(),
                        "not proved",
                        "identity, schema version and rows are the backup's",
                        Duration.ofSeconds(2),
                        Duration.ZERO,
                        identity));
    }

    private static Map<String, String> identity(BackupSet.Part part, DataStore.Identity live) {
        return Map.of(
                "identity",
                live.identity(),
                "schemaVersion",
                Objects.toString(live.schemaVersion(), ""),
                "sha256",
                part.sha256());
    }

    /** Seconds for the bytes at so many megabytes a second, at least one. */
    private static Duration atRate(long bytes, int megabytesPerSecond) {
        return Duration.ofSeconds(1 + bytes / (megabytesPerSecond * 1_000_000L));
    }

    private Release release(ManagedSystem system) {
        return releases.latest(system.id())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_RELEASE,
                        "no release of system '" + system.id() + "' was recorded before the upgrade",
                        "roll the release back by hand, and record the next one with './sternway snapshot "
                                + system.id() + "'."));
    }

    /** The newest set that cannot hold the failed release's data: taken with the release, or before it was recorded. */
    private BackupSet backup(PlanRequest request, Release release) {
        String system = request.system().id();
        return backups.candidates(system, request.harmSince()).stream()
                .filter(set ->
                        release.id().equals(set.releaseId()) || set.takenAt().isBefore(release.recordedAt()))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_BACKUP,
                        "system '" + system + "' has no whole backup from before " + request.harmSince()
                                + "; emergency backups are never offered",
                        "restore by hand, and take the next backup with './sternway snapshot " + system + "'."));
    }

    /** The services that do not run as the release recorded them, in start order. */
    private List<Service> changed(ManagedSystem system, Release release) {
        return StartOrder.inStartOrder(system).stream()
                .filter(service -> !service.infrastructure())
                .filter(service -> differs(service, recorded(service, release)))
                .toList();
    }

    /**
     * The services themselves and all that depend on one of them, in start order: a service must not meet the one it
     * needs half way, nor hold on to where it was.
     */
    private static List<Service> withDependents(ManagedSystem system, List<Service> changed, List<Service> users) {
        Set<String> ids = new HashSet<>();
        changed.forEach(service -> ids.add(service.id()));
        users.forEach(service -> ids.add(service.id()));
        List<Service> all = new ArrayList<>();
        for (Service service : StartOrder.inStartOrder(system)) {
            if (!service.infrastructure()
                    && (ids.contains(service.id())
                            || service.dependsOn().stream().anyMatch(ids::contains))) {
                ids.add(service.id());
                all.add(service);
            }
        }
        return all;
    }

    private boolean differs(Service service, Release.RecordedService recorded) {
        Container container = container(service);
        return !container.imageId().equals(recorded.imageId())
                || !host.differences(recorded.specification(), host.specification(service.container()))
                        .isEmpty();
    }

    private static Release.RecordedService recorded(Service service, Release release) {
        Release.RecordedService recorded = release.services().get(service.id());
        if (recorded == null) {
            throw new Refusal(
                    ErrorCode.NO_RELEASE,
                    "release '" + release.id() + "' did not record service '" + service.id() + "'",
                    "record a release after the catalogue has changed, or roll back by hand.");
        }
        return recorded;
    }

    private Container container(Service service) {
        return host.find(service.container())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.CONTAINER_NOT_FOUND,
                        "container '" + service.container() + "' of service '" + service.id() + "' is not there",
                        "create it again, or correct its name in the catalogue."));
    }

    private PlanStep replacement(Service service, Release release) {
        Release.RecordedService recorded = recorded(service, release);
        if (!host.hasImage(recorded.imageId())) {
            throw new Refusal(
                    ErrorCode.IMAGE_NOT_PRESENT,
                    "image '" + recorded.imageName() + "' (" + recorded.imageId() + ") of release '" + release.id()
                            + "' is not present on the host",
                    "pull or load it there, then choose 'this level again'.");
        }
        Container container = container(service);
        List<String> differences = host.differences(recorded.specification(), host.specification(service.container()));
        return step(
                "createReplacement",
                service.id(),
                "image '" + container.imageName() + "' " + shortId(container.imageId())
                        + (differences.isEmpty() ? "" : ", settings differ: " + String.join(", ", differences)),
                "image '" + recorded.imageName() + "' " + shortId(recorded.imageId())
                        + ", settings as recorded, beside, not started",
                Duration.ofSeconds(1),
                Duration.ZERO,
                Map.of("now", container.imageId(), "after", recorded.imageId()));
    }

    static PlanStep stop(Service service) {
        return step(
                "stopService",
                service.id(),
                "runs",
                "stopped, within " + service.stopGrace().toSeconds() + " s",
                Duration.ofSeconds(2),
                Duration.ZERO,
                Map.of());
    }

    private List<PlanStep> revert(Service service, Release release) {
        Release.RecordedService recorded = recorded(service, release);
        return List.of(
                step(
                        "revertImage",
                        service.id(),
                        "'" + service.container() + "' is the failed container",
                        "'" + service.container() + "' is release " + release.version() + "; the failed one is kept",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Map.of("after", recorded.imageId())),
                ready(service),
                step(
                        "proveService",
                        service.id(),
                        "not proved",
                        "image id, version " + release.version() + " and settings as recorded",
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Map.of("after", recorded.imageId())));
    }

    static PlanStep ready(Service service) {
        return step(
                "awaitServiceReady",
                service.id(),
                "starts",
                "answers several times in a row",
                Duration.ofSeconds(5),
                Duration.ZERO,
                Map.of());
    }

    static PlanStep step(
            String step,
            String target,
            String now,
            String after,
            Duration estimate,
            Duration outage,
            Map<String, String> identity) {
        return new PlanStep(step, target, now, after, estimate, outage, new TreeMap<>(identity));
    }

    private Plan plan(PlanRequest request, Release release, BackupSet backup, List<PlanStep> steps) {
        String releaseId = release == null ? null : release.id();
        String backupId = backup == null ? null : backup.id();
        Map<String, String> checksums = new TreeMap<>();
        if (backup != null) {
            backup.parts().forEach(part -> checksums.put(part.storeId(), part.sha256()));
        }
        String sha256 = PlanHash.of(
                request.incidentId(), request.system().id(), request.level(), releaseId, backupId, checksums, steps);
        Duration estimate = steps.stream().map(PlanStep::estimate).reduce(Duration.ZERO, Duration::plus);
        return new Plan(
                sha256,
                request.incidentId(),
                request.system().id(),
                request.level(),
                releaseId,
                backupId,
                List.copyOf(steps),
                request.system().budgets().of(request.level()),
                estimate,
                Instant.now());
    }

    private static List<Service> reversed(List<Service> services) {
        List<Service> copy = new ArrayList<>(services);
        Collections.reverse(copy);
        return copy;
    }

    private static String shown(Map<String, String> variables) {
        return variables.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue())
                .collect(Collectors.joining(", "));
    }

    private static String shortId(String imageId) {
        return imageId.substring(0, Math.min(19, imageId.length()));
    }
}
