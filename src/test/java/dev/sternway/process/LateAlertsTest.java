package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Alerts that begin while a rollback runs or is watched, and those that are told of late (S2-22, S3-14). */
class LateAlertsTest extends ProcessTest {

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.CODE);
    }

    @Test
    @Tag("S2-22")
    void actsInTheNextWatchOnWhatBeganAtTheEndOfTheOneBefore() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_watchBeforeClose");

        assertThat(world.alertSince(Variable.now().minusSeconds(10), CRASH)).isEqualTo(incident);
        world.goOnTo("serviceTask_planLevel");

        assertThat(world.process("handle-incident")).hasPassed("serviceTask_reopenIncident");
        assertThat(world.last(incident, "watchStability").seen())
                .contains("relapse after 0 s: alert 'It is bad' fires since");
    }

    @Test
    @Tag("S3-14")
    void opensTheIncidentAgainForWhatBeganInTheWatchBeforeItWasClosed() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_watchAfterClose");

        world.alertSince(Variable.now().minusSeconds(10), CRASH);
        world.goOnTo("serviceTask_planLevel");

        assertThat(world.process("handle-incident")).hasPassed("serviceTask_reopenIncident");
        assertThat(world.incidents.find(incident).orElseThrow().closedAt()).isNull();
    }

    @Test
    void isNoRelapseWhenItBeganBeforeTheProof() {
        world.alert(CRASH);
        world.goOnTo("serviceTask_watchAfterClose");

        world.alertSince(Variable.now().minus(Duration.ofHours(2)), CRASH);
        world.goOn();

        assertThat(world.process("handle-incident"))
                .hasNotPassed("serviceTask_reopenIncident")
                .isEnded();
    }

    @Test
    void asksAPersonAboutWhatBeganWhileTheLevelRanAndAsksForMore() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_runChecks");

        assertThat(world.alertNow(CORRUPTION)).isEqualTo(incident);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("relapse after 300 s: alert 'It is bad' fires since")
                .contains("which began while the rollback ran and asks for more");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);
    }

    @Test
    void asksAboutItOnceWhenAPersonHasAnswered() {
        shop.harms.clear();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_runChecks");
        world.alertNow(CORRUPTION);
        world.goOn();
        assertThat(world.standsAt()).contains("userTask_chooseNextStep");

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "NEXT_LEVEL", "reason", "to be sure"));

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2);
        assertThat(world.state(incident)).as("at " + world.standsAt()).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void asksAboutWhatBeganInTheFirstLevelAndFiresStillAfterTheSecond() {
        shop.harms.add(Harm.FEATURE);
        world.alert(CRITICAL);
        world.goOnTo("serviceTask_runChecks");
        world.alertNow(CORRUPTION);

        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("serviceTask_raiseLevel")
                .isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).contains("asks for more");
    }

    @Test
    void asksAboutWhatIsOlderButWasHeardOfOnlyWhileTheLevelRan() {
        world.alert(CRASH);
        world.goOnTo("serviceTask_runChecks");
        world.alertSince(Variable.now().minus(Duration.ofHours(1)), CORRUPTION);
        heardOf("data_corruption", "now() + interval '1 second'");

        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
    }

    @Test
    void asksNobodyAboutWhatWasHeardOfBeforeTheRollback() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_runChecks");
        world.alertSince(Variable.now().minus(Duration.ofHours(1)), CORRUPTION);
        heardOf("data_corruption", "now() - interval '1 hour'");

        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void asksNobodyWhenItIsOverBeforeTheTimeOfTheStabilityWatchIs() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_runChecks");
        world.alertSince(Instant.now(), CORRUPTION);
        world.goOnTo("serviceTask_watchStability");

        world.resolved();
        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void asksNobodyAboutWhatAsksForNoMoreThanWasDone() {
        String incident = world.alert(CRASH);
        world.goOnTo("serviceTask_runChecks");
        world.alertNow(CRASH);
        world.alertNow(MAJOR);
        world.alertNow(MINOR);

        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.process("handle-incident")).hasNotPassed("serviceTask_reopenIncident");
    }

    private void heardOf(String symptom, String when) {
        int changed = world.database
                .sql("update alert set received_at = " + when + " where alert -> 'labels' ->> 'symptom' = ?")
                .param(symptom)
                .update();
        assertThat(changed).isEqualTo(1);
    }
}
