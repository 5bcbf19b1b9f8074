package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.plan.Plan;
import dev.sternway.process.FakeShop.Harm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** A person who may complete a task submits more than its form asks for: nothing else is done because of it. */
class TamperingTest extends ProcessTest {
    private static final Map<String, Object> EVERYTHING_ELSE = everythingElse();

    @Autowired
    ProcessEngine engine;

    private static Map<String, Object> everythingElse() {
        Map<String, Object> all = new HashMap<>();
        all.put("incidentId", "INC-1");
        all.put("systemId", "kiosk");
        all.put("alertId", 99L);
        all.put("harmSince", "2099-01-01T00:00:00Z");
        all.put("symptom", "UX");
        all.put("feature", "none");
        all.put("action", "ROLL_BACK");
        all.put("preAuthorised", true);
        all.put("approverGroups", "on-call,viewer");
        all.put("level", 2);
        all.put("planSha256", "0000");
        all.put("planSummary", "nothing happens");
        all.put("levelStartedAt", "2099-01-01T00:00:00Z");
        all.put("levelPossible", true);
        all.put("approvalNeeded", false);
        all.put("approved", true);
        all.put("budget", "PT999H");
        all.put("budgetWarning", "PT999H");
        all.put("sufficient", "YES");
        all.put("stable", true);
        all.put("rollbackOutcome", "RECOVERED");
        all.put("target", "db");
        all.put("serviceId", "db");
        all.put("lossSummary", "nothing would be lost");
        all.put("lossWithinApproved", true);
        all.put("confirmedBy", "somebody else");
        all.put("requestedBy", "nobody");
        all.put("withdrawn", "UNTOUCHED");
        all.put("glassId", 1L);
        all.put("brokenBy", "somebody else");
        return Map.copyOf(all);
    }

    private static Map<String, Object> with(String... typed) {
        Map<String, Object> all = new HashMap<>(EVERYTHING_ELSE);
        for (int i = 0; i < typed.length; i += 2) {
            all.put(typed[i], typed[i + 1]);
        }
        return all;
    }

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        world.snapshot("kiosk");
        shop.upgrade();
    }

    @Test
    void doesNotSpareTheApproval() {
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(MAJOR);
        world.goOn();

        world.complete("userTask_chooseAction", OLLI, with("chosenAction", "ROLL_BACK"));

        assertThat(world.process("approve-rollback")).isWaitingAt("userTask_approveRollback");
        assertThat(world.task("userTask_approveRollback")).hasCandidateGroup("tech-lead");
        assertThat(world.plan(incident).level()).isEqualTo(1);
        assertThat(world.plan(incident).systemId()).isEqualTo("shop");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void doesNotChangeThePlanThatIsApproved() {
        shop.harms.add(Harm.FEATURE);
        String incident = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));
        Plan plan = world.plan(incident);

        world.submit("userTask_approveRollback", THEO, with("decision", "APPROVE"));
        world.goOnTo("serviceTask_switchToggle");

        assertThat(world.variable("rollback-system", "planSha256")).isEqualTo(plan.sha256());
        assertThat(world.variable("rollback-system", "budget")).isEqualTo("PT2M");
        assertThat((String) world.variable("rollback-system", "levelStartedAt"))
                .startsWith("20")
                .doesNotStartWith("2099");
        assertThat(world.variable("level-1-switch-toggles", "level")).isEqualTo(1);
        assertThat(world.last(incident, "prepareToggle").target()).isEqualTo("api");
        assertThat(world.variable("rollback-system", "sufficient")).isNull();
    }

    @Test
    void doesNotTurnARejectionIntoAnApproval() {
        world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));

        world.complete("userTask_approveRollback", THEO, with("decision", "REJECT"));

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void doesNotMakeAFailedRollbackARecoveredOne() {
        shop.host.images.remove(FakeShop.ONE);
        String incident = world.alert(CRASH);
        world.goOn();

        world.complete("userTask_chooseNextStep", CARLA, with("nextStep", "STOP"));

        assertThat(world.variable("rollback-system", "rollbackOutcome")).isEqualTo("NOT_RECOVERED");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.HANDED_OVER);
    }

    @Test
    void doesNotJumpToAnotherLevel() {
        shop.harms.add(Harm.FEATURE);
        shop.host.loses.add("Memory");
        String incident = world.alert(CRITICAL);
        world.goOn();
        shop.host.loses.clear();

        world.complete("userTask_chooseNextStep", CARLA, with("nextStep", "RETRY"));

        assertThat(world.plan(incident).level()).isEqualTo(1);
        assertThat(world.plan(incident).steps()).extracting(Plan.PlanStep::step).contains("switchToggle");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void doesNotRestoreAnotherPlanOrHideTheLoss() {
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(CORRUPTION);
        world.goOn();
        String failed = shop.live().identity;
        String kiosk = shop.store.databases.get("kiosk").identity;

        world.submit("userTask_confirmDataLoss", CARLA, with("decision", "APPROVE", "phrase", "CONFIRM DATA LOSS"));

        assertThat(world.variable("level-3-restore-system", "confirmedBy")).isEqualTo("carla");
        assertThat((String) world.variable("level-3-restore-system", "lossSummary"))
                .startsWith("Backup 'shop-")
                .contains("\n1 row only in the live database would be lost");

        world.submit("userTask_approveDataLoss", THEO, with("decision", "APPROVE"));
        world.goOnTo("serviceTask_measureFinalLoss");
        shop.wouldLose(8);
        world.goOn();

        assertThat(world.process("level-3-restore-system"))
                .hasPassed("serviceTask_voidApproval")
                .isWaitingAt("userTask_confirmDataLoss");
        assertThat(shop.live().identity).isEqualTo(failed);
        assertThat(shop.store.databases.get("kiosk").identity).isEqualTo(kiosk);
        assertThat(world.database
                        .sql("select distinct incident_id || ' ' || plan_sha256 from approval")
                        .query(String.class)
                        .list())
                .containsExactly(incident + " " + world.plan(incident).sha256());
    }

    @ParameterizedTest
    @ValueSource(strings = {"userTask_confirmDataLoss", "userTask_approveDataLoss"})
    void doesNotApproveALossThatWasRejected(String rejectedAt) {
        shop.harms.add(Harm.ROWS);
        world.alert(CORRUPTION);
        world.goOn();
        String failed = shop.live().identity;
        if (rejectedAt.equals("userTask_approveDataLoss")) {
            world.complete("userTask_confirmDataLoss", CARLA, RollbackSystemTest.phrase());
            world.complete(rejectedAt, THEO, with("decision", "REJECT"));
        } else {
            world.complete(rejectedAt, CARLA, with("decision", "REJECT", "phrase", "CONFIRM DATA LOSS"));
        }

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void doesNotLetTheRequesterApproveByDenyingThatHeAsked() {
        shop.harms.add(Harm.FEATURE);
        world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));
        engine.getRuntimeService().setVariable(world.process("approve-rollback").getId(), "requestedBy", "theo");

        assertThat(ProcessWorld.sentBack(
                                () -> world.submit("userTask_approveRollback", THEO, with("decision", "APPROVE")))
                        .code())
                .isEqualTo(dev.sternway.port.ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void makesNobodyACandidateAndStartsNoReview() {
        world.alert(MAJOR);
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();

        forbidden(OLLI, it -> it.getTaskService().addCandidateUser(task, "olli"));
        forbidden(OLLI, it -> it.getTaskService().addCandidateGroup(task, "viewer"));
        forbidden(OLLI, it -> it.getTaskService().deleteCandidateGroup(task, "incident-commander"));
        forbidden(OLLI, it -> it.getRuntimeService().startProcessInstanceByKey("review-break-glass"));
        forbidden(OLLI, it -> it.getRuntimeService().startProcessInstanceByKey("approve-rollback"));
    }

    @Test
    void doesNotGoAroundTheForm() {
        world.alert(MAJOR);
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();
        String instance = world.process("handle-incident").getId();

        forbidden(OLLI, it -> it.getTaskService().setVariable(task, "preAuthorised", true));
        forbidden(OLLI, it -> it.getTaskService().setAssignee(task, "vera"));
        forbidden(OLLI, it -> it.getRuntimeService().setVariable(instance, "preAuthorised", true));
        forbidden(OLLI, it -> it.getRuntimeService().deleteProcessInstance(instance, "no"));
        forbidden(
                OLLI,
                it -> it.getRuntimeService()
                        .createProcessInstanceModification(instance)
                        .startBeforeActivity("callActivity_rollbackSystem")
                        .execute());
        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }

    @Test
    void doesNotEndATaskWithAnErrorThatNobodyCatches() {
        world.alert(MAJOR);
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();

        assertThatThrownBy(() -> world.as(OLLI, () -> engine.getTaskService().handleBpmnError(task, "X")))
                .isInstanceOf(ProcessEngineException.class);

        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }

    @Test
    void sendsNoMessageAndCompletesNoWork() {
        world.alert(MINOR);
        world.goOn();
        String monitored = world.process("handle-incident").getId();
        forbidden(
                CARLA,
                it -> it.getRuntimeService()
                        .createMessageCorrelation(IncidentMessages.WORSENED)
                        .processInstanceId(monitored)
                        .correlate());
        world.resolved();
        world.goOn();

        shop.harms.add(Harm.FEATURE);
        world.alert(CRITICAL);
        world.goOnTo("serviceTask_stopService");
        List<LockedExternalTask> found = new ArrayList<>();
        world.as(
                CARLA,
                () -> found.addAll(engine.getExternalTaskService()
                        .fetchAndLock(1, "carla")
                        .topic("stopService", 1000)
                        .execute()));
        assertThat(found).isEmpty();
        assertThat(world.standsAt()).contains("serviceTask_stopService");
    }

    /** Refused, or not found by somebody who may not see it; never done. */
    private void forbidden(Person person, Consumer<ProcessEngine> doing) {
        assertThatThrownBy(() -> world.as(person, () -> doing.accept(engine)))
                .isInstanceOf(ProcessEngineException.class);
    }
}
