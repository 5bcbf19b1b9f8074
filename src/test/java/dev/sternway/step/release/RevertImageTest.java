package dev.sternway.step.release;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.CrashEverywhere;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeContainerHost.Fake;
import dev.sternway.step.ShopWorld;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.RecordedReleases;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Level 2 on one service: the replacement created beside, then put in the failed one's place. */
class RevertImageTest {
    private static final String KEPT = "shop-api.failed-" + ShopWorld.INCIDENT;
    private static final String BESIDE = "shop-api.next-" + ShopWorld.INCIDENT;

    private final ShopWorld world = new ShopWorld();

    @Test
    void createsBesideThenTakesThePlace() {
        StepResult created = create(world);
        assertThat(created.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.host.named("shop-api").running).isTrue();
        assertThat(create(world).outcome()).isEqualTo(Outcome.ALREADY);

        StepResult reverted = revert(world);

        assertThat(reverted.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(reverted.details().get("kept").toString()).contains(KEPT);
        assertReverted(world, "once");
        assertThat(world.host.effects)
                .containsExactly(
                        "create " + BESIDE,
                        "stop shop-api",
                        "rename shop-api → " + KEPT,
                        "neverRestart " + KEPT,
                        "rename " + BESIDE + " → shop-api",
                        "start shop-api");
        assertThat(revert(world).outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(create(world).outcome()).isEqualTo(Outcome.ALREADY);
    }

    @Test
    void endsTheSameAfterAKillAtAnyPoint() {
        CrashEverywhere.of(
                ShopWorld::new,
                each -> {
                    create(each);
                    revert(each);
                },
                RevertImageTest::assertReverted);
    }

    @Test
    void onlyStartsWhatIsOnTheReleaseAlready() {
        ShopWorld there = ShopWorld.onReleaseOne();
        there.host.named("shop-api").running = false;

        assertThat(create(there).outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(revert(there).outcome()).isEqualTo(Outcome.PROVED);

        assertThat(there.host.effects).containsExactly("start shop-api");
    }

    @Test
    void replacesTheRightImageWithOtherSettings() {
        ShopWorld there = ShopWorld.onReleaseOne();
        there.host.named("shop-api").specification =
                FakeContainerHost.specification(Map.of("OFFERS", "off", "MODE", "safe"));

        create(there);
        revert(there);

        assertReverted(there, "settings");
    }

    @Test
    void refusesWhenThePreviousImageIsGone() {
        world.host.images.remove(ShopWorld.ONE);

        assertThatThrownBy(() -> create(world)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.IMAGE_NOT_PRESENT);
            assertThat(refusal.explanation())
                    .isEqualTo("image 'shop-api:1.0' with id 'sha256:one' is not present on the container host\n"
                            + "HINT: pull it there, then retry the task.");
        });
        assertThat(world.host.effects).isEmpty();
    }

    @Test
    void refusesWhenASettingWouldBeLost() {
        world.host.loses.add("Memory");

        assertRefused(() -> create(world), ErrorCode.CONTAINER_SETTING_LOST, "HostConfig.Memory");
        assertThat(world.host.names()).containsExactly("shop-api", "shop-db");
    }

    @Test
    void refusesWhenTheReleaseIsNotRecorded() {
        assertRefused(
                () -> new CreateReplacement(world.host, new RecordedReleases(new dev.sternway.step.MemoryReleases()))
                        .run(world.task("api")),
                ErrorCode.NO_RELEASE,
                ShopWorld.RELEASE);
    }

    /** Between the planning and the revert somebody puts a container of his own in place. */
    @Test
    void replacesNothingThatSomebodyChangedSinceThePlan() {
        StepTask task = world.task(
                "plan-1",
                "api",
                ShopWorld.system(),
                ShopWorld.planned("revertImage", "api", Map.of("now", ShopWorld.TWO)));
        create(world);
        world.host.named("shop-api").imageId = "sha256:three";
        world.host.effects.clear();

        assertRefused(
                () -> new RevertImage(world.host, new RecordedReleases(world.releases)).run(task),
                ErrorCode.PLAN_CHANGED,
                "is on image 'sha256:three', the plan was made for 'sha256:two'");
        assertThat(world.host.effects).isEmpty();
        assertThat(world.host.named("shop-api").running).isTrue();
    }

    @Test
    void takesAsDoneWhatSomebodyRevertedSinceThePlan() {
        ShopWorld there = ShopWorld.onReleaseOne();
        StepTask task = there.task(
                "plan-1",
                "api",
                ShopWorld.system(),
                ShopWorld.planned("revertImage", "api", Map.of("now", ShopWorld.TWO)));

        assertThat(new RevertImage(there.host, new RecordedReleases(there.releases))
                        .run(task)
                        .outcome())
                .isEqualTo(Outcome.ALREADY);
        assertThat(there.host.effects).isEmpty();
    }

    @Test
    void refusesWhenTheWorldIsNotWhatThePlanSaw() {
        StepTask task = world.task(
                "plan-1",
                "api",
                ShopWorld.system(),
                ShopWorld.planned("createReplacement", "api", Map.of("now", "sha256:three")));

        assertRefused(
                () -> new CreateReplacement(world.host, new RecordedReleases(world.releases)).run(task),
                ErrorCode.PLAN_CHANGED,
                "'sha256:three'");
    }

    @Test
    void refusesWithoutReplacement() {
        assertRefused(() -> revert(world), ErrorCode.CONTAINER_NOT_FOUND, BESIDE);
        assertThat(world.host.named("shop-api").running).isTrue();
    }

    @Test
    void neverUsesAReplacementOfAnotherPlan() {
        new CreateReplacement(world.host, new RecordedReleases(world.releases))
                .run(world.task("plan-0", "api", ShopWorld.system()));

        assertRefused(() -> revert(world), ErrorCode.CONTAINER_NOT_FOUND, BESIDE);
        create(world);
        revert(world);

        assertReverted(world, "after another plan");
        assertThat(world.host.effects).startsWith("create " + BESIDE, "remove " + BESIDE, "create " + BESIDE);
    }

    @Test
    void goesOnWhereAnEarlierLevelWasKilledBetweenItsRenames() {
        world.host.named("shop-api").running = false;
        world.host.rename("shop-api", KEPT + "-toggle");

        create(world);
        revert(world);

        assertThat(world.host.names()).containsExactly("shop-api", KEPT + "-toggle", "shop-db");
        assertThat(world.host.named("shop-api").imageId).isEqualTo(ShopWorld.ONE);
        assertThat(world.host
                        .named(KEPT + "-toggle")
                        .specification
                        .at("/HostConfig/RestartPolicy")
                        .asText())
                .isEqualTo("no");
    }

    @Test
    void isTriedAgainWhenItDoesNotStart() {
        create(world);
        world.host.doesNotStart.put("shop-api", "port 8080 is taken");

        assertThatThrownBy(() -> revert(world))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("8080");
        world.host.doesNotStart.clear();
        revert(world);

        assertReverted(world, "after a failed start");
    }

    @Test
    void tellsWhenTheFailedContainerKeepsItsDataElsewhere() {
        ((com.fasterxml.jackson.databind.node.ObjectNode)
                        world.host.named("shop-api").specification.get("Volumes"))
                .put("/data", "volume-2");

        assertThat(create(world).seen()).contains("at '/data' it gets the recorded volume 'volume-1'", "'volume-2'");
    }

    @Test
    void neverRevertsInfrastructure() {
        assertRefused(
                () -> new RevertImage(world.host, new RecordedReleases(world.releases)).run(world.task("db")),
                ErrorCode.PLAN_OBSTACLE,
                "infrastructure");
    }

    private static StepResult create(ShopWorld world) {
        return new CreateReplacement(world.host, new RecordedReleases(world.releases)).run(world.task("api"));
    }

    private static StepResult revert(ShopWorld world) {
        return new RevertImage(world.host, new RecordedReleases(world.releases)).run(world.task("api"));
    }

    private static void assertReverted(ShopWorld world, String when) {
        assertThat(world.host.names()).as(when).containsExactly("shop-api", KEPT, "shop-db");
        Fake live = world.host.named("shop-api");
        assertThat(live.running).as(when).isTrue();
        assertThat(live.imageId).as(when).isEqualTo(ShopWorld.ONE);
        assertThat(live.specification)
                .as(when)
                .isEqualTo(FakeContainerHost.specification(Map.of("OFFERS", "on", "MODE", "safe")));
        Fake kept = world.host.named(KEPT);
        assertThat(kept.running).as(when).isFalse();
        assertThat(kept.specification.at("/HostConfig/RestartPolicy").asText())
                .as(when)
                .isEqualTo("no");
    }

    private static void assertRefused(ThrowingCallable call, ErrorCode code, String text) {
        assertThatThrownBy(call).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(code);
            assertThat(refusal).hasMessageContaining(text);
        });
    }
}
