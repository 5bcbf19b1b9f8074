package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.MemoryReleases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Stores of several kinds in one system: each scope takes back what holds its part, and what can only be checked is asked. */
class PlannerStoresTest {
    private static final Instant BEFORE = Instant.parse("2026-11-20T03:00:00Z");
    private static final Instant HARM = Instant.parse("2026-11-20T03:10:00Z");

    /** A store of another kind, that answers under its path. */
    private static final class Kinded extends FakeDataStore {
        private final Store.Kind kind;

        Kinded(Store.Kind kind, String live) {
            super(live);
            this.kind = kind;
        }

        @Override
        public Store.Kind kind() {
            return kind;
        }

        @Override
        public Identity identify(ManagedSystem system, Store store) {
            return new Identity(databases.get(store.live()).identity, "1", null, 1000);
        }

        @Override
        public String query(ManagedSystem system, Store store, String sql) {
            return null;
        }
    }

    @TempDir
    Path directory;

    private final FakeContainerHost host = new FakeContainerHost();
    private final FakeDataStore data = new FakeDataStore("orders");
    private final Kinded settings = new Kinded(Store.Kind.SETTINGS, "/srv/api.env");
    private final Kinded keys = new Kinded(Store.Kind.ETCD, "shop/limits/");
    private final Kinded pages = new Kinded(Store.Kind.FILES, "/srv/pages");
    private final Kinded cache = new Kinded(Store.Kind.REDIS, "127.0.0.1:6379");
    private FakeBackupLedger backups;
    private Planner planner;

    @BeforeEach
    void backedUp() throws IOException {
        cache.able = EnumSet.noneOf(DataStore.Capability.class);
        backups = new FakeBackupLedger(directory);
        planner = new Planner(
                host, new DataStores(List.of(data, settings, keys, pages, cache)), new MemoryReleases(), backups);
        for (String service : List.of("api", "web")) {
            host.run("shop-" + service, "sha256:two", Map.of());
        }
        for (String store : List.of("orders", "env", "limits", "pages")) {
            Files.writeString(directory.resolve(store), "whole");
        }
        backups.save(set("all", "orders", "env", "limits", "pages"));
    }

    private static BackupSet set(String id, String... stores) {
        return new BackupSet(
                id,
                "shop",
                BackupSet.Purpose.SCHEDULED,
                null,
                BEFORE,
                List.of(stores).stream()
                        .map(store -> new BackupSet.Part(store, store, 5, "aa-" + store, Map.of(), null, "1"))
                        .toList());
    }

    private static ManagedSystem system() {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(
                        service("api", List.of(), List.of("orders", "env", "limits", "cache")),
                        service("web", List.of("api"), List.of("pages"))),
                List.of(
                        store("orders", Store.Kind.POSTGRESQL, Store.Holds.DATA, Store.Reload.RESTART),
                        store("env", Store.Kind.SETTINGS, Store.Holds.CONFIGURATION, Store.Reload.RESTART),
                        store("limits", Store.Kind.ETCD, Store.Holds.CONFIGURATION, Store.Reload.WATCHED),
                        store("pages", Store.Kind.FILES, Store.Holds.UI, Store.Reload.WATCHED),
                        store("cache", Store.Kind.REDIS, Store.Holds.DATA, Store.Reload.RESTART)),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private static Service service(String id, List<String> dependsOn, List<String> uses) {
        return new Service(id, "shop-" + id, dependsOn, uses, false, Duration.ofSeconds(5), null);
    }

    private static Store store(String id, Store.Kind kind, Store.Holds holds, Store.Reload reload) {
        String path = kind == Store.Kind.SETTINGS ? "/srv/api.env" : kind == Store.Kind.FILES ? "/srv/pages" : null;
        return new Store(
                id,
                kind,
                holds,
                null,
                path == null ? "127.0.0.1" : null,
                0,
                kind == Store.Kind.POSTGRESQL ? "orders" : null,
                null,
                null,
                null,
                false,
                path,
                kind == Store.Kind.ETCD ? "shop/limits/" : null,
                null,
                reload);
    }

    private Plan plan(Scope scope, int level) {
        return planner.plan(new PlanRequest(
                "INC-1", system(), level, null, HARM, scope, null, null, null, RestoreReason.CORRUPTION));
    }

    private static List<String> order(Plan plan) {
        return plan.steps().stream()
                .map(step -> step.step() + " " + step.target())
                .toList();
    }

    @Test
    @Tag("S4-19")
    @Tag("S4-20")
    void takesTheConfigurationAloneAndStopsOnlyWhatMustReadItAnew() {
        Plan plan = plan(Scope.CONFIGURATION, 3);

        assertThat(plan.targets("swapStore")).containsExactly("env", "limits");
        assertThat(order(plan))
                .as("api must read its file anew and web depends on it")
                .containsSubsequence("stopService web", "stopService api", "swapStore env", "startService api");
        assertThat(plan.targets("createReplacement")).as("images stay").isEmpty();
    }

    @Test
    @Tag("S4-21")
    void takesTheFrontEndAloneWithoutStoppingAnything() {
        Plan plan = plan(Scope.UI, 3);

        assertThat(order(plan))
                .containsExactly(
                        "backUpStore pages",
                        "loadStoreBeside pages",
                        "measureLoss pages",
                        "swapStore pages",
                        "proveStore pages");
        PlanStep swap = plan.steps().get(3);
        assertThat(swap.now()).isEqualTo("'/srv/pages' is the failed one");
        assertThat(swap.after()).endsWith("one entry of a map replaced");
    }

    @Test
    void takesTheDatabaseAloneAndLeavesSettingsAsTheyAre() {
        assertThat(plan(Scope.DATABASE, 3).targets("swapStore")).containsExactly("orders");
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFIGURATION", "UI"})
    void leavesTheFirstTwoLevelsOut(Scope scope) {
        for (int level = 1; level <= 2; level++) {
            int each = level;
            LevelSkipped skipped = catchThrowableOfType(LevelSkipped.class, () -> plan(scope, each));

            assertThat(skipped.code()).isEqualTo(ErrorCode.SCOPE_NOT_AT_LEVEL);
        }
    }

    @Test
    @Tag("S4-10")
    void refusesWhileTheCacheDoesNotAnswerAndNeverAsksMoreOfIt() {
        cache.obstacles.add("PING got no answer");

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(Scope.DATABASE, 3));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PLAN_OBSTACLE);
        assertThat(refusal).hasMessage("store 'cache' is not well: PING got no answer");
        assertThat(plan(Scope.CONFIGURATION, 3).targets("swapStore"))
                .as("settings do not need the cache")
                .containsExactly("env", "limits");
        assertThat(cache.done).isEmpty();
    }

    @Test
    void refusesAStoreThatCanBeBackedUpButNotSwapped() {
        settings.able = EnumSet.of(DataStore.Capability.BACK_UP, DataStore.Capability.VERIFY);

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(Scope.CONFIGURATION, 3));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_CANNOT);
        assertThat(refusal).hasMessage("store 'env' is of kind SETTINGS and cannot have a backup loaded beside it");
        assertThat(settings.done).isEmpty();
    }

    @Test
    void refusesWhatATechnologyDoesNotImplement() {
        DataStore asked = new DataStore() {
            @Override
            public Store.Kind kind() {
                return Store.Kind.REDIS;
            }

            @Override
            public Set<Capability> can(Store store) {
                return Set.of();
            }

            @Override
            public String swapping(Store store) {
                return "nothing";
            }

            @Override
            public Duration outage(Store store) {
                return Duration.ZERO;
            }

            @Override
            public Identity identify(ManagedSystem system, Store store) {
                return new Identity("one", "7", null, 0);
            }

            @Override
            public List<String> obstacles(ManagedSystem system, Store store) {
                return List.of();
            }

            @Override
            public String query(ManagedSystem system, Store store, String sql) {
                return "PONG";
            }
        };
        Store store = system().store("cache");

        List<Runnable> all = List.of(
                () -> asked.rows(system(), store),
                () -> asked.backUp(system(), store, directory, DataStore.Progress.NONE),
                () -> asked.verify(system(), store, null, directory),
                () -> asked.loadBeside(system(), store, null, directory, "x", DataStore.Progress.NONE),
                () -> asked.tryRestore(system(), store, null, directory, "x", List.of(), DataStore.Progress.NONE),
                () -> asked.adopt(system(), store, directory, directory),
                () -> asked.compare(system(), store, "x", BEFORE, DataStore.Progress.NONE),
                () -> asked.shape(system(), store, "x", "y"),
                () -> asked.swap(system(), store, "x", "y"),
                () -> asked.settle(system(), store, "x"),
                () -> asked.discard(system(), store, "x"));

        assertThat(all)
                .allSatisfy(each -> assertThat(
                                catchThrowableOfType(Refusal.class, each::run).code())
                        .isEqualTo(ErrorCode.STORE_CANNOT));
        assertThat(asked.copies(system(), store)).isEmpty();
        assertThat(asked.aside(system(), store, "x")).isEmpty();
    }
}
