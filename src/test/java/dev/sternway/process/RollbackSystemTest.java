package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.TINA;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Incidents;
import dev.sternway.decision.Scope;
import dev.sternway.evidence.Evidence;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code rollback-system}: level after level, each with a plan of its own, and every place where people are asked (S2-05, S2-11). */
class RollbackSystemTest extends ProcessTest {

    @Autowired
    RuntimeService runtime;

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        world.snapshot("kiosk");
        shop.upgrade();
    }

    @Test
    void stopsAtLevelOneWhenTheToggleIsEnough() {
        shop.harms.add(Harm.FEATURE);

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("callActivity_runLevel", "serviceTask_watchStability", "endEvent_systemRolledBack")
                .hasNotPassed("serviceTask_raiseLevel")
                .isEnded();
        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.TWO);
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");
        assertThat(world.variable("rollback-system", "rollbackOutcome")).isEqualTo("RECOVERED");
    }

    @Test
    void goesToLevelTwoWhenTheToggleIsNotEnough() {
        shop.harms.add(Harm.FEATURE);
        shop.harms.add(Harm.CODE);

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(shop.store.done).isEmpty();
    }

    @Test
    void goesToLevelThreeWhenTheOldReleaseIsNotEnough() {
        shop.harms.add(Harm.FEATURE);
        shop.harms.add(Harm.CODE);
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(CRITICAL);
        world.goOn();
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");

        world.complete("userTask_confirmDataLoss", CARLA, phrase());
        world.complete("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));

        assertThat(world.plans.of(incident)).extracting("level").containsExactly(1, 2, 3);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }

    static Map<String, Object> phrase() {
        return Map.of("decision", "APPROVE", "phrase", "CONFIRM DATA LOSS");
    }

    @Test
    void asksAPersonWhenNoLevelIsLeft() {
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(ProcessWorld.CORRUPTION);
        world.goOn();
        world.submit("userTask_confirmDataLoss", CARLA, phrase());
        world.submit("userTask_approveDataLoss", THEO, Map.of("decision", "APPROVE"));
        world.goOnTo("serviceTask_runChecks");

        shop.traffic = true;
        shop.harms.clear();
        shop.harms.add(Harm.FEATURE);
        shop.api().imageId = FakeShop.TWO;
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.last(incident, "runChecks").systemId()).isEqualTo("shop");
        assertThat(sentBack(() -> world.submit("userTask_chooseNextStep", CARLA, Map.of("nextStep", "NEXT_LEVEL")))
                        .getMessage())
                .isEqualTo("level 3 is the last level");
    }

    @Test
    void skipsALevelThatHasNothingToOfferAndSaysWhy() {
        String incident = world.alert("kiosk", CRITICAL, Alert.Status.FIRING);
        world.goOn();

        assertThat(world.evidence(incident, "planLevel"))
                .extracting(Evidence::seen)
                .satisfiesExactly(
                        first -> assertThat(first)
                                .isEqualTo("level 1 is skipped: system 'kiosk' has no toggle 'offers'"),
                        second -> assertThat(second)
                                .startsWith("level 2 is skipped: store 'orders' has schema version '2', release "
                                        + "'kiosk@1.0#1' ran on '1'"),
                        third -> assertThat(third).contains("steps, estimated"));
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }

    @Test
    @Tag("S4-14")
    void takesAllServicesBackWhereOneAloneWasNotEnough() {
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(Map.of("symptom", "crash", "service", "api"));
        world.goOn();

        assertThat(world.evidence(incident, "widenScope")).singleElement().satisfies(entry -> {
            assertThat(entry.wanted()).isEqualTo("scope PARTIAL_SERVICE is taken back");
            assertThat(entry.seen())
                    .isEqualTo("the whole system is planned for: the release of service 'api' alone did not help");
            assertThat(entry.level()).isEqualTo(2);
        });
        assertThat(world.evidence(incident, "planLevel"))
                .extracting(Evidence::level)
                .containsExactly(2, 2, 3);
        assertThat(world.plan(incident).scope()).isEqualTo(Scope.FULL);
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }

    @ParameterizedTest
    @ValueSource(strings = {"node-exporter", "Web shop (production)", "db"})
    @Tag("S4-14")
    void takesEverythingBackWhenTheAlertNamesNoServiceThatCanBeTakenBack(String label) {
        shop.harms.add(Harm.CODE);
        String incident = world.alert(Map.of("symptom", "crash", "service", label));
        world.goOn();

        assertThat(world.plan(incident).scope()).isEqualTo(Scope.FULL);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    @Tag("S4-14")
    void knowsTheServiceByItsContainerToo() {
        shop.harms.add(Harm.CODE);
        String incident = world.alert(Map.of("symptom", "crash", "service", "shop-api"));
        world.goOn();

        assertThat(world.plan(incident).scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(world.plan(incident).service()).isEqualTo("api");
    }

    /** A critical incident that nobody is asked about does not stop because its settings have no store of their own. */
    @Test
    @Tag("S4-30")
    void takesTheServiceBackWhereItsSettingsAloneCannotBe() {
        shop.harms.add(Harm.CODE);
        world.alert(CRASH);
        String incident = world.alert(Map.of("symptom", "configuration", "service", "api"));
        world.goOn();

        assertThat(world.evidence(incident, "widenScope")).singleElement().satisfies(entry -> {
            assertThat(entry.seen())
                    .isEqualTo("the whole system is planned for: no configuration store is described for system 'shop',"
                            + " so scope CONFIGURATION has nothing to restore");
            assertThat(entry.level()).isEqualTo(2);
        });
        assertThat(world.plan(incident).scope()).isEqualTo(Scope.FULL);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    @Tag("S4-30")
    void asksForApprovalOfTheServiceWhoseSettingsAreWrong() {
        shop.harms.add(Harm.CODE);
        String incident = world.alert(Map.of("symptom", "configuration", "service", "api"));
        world.goOn();

        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        assertThat(world.plan(incident).scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(world.variable("rollback-system", "approverGroups"))
                .as("those of MAJOR and PARTIAL_SERVICE, not of CONFIGURATION")
                .isEqualTo("on-call,tech-lead");
        assertThat(world.task("userTask_approveRollback")).hasCandidateGroup("on-call");
        assertThat(world.last(incident, "widenScope").seen()).startsWith("service 'api' is planned for: no config");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    @Tag("S4-30")
    void refusesTheSettingsAloneThatAPersonAskedFor() {
        String incident = world.incidents
                .open("shop", "settings are wrong", Instant.now())
                .orElseThrow();
        runtime.startProcessInstanceByKey(
                "rollback-system",
                incident,
                Map.ofEntries(
                        Map.entry("incidentId", incident),
                        Map.entry("systemId", "shop"),
                        Map.entry("level", 2),
                        Map.entry("preAuthorised", false),
                        Map.entry("approverGroups", "tech-lead"),
                        Map.entry("scope", "CONFIGURATION"),
                        Map.entry("requestedBy", "olga"),
                        Map.entry("harmSince", Instant.now().toString())));
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("NO_CONFIGURATION_STORE: no configuration store is described for system 'shop'");
        assertThat(world.variable("rollback-system", "scope")).isEqualTo("CONFIGURATION");
        assertThat(world.evidence(incident, "widenScope")).isEmpty();
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void asksAPersonWhenThePlanIsRefusedAndGoesOnWhenTheCauseIsGone() {
        shop.harms.add(Harm.CODE);
        shop.host.images.remove(FakeShop.ONE);
        String incident = world.alert(CRASH);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("IMAGE_NOT_PRESENT: image 'image-of-sha256:one' (sha256:one)")
                .contains("HINT: pull or load it there");
        assertThat(shop.touched()).isEmpty();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");

        shop.host.images.add(FakeShop.ONE);
        world.complete("userTask_chooseNextStep", THEO, Map.of("nextStep", "RETRY"));

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.evidence(incident, "chooseNextStep"))
                .extracting(Evidence::actor)
                .containsExactly("carla", "theo");
    }

    @Test
    void goesALevelOnWhenAPersonChoosesIt() {
        shop.host.images.remove(FakeShop.ONE);
        shop.harms.add(Harm.CODE);
        String incident = world.alert(Map.of("symptom", "feature_failure", "affected_users", "100"));
        world.goOn();
        assertThat(world.plan(incident).level()).isEqualTo(1);

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "NEXT_LEVEL"));

        assertThat(world.last(incident, "planLevel").level()).isEqualTo(3);
        assertThat(world.last(incident, "planLevel").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
    }

    @Test
    void freesTheSystemWhenAPersonStops() {
        shop.host.images.remove(FakeShop.ONE);
        String incident = world.alert(CRASH);
        world.goOn();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "STOP", "reason", "by hand"));

        assertThat(world.process("rollback-system"))
                .hasPassed("serviceTask_releaseLock", "endEvent_systemRolledBack")
                .isEnded();
        assertThat(world.variable("rollback-system", "rollbackOutcome")).isEqualTo("NOT_RECOVERED");
        assertThat(world.last(incident, "chooseNextStep").seen()).isEqualTo("'carla' chose STOP: by hand");
        assertThat(world.database
                        .sql("select count(*) from rollback_lock")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    void doesNothingMoreWhenAnotherHoldsTheSystem() {
        shop.harms.add(Harm.CODE);
        world.alert(CRASH);
        world.goOnTo("serviceTask_revertImage");
        List<String> touched = List.copyOf(shop.touched());
        world.database
                .sql("update rollback_lock set incident_id = 'INC-1999-0001'")
                .update();

        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("SYSTEM_LOCKED: system 'shop' is held by 'INC-1999-0001'");
        assertThat(shop.touched()).isEqualTo(touched);
    }

    @Test
    void asksForApprovalUnlessItIsPreAuthorised() {
        shop.harms.add(Harm.FEATURE);
        String incident = waitsForApproval();

        assertThat(world.task("userTask_approveRollback")).hasCandidateGroup("tech-lead");
        assertThat(shop.touched()).isEmpty();
        assertThatThrownBy(() -> world.submit("userTask_approveRollback", CARLA, Map.of("decision", "APPROVE")))
                .isInstanceOf(AuthorizationException.class);

        world.complete("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));

        assertThat(world.process("rollback-system")).hasPassed("callActivity_runLevel");
        assertThat(world.last(incident, "approveRollback").seen()).isEqualTo("'theo' approved");
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");
    }

    private String waitsForApproval() {
        String incident = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));
        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        return incident;
    }

    @Test
    void asksWhatNextWhenTheApprovalIsRejectedAndAsksForItAgain() {
        shop.harms.add(Harm.FEATURE);
        String incident = waitsForApproval();

        world.complete("userTask_approveRollback", THEO, Map.of("decision", "REJECT", "reason", "wait"));

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.last(incident, "approveRollback").seen()).isEqualTo("'theo' rejected it: wait");
        assertThat(shop.touched()).isEmpty();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));
        world.complete("userTask_approveRollback", TINA, Map.of("decision", "APPROVE"));

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    /** A.7.6: who does not approve the level again does not want the services to stay down. */
    @Test
    void startsWhatItHadStoppedWhenTheSameLevelIsRejectedTheSecondTime() {
        shop.harms.add(Harm.FEATURE);
        String incident = waitsForApproval();
        world.submit("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));
        world.goOnTo("serviceTask_switchToggle");
        holdBy("INC-1999-0001");
        world.goOn();
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(shop.api().running).isFalse();
        holdBy(incident);

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));
        world.complete("userTask_approveRollback", THEO, Map.of("decision", "REJECT", "reason", "by hand"));
        assertThat(world.database
                        .sql("select count(*) from approval where void_at is null and plan_sha256 = ?")
                        .param(world.plan(incident).sha256())
                        .query(Long.class)
                        .single())
                .as("the plan made anew is not approved")
                .isZero();
        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "STOP", "reason", "by hand"));

        assertThat(world.process("rollback-system"))
                .hasPassed("serviceTask_startStopped")
                .isEnded();
        assertThat(world.last(incident, "startService").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(shop.api().running).isTrue();
    }

    private void holdBy(String incident) {
        world.database
                .sql("update rollback_lock set incident_id = ?")
                .param(incident)
                .update();
    }

    @Test
    void sendsAnApprovalBackWithoutADecision() {
        waitsForApproval();

        assertThat(sentBack(() -> world.submit("userTask_approveRollback", THEO, Map.of()))
                        .code())
                .isEqualTo(ErrorCode.DECISION_MISSING);
        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
    }

    @Test
    void sendsAnApprovalBackWhenTheWorldHasChangedSinceThePlan() {
        String incident = waitsForApproval();
        shop.api().imageId = "sha256:three";

        Refusal refusal = sentBack(() -> world.submit("userTask_approveRollback", THEO, Map.of("decision", "APPROVE")));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PLAN_CHANGED);
        assertThat(refusal.getMessage()).contains("step 1 (prepareToggle 'api') saw", "sha256:three");
        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        assertThat(world.last(incident, "approveRollback").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void asksAPersonWhileAnotherIncidentHoldsTheSystem() {
        shop.harms.add(Harm.FEATURE);
        world.database
                .sql("insert into rollback_lock values ('shop', 'INC-1', nextval('fence'), 'sternway', 'a drill')")
                .update();

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasNotPassed("serviceTask_planLevel")
                .isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("SYSTEM_LOCKED: system 'shop' is locked by 'INC-1'")
                .contains("a drill");

        world.database.sql("delete from rollback_lock").update();
        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void warnsAtThreeQuartersOfTheBudgetAndAtItsEndAndGoesOn() {
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_switchToggle");

        world.pass(Duration.ofSeconds(91));
        world.fire("event_budgetWarning");
        world.goOnTo("serviceTask_switchToggle");
        assertThat(world.last(incident, "recordBudget").outcome()).isEqualTo(Evidence.Outcome.NOTED);

        world.pass(Duration.ofSeconds(31));
        world.fire("event_budgetSpent");
        world.goOnTo("serviceTask_switchToggle");
        assertThat(world.last(incident, "recordBudget").outcome()).isEqualTo(Evidence.Outcome.NOT_MET);
        assertThat(world.last(incident, "recordBudget").seen())
                .isEqualTo("the budget of 120 s is spent, the level goes on");

        world.goOn();
        assertThat(world.process("rollback-system")).hasPassed("endEvent_budgetRecorded", "endEvent_systemRolledBack");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void asksAPersonWhenNobodyUsesTheSystemAndSoNobodyCanTell() {
        shop.harms.add(Harm.FEATURE);
        shop.traffic = false;

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.variable("rollback-system", "sufficient")).isEqualTo("UNKNOWN");
        assertThat((String) world.variable("rollback-system", "situation")).contains("'errors' is unknown");
        assertThat(world.plans.of(incident)).hasSize(1);
    }

    @Test
    void asksAPersonWhenItFallsBackInTheStabilityWatch() {
        shop.harms.add(Harm.FEATURE);
        world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchStability");

        shop.harms.add(Harm.CODE);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).contains("relapse after");
    }

    @Test
    void asksAPersonWhenAStepRefuses() {
        shop.host.loses.add("Memory");

        String incident = world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("event_levelRefused")
                .isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).startsWith("CONTAINER_SETTING_LOST: ");
        assertThat(world.last(incident, "prepareToggle").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
        assertThat(shop.api().running).isTrue();
    }

    @Test
    void asksAPersonWhenAWorkerRefuses() {
        shop.host.named("shop-db");
        world.alert(CRITICAL);
        world.goOnTo("serviceTask_stopService");

        shop.host.containers.remove(shop.api().id);
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("event_levelRefused")
                .isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).startsWith("CONTAINER_NOT_FOUND: ");
    }

    @Test
    void triesATechnicalFailureAgainAndWritesEachAttemptDown() {
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_switchToggle");
        shop.host.doesNotStart.put("shop-api", "port 80 is taken");

        assertThatThrownBy(world::goOn).hasMessageContaining("port 80 is taken");

        assertThat(world.last(incident, "switchToggle").outcome()).isEqualTo(Evidence.Outcome.FAILED);
        assertThat(world.process("switch-service-toggles")).isWaitingAt("serviceTask_switchToggle");

        shop.host.doesNotStart.clear();
        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }
}
