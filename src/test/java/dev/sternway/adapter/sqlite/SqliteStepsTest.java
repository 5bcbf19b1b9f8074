package dev.sternway.adapter.sqlite;

import static dev.sternway.adapter.sqlite.SqliteWorld.BESIDE;
import static dev.sternway.adapter.sqlite.SqliteWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.store.ApprovalCheck;
import dev.sternway.step.store.LoadStoreBeside;
import dev.sternway.step.store.MeasureLoss;
import dev.sternway.step.store.MeasureSwapBackLoss;
import dev.sternway.step.store.ProveStore;
import dev.sternway.step.store.SwapStore;
import dev.sternway.step.store.SwapStoreBack;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.context.annotation.AnnotationConfigApplicationContext;

/** Level 3 and the way back on a real SQLite file, by the very steps that drive PostgreSQL. */
class SqliteStepsTest {
    private static final String INCIDENT = "INC-2026-0001";
    private static final Instant NOON = Instant.parse("2026-11-20T12:00:00Z");

    @TempDir
    Path root;

    private final AnnotationConfigApplicationContext steps = new AnnotationConfigApplicationContext();
    private SqliteWorld world;
    private String good;
    private String bad;
    private String failedIdentity;

    @BeforeEach
    void aBackupAndThenABadRelease() throws Exception {
        world = new SqliteWorld(root);
        FakeBackupLedger backups = new FakeBackupLedger(world.backups);
        steps.registerBean(DataStores.class, () -> new DataStores(List.of(world.data)));
        steps.registerBean(FakeBackupLedger.class, () -> backups);
        steps.registerBean(FakeContainerHost.class);
        steps.registerBean(ApprovalCheck.class, () -> task -> {});
        steps.getEnvironment()
                .getPropertySources()
                .addFirst(new org.springframework.core.env.MapPropertySource(
                        "test",
                        Map.of(
                                "sternway.loss.directory",
                                root.resolve("incidents").toString())));
        steps.scan("dev.sternway.step.store");
        steps.refresh();
        Part part = world.backUp();
        backups.save(new BackupSet("good", "shop", Purpose.PRE_UPGRADE, null, NOON.minusSeconds(60), List.of(part)));
        good = SqliteWorld.content(world.live);
        world.upgrade().close();
        bad = SqliteWorld.content(world.live);
        failedIdentity = world.data.identify(world.system, world.store).identity();
    }

    @AfterEach
    void close() {
        steps.close();
    }

    private StepResult run(Class<? extends Step> step, StepTask task) {
        StepResult result = steps.getBean(step).run(task);
        assertThat(result.outcome()).as(result.seen()).isEqualTo(Outcome.PROVED);
        return result;
    }

    private StepTask task(String backupId, String step, Map<String, String> identity) {
        Plan plan = new Plan(
                "plan",
                INCIDENT,
                "shop",
                3,
                null,
                backupId,
                List.of(new Plan.PlanStep(step, "shop", "", "", Duration.ZERO, Duration.ZERO, identity)),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                NOON);
        return new StepTask(INCIDENT, world.system, plan, "shop", NOON, Progress.NONE);
    }

    @Test
    void restoresAndSwapsBack() {
        assertThat(StoreNames.beside(world.store, INCIDENT)).isEqualTo(BESIDE);
        assertThat(StoreNames.kept(world.store, INCIDENT)).isEqualTo(KEPT);
        StepTask restore = task("good", "swapStore", Map.of("identity", failedIdentity));

        run(LoadStoreBeside.class, restore);
        StepResult loss = run(MeasureLoss.class, restore);
        assertThat(loss.seen()).startsWith("4 rows that only the live store has, 10 rows changed");
        run(SwapStore.class, restore);
        run(ProveStore.class, restore);
        assertThat(SqliteWorld.content(world.live)).isEqualTo(good);
        assertThat(steps.getBean(SwapStore.class).run(restore).outcome()).isEqualTo(Outcome.ALREADY);

        SqliteWorld.run(world.live, "insert into orders values (600, 1, 'since the restore')");
        StepTask back = task(
                null,
                "swapStoreBack",
                Map.of(
                        "identity",
                        world.data.identify(world.system, world.store).identity(),
                        "kept",
                        failedIdentity,
                        "restoredAt",
                        NOON.toString()));
        assertThat(run(MeasureSwapBackLoss.class, back).seen()).startsWith("1 row that only the restored store has");
        run(SwapStoreBack.class, back);
        assertThat(SqliteWorld.content(world.live)).isEqualTo(bad);
        assertThat(steps.getBean(SwapStoreBack.class).run(back).outcome()).isEqualTo(Outcome.ALREADY);
    }
}
