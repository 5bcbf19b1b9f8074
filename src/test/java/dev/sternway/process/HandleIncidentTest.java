package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.VERA;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static dev.sternway.process.ProcessWorld.UNMATCHED;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import dev.sternway.port.ErrorCode;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** {@code handle-incident}: every end, every decision, and the watches after a rollback (S2-22, S3-14, S4-23). */
class HandleIncidentTest extends ProcessTest {

    @Test
    void rollsBackACriticalAlertAndClosesTheIncident() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("handle-incident"))
                .hasPassedInOrder(
                        "startEvent_alertReceived",
                        "callActivity_decideIncident",
                        "callActivity_rollbackSystem",
                        "serviceTask_judgeOutcome",
                        "serviceTask_writeReport",
                        "serviceTask_watchBeforeClose",
                        "serviceTask_closeIncident",
                        "serviceTask_watchAfterClose",
                        "endEvent_incidentClosed")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.last(incident, "judgeOutcome").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    void isClosedForPeopleWhileTheLastWatchGoesOn() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);

        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");

        assertThat(world.process("handle-incident")).isWaitingAt("serviceTask_watchAfterClose");
        assertThat(world.incidents.find(incident).orElseThrow().closedAt()).isNotNull();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void beginsWithTheReleaseWhenItDoesNotRun() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.CODE);

        String incident = world.alert(CRASH);
        world.goOn();

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(2);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void beginsWithTheRestoreWhenDataIsDamaged() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);

        String incident = world.alert(CORRUPTION);
        world.goOn();

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(3);
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }

    @Test
    void takesNoBackupFromWithinAHarmThatALaterAlertTellsOf() {
        world.snapshot("shop", Duration.ofHours(3));
        world.snapshot("shop", Duration.ofHours(1));
        List<String> backups = world.database
                .sql("select id from backup_set order by taken_at")
                .query(String.class)
                .list();
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(MINOR);
        world.goOn();

        world.alert(Map.of("symptom", "data_corruption", "sustained_for", "2h"));
        world.goOn();

        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
        assertThat(backups).hasSize(2);
        assertThat(world.plan(incident).backupId()).isEqualTo(backups.get(0));
        world.pass(Duration.ofMinutes(1));
        world.complete("userTask_confirmDataLoss", CARLA, RollbackSystemTest.phrase());
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_approveDataLoss");
    }

    @Test
    void opensTheNextLevelWhenItFallsBackBeforeClose() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchBeforeClose");

        shop.harms.add(Harm.CODE);
        world.goOn();

        assertThat(world.process("handle-incident"))
                .hasPassed("serviceTask_reopenIncident")
                .hasPassed("endEvent_incidentClosed");
        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void opensTheIncidentAgainWhenItFallsBackAfterClose() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");

        shop.harms.add(Harm.CODE);
        world.goOnTo("serviceTask_planLevel");

        assertThat(world.process("handle-incident")).hasPassed("serviceTask_reopenIncident");
        assertThat(world.incidents.find(incident).orElseThrow().closedAt()).isNull();
        assertThat(world.last(incident, "reopenIncident").seen()).contains("level 2 is next");

        world.goOn();

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void opensTheIncidentAgainWhenAnAlertBeginsInTheLastWatch() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");
        world.pass(Duration.ofSeconds(5));

        assertThat(world.alertNow(CRASH)).isEqualTo(incident);
        world.goOnTo("serviceTask_planLevel");

        assertThat(world.process("handle-incident")).hasPassed("serviceTask_reopenIncident");
        assertThat(world.last(incident, "watchStability").seen())
                .contains("relapse after 5 s: alert 'It is bad' fires since");
        world.goOn();
        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void opensANewIncidentForWhatBeganAfterTheProofAndStillFires() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String first = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");
        world.pass(Duration.ofSeconds(5));
        assertThat(world.alertNow(MINOR)).isEqualTo(first);

        world.goOn();
        assertThat(world.state(first)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.last(first, "passAlertsOn").seen()).startsWith("1 alert ");
        world.dispatch();
        world.goOn();

        assertThat(world.database
                        .sql("select count(*), min(incident_id) from alert group by incident_id order by 2")
                        .query((row, number) -> row.getLong(1) + " " + row.getString(2))
                        .list())
                .hasSize(2)
                .contains("1 " + first)
                .noneMatch(each -> each.endsWith("null"));
        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");

        world.dispatch();
        assertThat(world.database
                        .sql("select count(*) from incident")
                        .query(Long.class)
                        .single())
                .as("what was never reported over opens nothing again")
                .isEqualTo(2);
    }

    @Test
    void handsOverWhenPeopleStopTheRollback() {
        shop.upgrade();
        shop.harms.add(Harm.CODE);
        String incident = world.alert(CRASH);
        world.goOn();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "STOP", "reason", "by hand"));

        assertThat(world.process("handle-incident"))
                .hasPassed("serviceTask_writeReport", "endEvent_handedOver")
                .hasNotPassed("serviceTask_watchBeforeClose")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.HANDED_OVER);
        assertThat(world.last(incident, "judgeOutcome").outcome()).isEqualTo(Evidence.Outcome.NOT_MET);
    }

    @Test
    void asksAPersonWhenNoRuleMatches() {
        shop.upgrade();

        String incident = world.alert(UNMATCHED);
        world.goOn();

        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
        assertThat(world.task("userTask_chooseAction")).hasCandidateGroup("incident-commander");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);
        assertThat(world.last(incident, "assessSeverity").seen()).isEqualTo("no rule matches");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void rollsBackAfterApprovalWhenAPersonChoosesIt() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(MAJOR);
        world.goOn();

        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK", "reason", "it leaks"));

        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        assertThat(shop.touched()).isEmpty();

        world.complete("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.last(incident, "chooseAction").actor()).isEqualTo("olli");
    }

    @Test
    void endsWhenAPersonFixesForward() {
        String incident = world.alert(MAJOR);
        world.goOn();

        world.complete("userTask_chooseAction", CARLA, Map.of("chosenAction", "FIX_FORWARD", "reason", "1.1 is ready"));

        assertThat(world.process("handle-incident"))
                .hasPassed("endEvent_fixForward")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.FIXED_FORWARD);
    }

    @Test
    void watchesWhenAPersonChoosesToMonitor() {
        String incident = world.alert(MAJOR);
        world.goOn();

        world.complete("userTask_chooseAction", CARLA, Map.of("chosenAction", "MONITOR"));

        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.MONITORING);
    }

    @Test
    void sendsAChoiceBackThatIsNone() {
        world.alert(MAJOR);
        world.goOn();

        assertThat(sentBack(() -> world.submit("userTask_chooseAction", CARLA, Map.of("chosenAction", "PANIC")))
                        .code())
                .isEqualTo(ErrorCode.DECISION_MISSING);
        assertThat(sentBack(() -> world.submit("userTask_chooseAction", CARLA, Map.of()))
                        .code())
                .isEqualTo(ErrorCode.DECISION_MISSING);
        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }

    @Test
    void letsNoViewerChoose() {
        world.alert(MAJOR);
        world.goOn();

        org.assertj.core.api.Assertions.assertThatThrownBy(
                        () -> world.submit("userTask_chooseAction", VERA, Map.of("chosenAction", "ROLL_BACK")))
                .isInstanceOf(org.camunda.bpm.engine.AuthorizationException.class);
        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }

    @Test
    void goesOnMonitoringWhileAnotherAlertFires() {
        String incident = world.alert(MINOR);
        world.goOn();
        world.alert(MINOR);

        world.resolved();
        world.goOn();

        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.MONITORING);
    }

    @Test
    void monitorsAMinorAlertAndEndsWhenItIsResolved() {
        String incident = world.alert(MINOR);
        world.goOn();
        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");

        world.resolved();
        world.goOn();

        assertThat(world.process("handle-incident"))
                .hasPassed("endEvent_resolvedByItself")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.RESOLVED_BY_ITSELF);
    }

    @Test
    void rollsBackAMonitoredIncidentThatGetsWorse() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(MINOR);
        world.goOn();

        String joined = world.alert(CRITICAL);
        world.goOn();

        assertThat(joined).isEqualTo(incident);
        assertThat(world.process("decide-incident")).hasPassed("event_incidentWorsened", "endEvent_rollbackDecided");
        assertThat(world.evidence(incident, "decideRollback")).hasSize(2);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void goesOnMonitoringWhenAFurtherAlertIsNoWorse() {
        String incident = world.alert(MINOR);
        world.goOn();

        world.alert(MINOR);
        world.goOn();

        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");
        assertThat(world.evidence(incident, "decideRollback")).hasSize(1);
        assertThat(world.evidence(incident, "receiveAlert")).hasSize(2);
    }

    @Test
    void asksAPersonAfterHalfAnHourOfMonitoring() {
        world.alert(MINOR);
        world.goOn();

        world.pass(Duration.ofMinutes(30).plusSeconds(1));
        world.fire("event_monitoringEnded");
        world.goOn();

        assertThat(world.process("decide-incident"))
                .hasPassed("event_monitoringEnded")
                .isWaitingAt("userTask_chooseAction");
    }

    @Test
    void goesOnWithARollbackWhateverIsResolvedMeanwhile() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_switchToggle");

        world.resolved();
        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");
    }

    @Test
    void ignoresThatAnUnknownIncidentIsResolved() {
        world.resolved();

        assertThat(world.database
                        .sql("select state from alert")
                        .query(String.class)
                        .single())
                .isEqualTo("NOTED");
        assertThat(world.standsAt()).isEmpty();
    }

    @Test
    void startsANewIncidentAfterTheLastOneHasEnded() {
        String first = world.alert(MINOR);
        world.goOn();
        world.resolved();
        world.goOn();

        String second = world.alert(MINOR);

        assertThat(second).isNotEqualTo(first);
    }
}
