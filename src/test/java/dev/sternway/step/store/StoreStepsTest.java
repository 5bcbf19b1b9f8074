package dev.sternway.step.store;

import static dev.sternway.step.store.StoreWorld.BACKUP;
import static dev.sternway.step.store.StoreWorld.BESIDE;
import static dev.sternway.step.store.StoreWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The steps of level 3 on a store in memory: each looks, refuses, acts and proves, and may be run again. */
class StoreStepsTest {
    private static final ApprovalCheck APPROVED = task -> {};

    @TempDir
    Path directory;

    private StoreWorld world;
    private StepTask task;

    @BeforeEach
    void shop() {
        world = new StoreWorld(directory);
        task = world.task();
    }

    private void refuses(ErrorCode code, Step step, StepTask refused) {
        List<String> before = done();
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> step.run(refused));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.hint()).isNotBlank();
        assertThat(done()).isEqualTo(before);
    }

    /** What was done, without opening doors. */
    private List<String> done() {
        return world.data.done.stream().filter(each -> !each.equals("settle")).toList();
    }

    private void load() {
        world.loadStoreBeside().run(task);
    }

    private StepResult swap() {
        return world.swapStore(APPROVED).run(task);
    }

    @Test
    void loadsTheBackupOnce() {
        StepResult first = world.loadStoreBeside().run(task);
        StepResult again = world.loadStoreBeside().run(task);

        assertThat(first.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(first.details().path("database").asText()).isEqualTo(BESIDE);
        assertThat(again.outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(world.data.done).containsExactly("loadBeside " + BESIDE);
    }

    @Test
    void loadsNothingButACompleteBackupOfThisSystemFromBeforeTheFailure() {
        Step load = world.loadStoreBeside();
        String live = world.data.databases.get("shop").identity;
        BackupSet good = world.backups.find(BACKUP).orElseThrow();
        world.backups.save(
                new BackupSet("emergency", "web-shop", Purpose.EMERGENCY, null, good.takenAt(), good.parts()));
        world.backups.save(new BackupSet("other", "crm", Purpose.SCHEDULED, null, good.takenAt(), good.parts()));
        world.backups.save(new BackupSet("empty", "web-shop", Purpose.SCHEDULED, null, good.takenAt(), List.of()));

        refuses(ErrorCode.BACKUP_MISSING, load, world.task("nowhere", live));
        refuses(ErrorCode.BACKUP_MISSING, load, world.task(null, live));
        refuses(ErrorCode.NO_BACKUP, load, world.task("emergency", live));
        refuses(ErrorCode.BACKUP_WRONG_SYSTEM, load, world.task("other", live));
        refuses(ErrorCode.BACKUP_MISSING, load, world.task("empty", live));
    }

    @Test
    void refusesToLoadWhenTheWorldIsNotAsThePlanSawIt() {
        refuses(ErrorCode.PLAN_CHANGED, world.loadStoreBeside(), world.task(BACKUP, "another"));
        world.data.obstacles.add("a replication slot is bound to database 'shop': 'feed'");
        refuses(ErrorCode.PLAN_OBSTACLE, world.loadStoreBeside(), task);
        world.data.obstacles.clear();
        world.data.add(KEPT);
        refuses(ErrorCode.STORE_SHAPE_UNKNOWN, world.loadStoreBeside(), task);
    }

    @Test
    void refusesToLoadADamagedBackup() {
        world.data.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "too short", "choose another.");
        refuses(ErrorCode.BACKUP_TRUNCATED, world.loadStoreBeside(), task);
        world.data.verifyRefuses = null;
        world.backups.manifestRefuses = new Refusal(ErrorCode.BACKUP_ALTERED, "altered", "choose another.");
        refuses(ErrorCode.BACKUP_ALTERED, world.loadStoreBeside(), task);
    }

    @Test
    void letsATechnicalFailureFly() {
        world.data.loadFails = new OutsideException("cut off");

        assertThatThrownBy(this::load).isInstanceOf(OutsideException.class);
    }

    @Test
    void measuresTheLossPerTable() {
        load();
        StepResult measured = new MeasureLoss(world.dataStores, world.backups, world.archive).run(task);

        assertThat(measured.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(measured.details().path("from").asText()).isEqualTo("2026-11-20T10:15:00Z");
        assertThat(measured.details().path("onlyLive").asLong()).isEqualTo(1);
        assertThat(measured.details().path("changed").asLong()).isEqualTo(1);
        assertThat(measured.details().path("tables").path(0).path("table").asText())
                .isEqualTo("public.orders");
    }

    @Test
    void refusesToMeasureWithoutACopy() {
        refuses(ErrorCode.LOSS_NOT_MEASURED, new MeasureLoss(world.dataStores, world.backups, world.archive), task);
    }

    @Test
    void swapsOnceAndKeepsTheFailedDatabase() {
        String failed = world.data.databases.get("shop").identity;
        load();
        String copy = world.data.databases.get(BESIDE).identity;

        StepResult first = swap();
        StepResult again = swap();

        assertThat(first.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(first.details().path("outageMillis").asLong()).isEqualTo(25);
        assertThat(first.details().path("kept").asText()).isEqualTo(KEPT);
        assertThat(again.outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(world.data.databases.get("shop").identity).isEqualTo(copy);
        assertThat(world.data.databases.get(KEPT).identity).isEqualTo(failed);
        assertThat(world.data.done).containsOnlyOnce("swap " + BESIDE + " " + KEPT);
    }

    @Test
    void refusesToSwapWithoutApproval() {
        load();
        ApprovalCheck missing = each -> {
            throw new Refusal(ErrorCode.APPROVAL_MISSING, "nobody approved", "have it approved.");
        };

        refuses(ErrorCode.APPROVAL_MISSING, world.swapStore(missing), task);
    }

    @Test
    void asksForApprovalLastOfAll() {
        load();
        world.running.add("shop-api");

        refuses(
                ErrorCode.STORE_IN_USE,
                world.swapStore(each -> {
                    throw new AssertionError("asked too early");
                }),
                task);
    }

    @Test
    void refusesToSwapWhatIsNoFinishedCopyOfThePlansBackup() {
        refuses(ErrorCode.STORE_SHAPE_UNKNOWN, world.swapStore(APPROVED), task);
        load();
        var copy = world.data.databases.get(BESIDE);
        copy.aside = new dev.sternway.port.DataStore.Aside(Stage.LOADED, copy.identity, "other", null);
        refuses(ErrorCode.STORE_SHAPE_UNKNOWN, world.swapStore(APPROVED), task);
    }

    @Test
    void refusesToSwapAnotherDatabaseThanThePlanSaw() {
        load();

        refuses(ErrorCode.PLAN_CHANGED, world.swapStore(APPROVED), world.task(BACKUP, "another"));
    }

    @Test
    void measuresThatNothingMoreIsLostOnceTheCopyIsLive() {
        load();
        swap();

        StepResult measured = new MeasureLoss(world.dataStores, world.backups, world.archive).run(task);

        assertThat(measured.outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(measured.details().path("onlyLive").asLong(-1)).isZero();
        assertThat(measured.details().path("from").asText()).isNotEmpty();
    }

    @Test
    void provesThatTheLiveStoreIsTheCopy() {
        load();
        swap();

        StepResult proved = new ProveStore(world.dataStores, world.backups).run(task);

        assertThat(proved.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(proved.details().path("kept").asText()).isEqualTo(KEPT);
    }

    @Test
    void seesWhenTheLiveStoreIsNotTheCopy() {
        Step prove = new ProveStore(world.dataStores, world.backups);
        assertThat(prove.run(task).outcome()).isEqualTo(Outcome.NOT_MET);
        load();
        swap();
        world.data.databases.get("shop").rows = Map.of("public.orders", 1L);
        assertThat(prove.run(task).seen()).contains("has 1 row, the backup has 2");
        world.data.databases.get("shop").rows = Map.of();
        assertThat(prove.run(task).seen()).contains("table 'public.orders' is missing");
        world.data.databases.get("shop").schemaVersion = "2";
        assertThat(prove.run(task).seen()).contains("schema version is '2'");
        world.data.databases.remove(KEPT);
        assertThat(prove.run(task).seen()).contains("not there as '" + KEPT + "'");
    }
}
