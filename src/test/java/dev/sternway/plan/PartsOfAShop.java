package dev.sternway.plan;

import dev.sternway.catalogue.BackupProofs.Proof;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Toggle;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.MemoryReleases;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * A shop of four services on two stores, upgraded from release 1 to 2: web needs api, api and worker share the orders,
 * search has an index of its own.
 */
final class PartsOfAShop {
    static final Instant BEFORE = Instant.parse("2026-11-20T03:00:00Z");
    static final Instant HARM = Instant.parse("2026-11-20T03:10:00Z");
    static final String ONE = "sha256:one";
    static final String TWO = "sha256:two";

    final FakeContainerHost host = new FakeContainerHost();
    final FakeDataStore data = new FakeDataStore("orders");
    final MemoryReleases releases = new MemoryReleases();
    final FakeBackupLedger backups;
    final Map<String, Proof> proofs = new HashMap<>();
    final Planner planner;
    OptionalLong copyBytes = OptionalLong.empty();

    PartsOfAShop(Path directory) {
        backups = new FakeBackupLedger(directory);
        planner = new Planner(host, new DataStores(List.of(data)), releases, backups, history());
        data.add("index");
        host.images.add(ONE);
        host.run("shop-db", "sha256:postgres", Map.of());
        for (String service : List.of("api", "web", "worker", "search")) {
            host.run("shop-" + service, TWO, Map.of("FLAG", "on"));
        }
        releases.save(release("shop@1#1", "1", BEFORE, "1"));
        for (String store : List.of("orders", "index")) {
            data.databases.get(store).schemaVersion = "1";
            write(directory.resolve(store + ".dump"));
        }
        backups.save(set("shop-before", Purpose.PRE_UPGRADE, "shop@1#1", BEFORE, "1"));
    }

    private RestoreHistory history() {
        return new RestoreHistory() {
            @Override
            public Optional<Duration> load(String systemId, String setId, BackupSet.Part part) {
                return Optional.empty();
            }

            @Override
            public OptionalLong copyBytes(String systemId, String setId, BackupSet.Part part) {
                return copyBytes;
            }

            @Override
            public Proof proof(String setId) {
                return proofs.getOrDefault(setId, NONE.proof(setId));
            }
        };
    }

    /** A restore on trial has failed. */
    void failed(String setId) {
        proofs.put(setId, new Proof(State.FAILED, BEFORE.plusSeconds(300), null, "BACKUP_TRUNCATED", "cut"));
    }

    static Release release(String id, String version, Instant recordedAt, String schema) {
        Map<String, RecordedService> services = new HashMap<>();
        for (String service : List.of("api", "web", "worker", "search")) {
            services.put(
                    service,
                    new RecordedService(ONE, "shop:1", null, FakeContainerHost.specification(Map.of("FLAG", "on"))));
        }
        return new Release(id, "shop", version, recordedAt, services, Map.of("orders", schema, "index", schema));
    }

    static BackupSet set(String id, Purpose purpose, String release, Instant takenAt, String schema) {
        return new BackupSet(
                id, "shop", purpose, release, takenAt, List.of(part("orders", schema), part("index", schema)));
    }

    /** A set of just these stores, taken on release 1. */
    static BackupSet setOf(String id, Instant takenAt, String... stores) {
        List<BackupSet.Part> parts =
                Stream.of(stores).map(store -> part(store, "1")).toList();
        return new BackupSet(id, "shop", Purpose.SCHEDULED, "shop@1#1", takenAt, parts);
    }

    private static BackupSet.Part part(String store, String schema) {
        return new BackupSet.Part(store, store + ".dump", 5, "aa-" + store, Map.of(), schema, "15.1");
    }

    private static void write(Path file) {
        try {
            Files.writeString(file, "whole");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The failed release has moved the schema on, and old code does not run on it. */
    void migrated() {
        data.databases.values().forEach(each -> each.schemaVersion = "2");
    }

    static ManagedSystem system() {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(
                        service("web", List.of("api"), List.of()),
                        service("api", List.of("db"), List.of("orders")),
                        service("worker", List.of("db"), List.of("orders")),
                        service("search", List.of("db"), List.of("index")),
                        new Service("db", "shop-db", List.of(), List.of(), true, Duration.ofSeconds(5), null)),
                List.of(store("orders"), store("index")),
                List.of(toggle("express", "api"), toggle("fuzzy", "search")),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private static Service service(String id, List<String> dependsOn, List<String> uses) {
        return new Service(id, "shop-" + id, dependsOn, uses, false, Duration.ofSeconds(5), null);
    }

    private static Store store(String id) {
        return new Store(id, Store.Kind.POSTGRESQL, "db", "127.0.0.1", 5432, id, "postgres", null, "select 1", false);
    }

    private static Toggle toggle(String id, String service) {
        return new Toggle(id, id, service, "FLAG", "off", List.of());
    }

    Plan plan(int level) {
        return planner.plan(request(level));
    }

    Plan plan(int level, Scope scope, String service) {
        return planner.plan(request(level).with(scope, service, null, null, null));
    }

    Plan planOfData(RestoreReason reason) {
        return planner.plan(request(3).with(Scope.DATABASE, null, null, null, reason));
    }

    /** Back to a release, a backup, or both. */
    Plan planTo(int level, String release, String backup) {
        return planner.plan(request(level).with(Scope.FULL, null, release, backup, null));
    }

    static PlanRequest request(int level) {
        return new PlanRequest("INC-1", system(), level, null, HARM);
    }
}
