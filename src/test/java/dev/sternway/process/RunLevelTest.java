package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.evidence.Evidence;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.FakeContainerHost;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** {@code run-level} and what it calls: levels 1 and 2, {@code switch-service-toggles} and {@code revert-service}. */
class RunLevelTest extends ProcessTest {

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        shop.upgrade();
    }

    @Test
    void switchesTheTogglesOfAServiceInThisOrder() {
        shop.harms.add(Harm.FEATURE);

        world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("switch-service-toggles"))
                .hasPassedInOrder(
                        "startEvent_toggleRequested",
                        "serviceTask_prepareToggle",
                        "serviceTask_stopService",
                        "serviceTask_switchToggle",
                        "serviceTask_awaitServiceReady",
                        "serviceTask_proveToggle",
                        "endEvent_toggleProved")
                .isEnded();
        assertThat(world.process("level-1-switch-toggles"))
                .hasPassed("endEvent_togglesSwitched")
                .isEnded();
        assertThat(world.process("run-level"))
                .hasPassed("callActivity_switchToggles", "endEvent_levelProved")
                .hasNotPassed("callActivity_revertRelease", "callActivity_restoreSystem")
                .isEnded();
    }

    @Test
    void keepsTheContainerWhoseToggleWasSwitched() {
        shop.harms.add(Harm.FEATURE);

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(shop.host.names()).contains("shop-api", "shop-api.failed-" + incident + "-toggle");
    }

    @Test
    void provesTheToggleInTheBehaviourAndNotInTheSettingsAlone() {
        shop.host.command = (fake, argv) -> new FakeContainerHost.Executed(0, "OFFERS=on\0", "");

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("TOGGLE_NOT_PROVED: ")
                .contains("OFFERS is 'on' instead of 'off'");
        assertThat(world.last(incident, "proveToggle").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
    }

    @Test
    void createsBeforeItStopsAndProvesBeforeItEnds() {
        shop.harms.add(Harm.CODE);

        String incident = world.alert(CRASH);
        world.goOn();

        assertThat(world.process("level-2-revert-release"))
                .hasPassedInOrder(
                        "startEvent_releaseLevelStarted",
                        "serviceTask_createReplacement",
                        "serviceTask_stopService",
                        "callActivity_revertService",
                        "endEvent_releaseReverted")
                .isEnded();
        assertThat(world.process("revert-service"))
                .hasPassedInOrder(
                        "startEvent_revertRequested",
                        "serviceTask_revertImage",
                        "serviceTask_awaitServiceReady",
                        "serviceTask_proveService",
                        "endEvent_serviceReverted")
                .isEnded();
        assertThat(world.process("run-level"))
                .hasPassed("callActivity_revertRelease", "endEvent_levelProved")
                .hasNotPassed("callActivity_switchToggles", "callActivity_restoreSystem");
        assertThat(shop.host.effects)
                .containsSubsequence(
                        "create shop-api.next-" + incident,
                        "stop shop-api",
                        "rename shop-api → shop-api.failed-" + incident,
                        "rename shop-api.next-" + incident + " → shop-api",
                        "start shop-api");
        assertThat(FakeShop.environment(shop.api())).containsEntry("MODE", "safe");
        assertThat(shop.host.effects).noneMatch(effect -> effect.contains("shop-db"));
    }

    @Test
    void asksAPersonWhenTheRevertedServiceIsNotTheRecordedOne() {
        shop.harms.add(Harm.CODE);
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_proveService");

        shop.api().specification = FakeContainerHost.specification(java.util.Map.of("MODE", "changed by hand"));
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("event_levelRefused")
                .isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).startsWith("RELEASE_NOT_PROVED: ");
        assertThat(world.last(incident, "proveService").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
    }

    @Test
    void tellsThePlanInEachPieceOfEvidence() {
        shop.harms.add(Harm.CODE);

        String incident = world.alert(CRASH);
        world.goOn();

        String sha256 = world.plan(incident).sha256();
        assertThat(world.ledger.of(incident))
                .filteredOn(entry -> entry.kind() == Evidence.Kind.STEP && entry.level() != null)
                .isNotEmpty()
                .allMatch(entry -> sha256.equals(entry.planSha256()))
                .allMatch(entry -> !entry.wanted().isBlank() && !entry.seen().isBlank());
    }
}
