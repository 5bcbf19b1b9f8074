package dev.sternway.step.store;

import static dev.sternway.step.store.StoreWorld.BESIDE;
import static dev.sternway.step.store.StoreWorld.KEPT;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A restore is taken back: the loss since is measured, and with approval the kept database goes live again. */
class SwapBackStepsTest {
    private static final ApprovalCheck APPROVED = task -> {};
    private static final Instant RESTORED_AT = Instant.parse("2026-11-20T11:00:00Z");

    @TempDir
    Path directory;

    private StoreWorld world;
    private String failed;
    private String restored;
    private StepTask task;

    @BeforeEach
    void restoredShop() {
        world = new StoreWorld(directory);
        failed = world.data.databases.get("shop").identity;
        StepTask restore = world.task();
        world.loadStoreBeside().run(restore);
        world.swapStore(APPROVED).run(restore);
        restored = world.data.databases.get("shop").identity;
        world.data.done.clear();
        task = task(restored, failed);
    }

    private StepTask task(String live, String kept) {
        Map<String, String> observed = Map.of("identity", live, "kept", kept, "restoredAt", RESTORED_AT.toString());
        Plan plan = new Plan(
                "swap-back-plan",
                "INC-2026-0001",
                "web-shop",
                3,
                null,
                null,
                List.of(step("measureSwapBackLoss", observed), step("swapStoreBack", observed)),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                RESTORED_AT);
        return new StepTask("INC-2026-0001", world.system, plan, "db", RESTORED_AT, DataStore.Progress.NONE);
    }

    private static Plan.PlanStep step(String name, Map<String, String> identity) {
        return new Plan.PlanStep(name, "db", "now", "after", Duration.ZERO, Duration.ZERO, identity);
    }

    private Step measure() {
        return new MeasureSwapBackLoss(world.dataStores, world.archive);
    }

    private Step back(ApprovalCheck approval) {
        return new SwapStoreBack(world.dataStores, world.users, approval);
    }

    private void refuses(ErrorCode code, Step step, StepTask refused) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> step.run(refused));
        assertThat(refusal).isNotNull();
        assertThat(refusal.code()).isEqualTo(code);
        assertThat(refusal.hint()).isNotBlank();
        assertThat(world.data.done).allMatch(each -> each.equals("settle"));
    }

    @Test
    void measuresWhatWasWrittenSinceTheRestore() {
        StepResult measured = measure().run(task);

        assertThat(measured.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(measured.details().path("from").asText()).isEqualTo(RESTORED_AT.toString());
        assertThat(measured.details().path("onlyLive").asLong()).isEqualTo(1);
        assertThat(measured.details().path("tables").path(0).path("table").asText())
                .isEqualTo("public.orders");
        assertThat(world.data.done).containsExactly("settle", "compare " + KEPT);
    }

    @Test
    void measuresNothingOnceItIsSwappedBack() {
        back(APPROVED).run(task);
        world.data.done.clear();

        assertThat(measure().run(task).outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(world.data.done).isEmpty();
    }

    @Test
    void swapsBackOnceAndKeepsTheRestoredDatabase() {
        StepResult first = back(APPROVED).run(task);
        StepResult again = back(APPROVED).run(task);

        assertThat(first.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(first.details().path("outageMillis").asLong()).isEqualTo(25);
        assertThat(first.details().path("live").asText()).isEqualTo(failed);
        assertThat(first.details().path("kept").asText()).isEqualTo(BESIDE);
        assertThat(first.details().path("keptIdentity").asText()).isEqualTo(restored);
        assertThat(again.outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(world.data.databases.get("shop").identity).isEqualTo(failed);
        assertThat(world.data.databases.get(BESIDE).identity).isEqualTo(restored);
        assertThat(world.data.databases).doesNotContainKey(KEPT);
        assertThat(world.data.done).containsOnlyOnce("swap " + KEPT + " " + BESIDE);
    }

    @Test
    void asksForNoApprovalOnceItIsSwappedBack() {
        back(APPROVED).run(task);

        Step expired = back(each -> {
            throw new Refusal(ErrorCode.APPROVAL_EXPIRED, "too late", "again.");
        });

        assertThat(expired.run(task).outcome()).isEqualTo(Outcome.ALREADY);
    }

    @Test
    void refusesToSwapBackWithoutApproval() {
        refuses(
                ErrorCode.APPROVAL_MISSING,
                back(each -> {
                    throw new Refusal(ErrorCode.APPROVAL_MISSING, "nobody approved", "have it approved.");
                }),
                task);
    }

    @Test
    void refusesToSwapBackUnderRunningServicesBeforeItAsksForApproval() {
        world.running.add("shop-api");

        refuses(
                ErrorCode.STORE_IN_USE,
                back(each -> {
                    throw new AssertionError("asked too early");
                }),
                task);
    }

    @Test
    void refusesWhenTheLiveDatabaseIsNotTheRestoredOne() {
        refuses(ErrorCode.PLAN_CHANGED, measure(), task("another", failed));
        refuses(ErrorCode.PLAN_CHANGED, back(APPROVED), task("another", failed));
    }

    @Test
    void refusesWhenTheKeptDatabaseIsGoneOrAnother() {
        refuses(ErrorCode.NO_KEPT_STORE, measure(), task(restored, "another"));
        refuses(ErrorCode.NO_KEPT_STORE, back(APPROVED), task(restored, "another"));
        world.data.databases.remove(KEPT);
        refuses(ErrorCode.NO_KEPT_STORE, measure(), task);
        refuses(ErrorCode.NO_KEPT_STORE, back(APPROVED), task);
    }

    @Test
    void refusesWhenTheRestoredDatabasesNameIsTaken() {
        world.data.add(BESIDE);

        refuses(ErrorCode.STORE_SHAPE_UNKNOWN, back(APPROVED), task);
    }
}
