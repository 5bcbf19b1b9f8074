package dev.sternway.step.toggle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.CrashEverywhere;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeContainerHost.Fake;
import dev.sternway.step.ShopWorld;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** Level 1, from the container created beside to the proof inside the running process. */
class SwitchToggleTest {
    private static final String KEPT = "shop-api.failed-" + ShopWorld.INCIDENT + "-toggle";
    private static final String BESIDE = "shop-api.next-" + ShopWorld.INCIDENT + "-toggle";

    private final ShopWorld world = new ShopWorld();

    @Test
    void switchesTheVariableAndKeepsTheOldContainerByName() {
        StepResult prepared = new PrepareToggle(world.host).run(task(world));
        assertThat(prepared.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.host.named("shop-api").running).isTrue();

        StepResult switched = new SwitchToggle(world.host).run(task(world));

        assertThat(switched.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(switched.wanted()).isEqualTo("container 'shop-api' runs with OFFERS=off");
        assertThat(switched.details().get("kept").toString()).contains(KEPT);
        assertSwitched(world, "once");
        assertThat(new SwitchToggle(world.host).run(task(world)).outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(new PrepareToggle(world.host).run(task(world)).outcome()).isEqualTo(Outcome.ALREADY);
    }

    @Test
    void endsTheSameAfterAKillAtAnyPoint() {
        CrashEverywhere.of(
                ShopWorld::new,
                each -> {
                    new PrepareToggle(each.host).run(task(each));
                    new SwitchToggle(each.host).run(task(each));
                },
                SwitchToggleTest::assertSwitched);
    }

    @Test
    void switchesAllTogglesOfAServiceAtOnceWhenThePlanNamesNone() {
        new SwitchToggle(world.host).run(world.task("api"));

        assertThat(world.host.named("shop-api").specification.at("/Config/Env").toString())
                .isEqualTo("{\"MODE\":\"fast\",\"OFFERS\":\"off\",\"SEARCH\":\"old\"}");
    }

    @Test
    void startsASwitchedContainerThatDoesNotRun() {
        new SwitchToggle(world.host).run(task(world));
        world.host.named("shop-api").running = false;

        StepResult result = new SwitchToggle(world.host).run(task(world));

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.host.named("shop-api").running).isTrue();
    }

    @Test
    void refusesWhenASettingWouldBeLostAndLeavesNothingBehind() {
        world.host.loses.add("StopSignal");

        assertRefused(
                () -> new PrepareToggle(world.host).run(task(world)),
                ErrorCode.CONTAINER_SETTING_LOST,
                "HostConfig.StopSignal");
        assertThat(world.host.names()).containsExactly("shop-api", "shop-db");
        assertThat(world.host.named("shop-api").running).isTrue();
    }

    @Test
    void makesAnewWhatACrashLeftHalfMade() {
        world.host.loses.add("StopSignal");
        world.host.crashAfter(1);
        assertThatThrownBy(() -> new PrepareToggle(world.host).run(task(world)))
                .isInstanceOf(FakeContainerHost.Crash.class);
        world.host.revive();
        world.host.loses.clear();

        new PrepareToggle(world.host).run(task(world));

        assertThat(world.host.effects).containsExactly("create " + BESIDE, "remove " + BESIDE, "create " + BESIDE);
    }

    @Test
    void makesAnewWhatAnotherPlanLeft() {
        new PrepareToggle(world.host).run(world.task("plan-0", "api", ShopWorld.system()));

        new SwitchToggle(world.host).run(task(world));

        assertSwitched(world, "after another plan");
        assertThat(world.host.named("shop-api").labels).containsEntry("dev.sternway.plan", "plan-1");
    }

    @Test
    void keepsASecondPredecessorUnderANumber() {
        new SwitchToggle(world.host).run(task(world));
        Fake live = world.host.named("shop-api");
        live.specification = FakeContainerHost.specification(Map.of("OFFERS", "on"));

        new SwitchToggle(world.host).run(task(world));

        assertThat(world.host.names()).containsExactly("shop-api", KEPT, KEPT + "-2", "shop-db");
    }

    @Test
    void refusesAContainerInTheWayThatItDidNotMake() {
        world.host.run(BESIDE, ShopWorld.ONE, Map.of()).running = false;

        assertRefused(
                () -> new PrepareToggle(world.host).run(task(world)),
                ErrorCode.PLAN_OBSTACLE,
                "not created by Sternway");
    }

    @Test
    void refusesWhenTheImageIsAnotherThanThePlanSaw() {
        StepTask task = world.task(
                "plan-1",
                "api",
                ShopWorld.system(),
                ShopWorld.planned("prepareToggle", "api", Map.of("imageId", ShopWorld.ONE)));

        assertRefused(() -> new PrepareToggle(world.host).run(task), ErrorCode.PLAN_CHANGED, "sha256:two");
        assertThat(world.host.effects).isEmpty();
    }

    @Test
    void refusesWithoutContainer() {
        world.host.containers.clear();

        assertRefused(() -> new SwitchToggle(world.host).run(task(world)), ErrorCode.CONTAINER_NOT_FOUND, "'shop-api'");
    }

    @Test
    void provesTheVariableInTheRunningProcessAndTheBehaviour() {
        new SwitchToggle(world.host).run(task(world));
        world.host.command = (fake, argv) -> new Executed(0, "PATH=/bin\0OFFERS=off\0TOKEN=geheim\0", "");
        world.probes.answer(ShopWorld.OFFERS, 200, "{\"state\": \"on\"}");
        world.probes.answer(ShopWorld.OFFERS, 200, "{\"state\": \"off\"}");

        StepResult result = prove();

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(result.seen())
                .startsWith("OFFERS=off in the environment of process 1; http://shop-api/offers answers 200")
                .doesNotContain("geheim");
    }

    @Test
    void saysWhenOnlyTheContainersSettingsCouldBeRead() {
        new SwitchToggle(world.host).run(task(world));
        world.probes.answer(ShopWorld.OFFERS, 200, "{\"state\": \"off\"}");

        assertThat(prove().seen()).startsWith("OFFERS=off in the container's settings, its process could not be read");
    }

    @Test
    void isNotProvedWhenTheProcessHasAnotherValue() {
        new SwitchToggle(world.host).run(task(world));
        world.host.command = (fake, argv) -> new Executed(0, "OFFERS=on\0", "");

        assertRefused(this::prove, ErrorCode.TOGGLE_NOT_PROVED, "OFFERS is 'on' instead of 'off'");
    }

    @Test
    void isNotProvedWhenTheBehaviourDoesNotShowIt() {
        new SwitchToggle(world.host).run(task(world));
        world.probes.answer(ShopWorld.OFFERS, 200, "{\"state\": \"on\"}");

        assertRefused(this::prove, ErrorCode.TOGGLE_NOT_PROVED, "answers 200 with /state 'on'");
        assertThat(world.pace.elapsed()).isLessThan(java.time.Duration.ofSeconds(5));
    }

    private StepResult prove() {
        return new ProveToggle(world.host, world.probes, world.pace).run(task(world));
    }

    private static void assertSwitched(ShopWorld world, String when) {
        assertThat(world.host.names()).as(when).containsExactly("shop-api", KEPT, "shop-db");
        Fake live = world.host.named("shop-api");
        assertThat(live.running).as(when).isTrue();
        assertThat(live.imageId).as(when).isEqualTo(ShopWorld.TWO);
        assertThat(live.specification)
                .as(when)
                .isEqualTo(FakeContainerHost.specification(Map.of("OFFERS", "off", "MODE", "fast")));
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

    private static StepTask task(ShopWorld world) {
        return world.task(
                "plan-1",
                "api",
                ShopWorld.system(),
                ShopWorld.planned("switchToggle", "api", Map.of("toggles", "offers")));
    }
}
