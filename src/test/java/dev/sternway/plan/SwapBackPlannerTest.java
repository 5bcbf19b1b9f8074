package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.database.TestDatabase;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeDataStore;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** What a restore left is found, and the way back is planned; what cannot end well is refused. */
class SwapBackPlannerTest {
    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private static final Instant SWAPPED_AT = Instant.now().truncatedTo(ChronoUnit.MILLIS);

    private final String incident = "INC-" + UUID.randomUUID().toString().substring(0, 8);
    private final Store store = new Store(
            "db", Store.Kind.POSTGRESQL, "postgres", "127.0.0.1", 5432, "shop", "postgres", null, "select 1", true);
    private final String beside = StoreNames.beside(store, incident);
    private final String kept = StoreNames.kept(store, incident);
    private final ManagedSystem system = new ManagedSystem(
            "web-shop",
            "Web shop",
            new ManagedSystem.AlertMatch("system", "web-shop"),
            null,
            List.of(
                    service("postgres", List.of(), List.of("db"), true),
                    service("jobs", List.of("api"), List.of("db"), false),
                    service("api", List.of("postgres"), List.of("db"), false),
                    service("web", List.of("api"), List.of(), false)),
            List.of(store),
            List.of(),
            List.of(),
            ManagedSystem.Budgets.DEFAULT,
            ManagedSystem.Windows.DEFAULT);
    private final FakeDataStore data = new FakeDataStore("shop");
    private final Plans plans = new Plans(DATABASE.jdbc());
    private Ledger ledger;
    private SwapBackPlanner planner;

    private static Service service(String id, List<String> dependsOn, List<String> uses, boolean infrastructure) {
        return new Service(id, "shop-" + id, dependsOn, uses, infrastructure, Duration.ofSeconds(10), null);
    }

    @BeforeEach
    void open() {
        ledger = new Ledger(DATABASE.dataSource());
        planner = new SwapBackPlanner(new DataStores(List.of(data)), plans, ledger);
    }

    @AfterEach
    void close() {
        ledger.destroy();
    }

    private void planRestore() {
        plans.keep(new Plan(
                "restore-plan",
                incident,
                "web-shop",
                3,
                "web-shop@1#1",
                "backup-1",
                List.of(new PlanStep("swapStore", "db", "", "", Duration.ZERO, Duration.ZERO, Map.of())),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                SWAPPED_AT.minusSeconds(120)));
    }

    private void load() {
        Part part = new Part("db", "db.dump", 13, "good", Map.of("public.orders", 2L), "1", "15.18");
        data.loadBeside(system, store, part, null, beside, Progress.NONE);
    }

    private void restore() {
        planRestore();
        load();
        data.swap(system, store, beside, kept);
        ledger.append(new Entry(
                incident,
                SWAPPED_AT.minusSeconds(1),
                SWAPPED_AT,
                "web-shop",
                3,
                Evidence.Kind.STEP,
                "swapStore",
                "db",
                "swapped",
                "swapped",
                Outcome.PROVED,
                Entry.SELF,
                "restore-plan",
                com.fasterxml.jackson.databind.node.JsonNodeFactory.instance.objectNode()));
    }

    private void refuses(ErrorCode code) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> planner.plan(incident, system));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.hint()).isNotBlank();
    }

    @Test
    void measuresStopsSwapsAndStartsInOrder() {
        restore();

        Plan plan = planner.plan(incident, system);

        assertThat(plan.steps().stream().map(step -> step.step() + " " + step.target()))
                .containsExactly(
                        "measureSwapBackLoss db",
                        "stopService jobs",
                        "stopService api",
                        "swapStoreBack db",
                        "startService api",
                        "awaitServiceReady api",
                        "startService jobs",
                        "awaitServiceReady jobs");
        assertThat(plan.swapsBack()).isTrue();
        assertThat(plan.level()).isEqualTo(3);
        assertThat(plan.budget()).isEqualTo(Duration.ofMinutes(45));
        assertThat(plan.step("swapStoreBack", "db").identity())
                .containsEntry("identity", data.databases.get("shop").identity)
                .containsEntry("kept", data.databases.get(kept).identity)
                .containsEntry("restoredAt", SWAPPED_AT.toString());
    }

    @Test
    void isTheSamePlanUntilTheDatabasesChange() {
        restore();
        String sha256 = planner.plan(incident, system).sha256();

        assertThat(planner.plan(incident, system).sha256()).isEqualTo(sha256).hasSize(64);
        data.databases.get("shop").identity = "99999";
        data.databases.get(kept).aside = new dev.sternway.port.DataStore.Aside(
                dev.sternway.port.DataStore.Stage.KEPT, data.databases.get(kept).identity, "good", "99999");
        assertThat(planner.plan(incident, system).sha256()).isNotEqualTo(sha256);
    }

    @Test
    void refusesWhenNothingWasRestored() {
        refuses(ErrorCode.NO_KEPT_STORE);
        planRestore();
        load();
        refuses(ErrorCode.NO_KEPT_STORE);
    }

    @Test
    void refusesWhenItIsSwappedBackAlready() {
        restore();
        data.swap(system, store, kept, beside);

        refuses(ErrorCode.NO_KEPT_STORE);
    }

    @Test
    void refusesWhenTheKeptDatabaseIsGone() {
        restore();
        data.databases.remove(kept);

        refuses(ErrorCode.NO_KEPT_STORE);
    }

    @Test
    void refusesWhenTheLiveDatabaseIsNotTheRestoredOne() {
        restore();
        data.databases.get("shop").identity = "another";

        refuses(ErrorCode.NO_KEPT_STORE);
    }

    @Test
    void refusesWhatIsInTheWayOfASwap() {
        restore();
        data.obstacles.add("a replication slot is bound to database 'shop': 'feed'");

        refuses(ErrorCode.PLAN_OBSTACLE);
    }
}
