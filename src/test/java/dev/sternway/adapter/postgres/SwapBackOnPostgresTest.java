package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.store.ApprovalCheck;
import dev.sternway.step.store.LoadStoreBeside;
import dev.sternway.step.store.MeasureSwapBackLoss;
import dev.sternway.step.store.SwapStore;
import dev.sternway.step.store.SwapStoreBack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** A restore and the way back from it on a real server, by the steps themselves. */
@Tag("postgresql")
class SwapBackOnPostgresTest {
    private static final String INCIDENT = "INC-2026-0009";
    private static final String BESIDE = "shop_next_inc_2026_0009";
    private static final String KEPT = "shop_failed_inc_2026_0009";
    private static final Instant RESTORED_AT = Instant.parse("2026-11-20T11:00:00Z");

    @TempDir
    Path directory;

    private final AnnotationConfigApplicationContext steps = new AnnotationConfigApplicationContext();
    private TestPostgres postgres;
    private PostgresDataStore data;
    private ManagedSystem system;
    private Store store;
    private String failed;
    private String failedIdentity;

    /** A shop whose failed state was put aside by a restore, and in which people wrote since. */
    @BeforeEach
    void restore() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
        FakeBackupLedger backups = new FakeBackupLedger(directory);
        steps.registerBean(DataStores.class, () -> new DataStores(List.of(data)));
        steps.registerBean(FakeBackupLedger.class, () -> backups);
        steps.registerBean(FakeContainerHost.class);
        steps.registerBean(ApprovalCheck.class, () -> task -> {});
        steps.getEnvironment()
                .getPropertySources()
                .addFirst(new org.springframework.core.env.MapPropertySource(
                        "test",
                        Map.of(
                                "sternway.loss.directory",
                                directory.resolve("incidents").toString())));
        steps.scan("dev.sternway.step.store");
        steps.refresh();

        Part part = data.backUp(system, store, directory, Progress.NONE);
        backups.save(new BackupSet(
                "good", "web-shop", Purpose.PRE_UPGRADE, null, RESTORED_AT.minusSeconds(60), List.of(part)));
        postgres.execute(
                DATABASE,
                "update orders set price = 0 where id <= 10",
                "insert into orders (customer, price) select 1, 1 from generate_series(1, 25)",
                "create table coupons (id int primary key)",
                "insert into coupons values (1), (2)");
        failed = postgres.fingerprint(DATABASE);
        failedIdentity = data.identify(system, store).identity();
        StepTask restore = task("good", "swapStore", Map.of("identity", failedIdentity));
        run(LoadStoreBeside.class, restore);
        run(SwapStore.class, restore);
        postgres.execute(DATABASE, "insert into customers (name) values ('since one'), ('since two')");
    }

    @AfterEach
    void close() {
        steps.close();
    }

    private StepResult run(Class<? extends Step> step, StepTask task) {
        StepResult result = steps.getBean(step).run(task);
        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        return result;
    }

    private StepTask task(String backupId, String step, Map<String, String> identity) {
        Plan plan = new Plan(
                "plan",
                INCIDENT,
                "web-shop",
                3,
                null,
                backupId,
                List.of(new Plan.PlanStep(step, "db", "", "", Duration.ZERO, Duration.ZERO, identity)),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                RESTORED_AT);
        return new StepTask(INCIDENT, system, plan, "db", RESTORED_AT, Progress.NONE);
    }

    private StepTask back(String step) {
        String live = data.identify(system, store).identity();
        return task(null, step, Map.of("identity", live, "kept", failedIdentity, "restoredAt", RESTORED_AT.toString()));
    }

    private boolean open(String database) {
        return "t"
                .equals(postgres.value(
                        "postgres", "select datallowconn from pg_database where datname = '" + database + "'"));
    }

    @Test
    void bringsTheFailedRowsBackBitForBitAndKeepsTheRestoredOnes() {
        String restored = postgres.fingerprint(DATABASE);
        StepTask task = back("swapStoreBack");

        StepResult result = run(SwapStoreBack.class, task);

        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(failed);
        assertThat(data.identify(system, store).identity()).isEqualTo(failedIdentity);
        Aside kept = data.aside(system, store, BESIDE).orElseThrow();
        assertThat(kept.stage()).isEqualTo(Stage.KEPT);
        assertThat(kept.replacedBy()).isEqualTo(failedIdentity);
        assertThat(open(BESIDE)).isFalse();
        assertThat(postgres.databases()).containsExactlyInAnyOrder(DATABASE, BESIDE);
        assertThat(result.details().path("outageMillis").asLong()).isLessThan(2_000);
        assertThat(steps.getBean(SwapStoreBack.class).run(task).outcome()).isEqualTo(Outcome.ALREADY);

        postgres.execute("postgres", "alter database " + BESIDE + " allow_connections true");
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(restored);
    }

    @Test
    void measuresTheLossBehindADoorThatIsClosedAllTheWhile() {
        AtomicReference<Boolean> openMeanwhile = new AtomicReference<>();
        StepTask task = back("measureSwapBackLoss");
        Progress looking = (percent, doing) -> openMeanwhile.compareAndSet(null, open(KEPT));

        StepResult measured = steps.getBean(MeasureSwapBackLoss.class)
                .run(new StepTask(INCIDENT, system, task.plan(), "db", RESTORED_AT, looking));

        assertThat(measured.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(measured.details().path("from").asText()).isEqualTo(RESTORED_AT.toString());
        assertThat(measured.details().path("onlyLive").asLong()).isEqualTo(2);
        assertThat(measured.details().path("changed").asLong()).isEqualTo(10);
        assertThat(openMeanwhile.get()).isFalse();
        assertThat(open(KEPT)).isFalse();
        assertThat(open(DATABASE)).isTrue();
    }

    @Test
    void closesTheDoorThatACrashLeftOpen() throws Exception {
        postgres.execute("postgres", "alter database " + KEPT + " allow_connections true");
        try (var stranger = postgres.connect(KEPT)) {
            run(MeasureSwapBackLoss.class, back("measureSwapBackLoss"));

            assertThat(open(KEPT)).isFalse();
            assertThatThrownBy(() -> Sql.run(stranger, "select 1")).isInstanceOf(java.sql.SQLException.class);
        }
    }

    @Test
    void goesOnAfterACrashBehindClosedDoors() {
        postgres.execute(
                "postgres",
                "alter database " + DATABASE + " allow_connections false",
                "alter database " + KEPT + " allow_connections true");
        String live = postgres.value("postgres", "select oid from pg_database where datname = '" + DATABASE + "'");
        StepTask task = task(null, "swapStoreBack", Map.of("identity", live, "kept", failedIdentity));

        run(SwapStoreBack.class, task);

        assertThat(open(DATABASE)).isTrue();
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(failed);
    }
}
