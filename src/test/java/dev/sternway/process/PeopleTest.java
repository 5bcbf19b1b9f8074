package dev.sternway.process;

import static dev.sternway.process.Person.BOTH;
import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.CLEO;
import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.TINA;
import static dev.sternway.process.Person.VERA;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.decision.Action;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Locks;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.task.IdentityLink;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Who may sign what, until when, who comes when nobody does, and what becomes of it when nobody needs to any more. */
class PeopleTest extends ProcessTest {
    private static final String APPROVE = "userTask_approveRollback";
    private static final String CONFIRM = "userTask_confirmDataLoss";
    private static final Map<String, Object> YES = Map.of("decision", "APPROVE");
    private static final Person DORA = new Person("dora", List.of("devops"));
    private static final Person OMAR = new Person("omar", List.of("operations-manager"));

    @Autowired
    ProcessEngine engine;

    @Autowired
    BreakGlass glass;

    @Autowired
    Locks locks;

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
    }

    private String waitsForApproval() {
        String incident = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
        return incident;
    }

    private String waitsForTheLoss() {
        shop.harms.clear();
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(CORRUPTION);
        world.goOn();
        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        return incident;
    }

    private void requestedBy(String process, String user) {
        engine.getRuntimeService().setVariable(world.process(process).getId(), Variable.REQUESTED_BY.name(), user);
    }

    private List<String> candidates(String task) {
        return engine.getTaskService().getIdentityLinksForTask(world.task(task).getId()).stream()
                .map(IdentityLink::getGroupId)
                .filter(each -> each != null)
                .sorted()
                .toList();
    }

    private void expireApprovals() {
        world.database
                .sql("update approval set expires_at = now() - interval '1 second'")
                .update();
    }

    // who signs

    @Test
    @Tag("S4-16")
    void whoAskedForARollbackNeverApprovesIt() {
        String incident = waitsForApproval();
        requestedBy("approve-rollback", "theo");

        Refusal refusal = sentBack(() -> world.submit(APPROVE, THEO, YES));

        assertThat(refusal.code()).isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        assertThat(refusal.getMessage()).isEqualTo("'theo' asked for this and cannot approve it too");
        assertThat(world.last(incident, "approveRollback").outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);

        world.submit(APPROVE, TINA, YES);
        assertThat(world.last(incident, "approveRollback").seen()).isEqualTo("'tina' approved");
    }

    @Test
    void whoAskedForARollbackMayTakeItBack() {
        waitsForApproval();
        requestedBy("approve-rollback", "theo");

        world.complete(APPROVE, THEO, Map.of("decision", "REJECT", "reason", "my mistake"));

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    @Tag("S4-16")
    void whoAskedForARestoreNeitherTypesThePhraseNorIsTheSecond() {
        waitsForTheLoss();
        requestedBy("level-3-restore-system", "carla");
        assertThat(sentBack(() -> world.submit(CONFIRM, CARLA, RollbackSystemTest.phrase()))
                        .code())
                .isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);

        world.complete(CONFIRM, BOTH, RollbackSystemTest.phrase());
        requestedBy("level-3-restore-system", "theo");
        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", THEO, YES))
                        .code())
                .isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_approveDataLoss");
    }

    @Test
    @Tag("S3-20")
    void whoLeftTheGroupSinceHeSignedInSignsNoMore() {
        waitsForApproval();
        world.dismiss(THEO, "tech-lead");

        Refusal refusal = sentBack(() -> world.submit(APPROVE, THEO, YES));

        assertThat(refusal.code()).isEqualTo(ErrorCode.ROLE_MISSING);
        assertThat(refusal.getMessage()).contains("'theo' is in [] now, this needs one of [");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void whoTookATaskAndLeftTheGroupSignsNoMore() {
        waitsForApproval();
        String task = world.task(APPROVE).getId();
        world.as(THEO, () -> engine.getTaskService().claim(task, "theo"));
        world.dismiss(THEO, "tech-lead");

        assertThat(sentBack(() -> world.submit(APPROVE, THEO, YES)).code()).isEqualTo(ErrorCode.ROLE_MISSING);

        world.submit(APPROVE, TINA, YES);
        assertThat(world.process("approve-rollback")).isEnded();
    }

    @Test
    void aDelegatedTaskIsSignedByWhoIsSignedIn() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();
        engine.getTaskService().setOwner(task, "theo");
        engine.getTaskService().delegateTask(task, "vera");

        assertThatThrownBy(() -> world.submit(APPROVE, VERA, YES)).isNotNull();
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
        assertThat(world.evidence(incident, "approveRollback"))
                .extracting(Evidence::outcome)
                .doesNotContain(Outcome.PROVED);
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    @Tag("S3-10")
    void nothingIsPreAuthorisedThatWasNotDecidedToBeCritical() {
        String incident = world.alert(MAJOR);
        world.goOn();
        engine.getRuntimeService()
                .setVariable(world.process("handle-incident").getId(), Variable.PRE_AUTHORISED.name(), true);

        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));

        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
        assertThat(shop.touched()).isEmpty();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);
    }

    // until when

    @Test
    void noLevelBeginsUnderAnApprovalThatExpired() {
        waitsForApproval();
        world.submit(APPROVE, THEO, YES);
        expireApprovals();

        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("APPROVAL_EXPIRED: the approval by 'theo' expired at ");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void noLevelBeginsUnderAnApprovalThatIsVoid() {
        String incident = waitsForApproval();
        world.submit(APPROVE, THEO, YES);
        world.database.sql("update approval set void_at = now()").update();

        world.goOn();

        assertThat((String) world.variable("rollback-system", "situation")).startsWith("APPROVAL_MISSING: ");
        assertThat(shop.touched()).isEmpty();
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.evidence(incident, "readApprovals")).isEmpty();
    }

    @Test
    void aLevelThatHasBegunIsCarriedToItsEnd() {
        String incident = waitsForApproval();
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_switchToggle");
        assertThat(shop.touched()).isNotEmpty();

        expireApprovals();
        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.evidence(incident, "readApprovals")).hasSize(1);
        assertThat(world.last(incident, "readApprovals").seen()).startsWith("'theo' approved at ");
    }

    @Test
    void aPlanThatChangedVoidsWhatWasApprovedOfIt() {
        waitsForTheLoss();
        world.complete(CONFIRM, CARLA, RollbackSystemTest.phrase());
        shop.api().imageId = "sha256:three";

        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", THEO, YES))
                        .code())
                .isEqualTo(ErrorCode.PLAN_CHANGED);

        assertThat(world.database
                        .sql("select void_reason from approval where kind = 'PHRASE'")
                        .query(String.class)
                        .single())
                .isEqualTo("the world changed after the plan");
        shop.api().imageId = FakeShop.TWO;
        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", THEO, YES))
                        .code())
                .isEqualTo(ErrorCode.APPROVAL_MISSING);
    }

    // who comes when nobody does

    @Test
    @Tag("S4-35")
    @Tag("S2-30")
    void aTaskThatNobodyTakesIsPassedOnInThreeStages() {
        String incident = waitsForApproval();
        List<String> before = candidates(APPROVE);

        world.pass(Duration.ofMinutes(5).plusSeconds(1));
        world.escalate(APPROVE);
        assertThat(candidates(APPROVE)).containsAll(before).contains("on-call").doesNotContain("cto");
        assertThat(world.last(incident, "escalateTask").details().path("told").asText())
                .isEqualTo("on-call");

        world.pass(Duration.ofMinutes(10));
        world.escalate(APPROVE);
        assertThat(candidates(APPROVE)).contains("on-call", "tech-lead");
        assertThat(world.last(incident, "escalateTask").details().path("told").asText())
                .isEqualTo("tech-lead,deployment-lead");

        world.pass(Duration.ofMinutes(15));
        world.escalate(APPROVE);
        assertThat(candidates(APPROVE)).containsAll(before).contains("on-call", "tech-lead", "cto");
        assertThat(world.last(incident, "escalateTask").details().path("told").asText())
                .isEqualTo("cto,engineering,operations-manager");
        assertThat(world.evidence(incident, "escalateTask")).hasSize(3);
        assertThat(world.database
                        .sql("select count(*) from notice where occasion = 'TASK_ESCALATED'")
                        .query(Long.class)
                        .single())
                .isEqualTo(3);

        world.submit(APPROVE, OLLI, YES);
        assertThat(world.last(incident, "approveRollback")
                        .details()
                        .path("group")
                        .asText())
                .isEqualTo("on-call");
    }

    @Test
    void aStageThatFiresLateIsMadeUpForOnce() {
        String incident = waitsForApproval();

        world.pass(Duration.ofMinutes(40));
        world.escalate(APPROVE);
        world.escalate(APPROVE);
        world.escalate(APPROVE);

        assertThat(world.evidence(incident, "escalateTask")).hasSize(3);
    }

    @Test
    void aTaskThatSomebodyTookIsNotPassedOn() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();
        world.as(TINA, () -> engine.getTaskService().claim(task, "tina"));

        world.pass(Duration.ofMinutes(6));
        world.escalate(APPROVE);
        assertThat(world.evidence(incident, "escalateTask")).isEmpty();

        engine.getTaskService().setAssignee(task, null);
        assertThat(world.evidence(incident, "escalateTask")).hasSize(1);
        world.pass(Duration.ofMinutes(10));
        world.escalate(APPROVE);
        assertThat(world.evidence(incident, "escalateTask")).hasSize(2);
    }

    @Test
    @Tag("S4-35")
    void aTaskGivenBackAfterTheLastTimerIsPassedOnAtOnce() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();
        world.as(TINA, () -> engine.getTaskService().claim(task, "tina"));
        world.pass(Duration.ofMinutes(31));
        for (int stage = 1; stage <= 3; stage++) {
            world.escalate(APPROVE);
        }
        assertThat(world.evidence(incident, "escalateTask")).isEmpty();

        world.as(TINA, () -> engine.getTaskService().claim(task, null));

        assertThat(world.evidence(incident, "escalateTask")).hasSize(3);
        assertThat(candidates(APPROVE)).contains("on-call", "tech-lead", "cto");
    }

    @Test
    @Tag("S4-35")
    @Tag("S2-30")
    void dataLossIsPassedOnToThoseWhoMayEverAgreeToIt() {
        String incident = waitsForTheLoss();

        world.pass(Duration.ofMinutes(31));
        world.escalate(CONFIRM);

        assertThat(candidates(CONFIRM)).containsExactly("cto", "incident-commander", "tech-lead");
        assertThat(world.evidence(incident, "escalateTask"))
                .extracting(each -> each.details().path("told").asText())
                .containsExactly(
                        "on-call", "tech-lead,deployment-lead", "cto,engineering,operations-manager,executive");
        assertThatThrownBy(() -> world.submit(CONFIRM, OLLI, RollbackSystemTest.phrase()))
                .isInstanceOf(AuthorizationException.class);

        world.complete(CONFIRM, THEO, RollbackSystemTest.phrase());
        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", THEO, YES))
                        .code())
                .isEqualTo(ErrorCode.SAME_PERSON);
        world.complete("userTask_approveDataLoss", CLEO, YES);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void tasksAreDueWhenTheSettingsSay() {
        waitsForApproval();

        assertThat(Duration.between(
                        world.task(APPROVE).getCreateTime().toInstant(),
                        world.task(APPROVE).getDueDate().toInstant()))
                .isBetween(Duration.ofSeconds(299), Duration.ofSeconds(301));
        assertThat(world.task(APPROVE).getPriority()).isEqualTo(80);
    }

    // the glass

    @Test
    void aBrokenGlassOpensOneTaskAndIsReviewedBySomebodyElse() {
        String incident = waitsForApproval();
        assertThatThrownBy(() -> world.submit(APPROVE, DORA, YES)).isInstanceOf(AuthorizationException.class);

        world.as(DORA, () -> glass.open(incident, "dora", "no tech lead answers the phone"));
        world.as(DORA, () -> glass.open(incident, "dora", "again"));

        assertThat(world.last(incident, "breakGlass").seen())
                .isEqualTo("'dora' broke the glass and may decide it alone: no tech lead answers the phone");
        assertThat(world.evidence(incident, "breakGlass")).hasSize(1);
        assertThat(world.process("review-break-glass"))
                .hasBusinessKey(incident)
                .isWaitingAt("userTask_reviewBreakGlass");
        assertThat(Duration.between(
                        world.task("userTask_reviewBreakGlass").getCreateTime().toInstant(),
                        world.task("userTask_reviewBreakGlass").getDueDate().toInstant()))
                .isBetween(Duration.ofMinutes(1439), Duration.ofMinutes(1441));

        world.complete(APPROVE, DORA, YES);
        assertThat(world.last(incident, "approveRollback")
                        .details()
                        .path("group")
                        .asText())
                .isEqualTo("break-glass");
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");

        world.complete(
                "userTask_reviewBreakGlass", OMAR, Map.of("decision", "REJECT", "reason", "theo was in the next room"));
        assertThat(world.last(incident, "reviewBreakGlass").seen())
                .isEqualTo("'omar' finds it not justified: theo was in the next room");
        assertThat(world.process("review-break-glass")).isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void nobodyReviewsHisOwnGlass() {
        Person lead = new Person("lena", List.of("operations-manager"));
        String incident = waitsForApproval();
        world.as(lead, () -> glass.open(incident, "lena", "nobody is there"));

        assertThat(sentBack(() -> world.submit("userTask_reviewBreakGlass", lead, YES))
                        .code())
                .isEqualTo(ErrorCode.SAME_PERSON);
    }

    private ErrorCode refused(String incident, Person person, String reason) {
        return catchThrowableOfType(
                        Refusal.class, () -> world.as(person, () -> glass.open(incident, person.id(), reason)))
                .code();
    }

    @Test
    void aGlassStaysWholeWithoutAReasonARoleOrANeed() {
        String incident = waitsForApproval();

        assertThat(refused(incident, DORA, " ")).isEqualTo(ErrorCode.BREAK_GLASS_REFUSED);
        assertThat(refused(incident, VERA, "let me")).isEqualTo(ErrorCode.ROLE_MISSING);
        assertThat(refused(incident, THEO, "I may anyway")).isEqualTo(ErrorCode.BREAK_GLASS_REFUSED);
        assertThat(refused("INC-1999-0001", DORA, "which?")).isEqualTo(ErrorCode.BREAK_GLASS_REFUSED);
        requestedBy("approve-rollback", "dora");
        assertThat(refused(incident, DORA, "I asked for it")).isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        assertThat(world.evidence(incident, "breakGlass")).isEmpty();
    }

    @Test
    @Tag("S4-16")
    void noGlassOpensTheLossOfData() {
        String incident = waitsForTheLoss();

        assertThat(refused(incident, DORA, "nobody is there")).isEqualTo(ErrorCode.BREAK_GLASS_REFUSED);
        // Not even somebody who wrote himself into the register.
        world.database
                .sql("""
                        insert into break_glass (incident_id, task_id, task_key, task_name, user_id, reason)
                        values (?, ?, ?, 'x', 'dora', 'x')
                        """)
                .params(incident, world.task(CONFIRM).getId(), CONFIRM)
                .update();
        engine.getTaskService().addCandidateUser(world.task(CONFIRM).getId(), "dora");
        assertThat(sentBack(() -> world.submit(CONFIRM, DORA, RollbackSystemTest.phrase()))
                        .code())
                .isEqualTo(ErrorCode.ROLE_MISSING);
    }

    // when nobody needs to any more

    @Test
    void anApprovalIsWithdrawnWhenTheAlertsEnd() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();

        world.resolved();
        world.goOn();

        assertThat(world.process("rollback-system"))
                .hasPassed("endEvent_withdrawn")
                .isEnded();
        assertThat(world.variable("rollback-system", "rollbackOutcome")).isEqualTo("NO_LONGER_NEEDED");
        assertThat(world.last(incident, "approveRollback").seen())
                .isEqualTo("withdrawn: the alerts ended, nothing was touched, the system is free again");
        assertThat(shop.touched()).isEmpty();
        assertThat(locks.find("shop")).isEmpty();
        assertThat(sentBack(() -> engine.getTaskService().complete(task, YES)).code())
                .isEqualTo(ErrorCode.TASK_WITHDRAWN);
    }

    @Test
    void aLevelThatRanIsMeasuredAgainWhenTheAlertsEndBeforeTheNextIsApproved() {
        shop.harms.add(Harm.CODE);
        String incident = waitsForApproval();
        world.complete(APPROVE, THEO, YES);
        assertThat(world.plan(incident).level()).isEqualTo(2);
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
        int measured = world.evidence(incident, "runChecks").size();

        shop.harms.clear();
        world.resolved();
        world.goOn();

        assertThat(world.last(incident, "approveRollback").seen())
                .isEqualTo("withdrawn: the alerts ended; level 1 is measured again");
        assertThat(world.evidence(incident, "runChecks")).hasSizeGreaterThan(measured);
        assertThat(world.last(incident, "runChecks").level()).isEqualTo(1);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.TWO);
    }

    @Test
    void theSameLevelIsAskedForAgainWhenTheEndOfTheAlertsWasWrong() {
        shop.harms.add(Harm.CODE);
        String incident = waitsForApproval();
        world.complete(APPROVE, THEO, YES);

        world.resolved();
        world.goOn();

        assertThat(world.plan(incident).level()).isEqualTo(2);
        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
    }

    @Test
    void anAlertDoesNotWithdrawWhatAPersonAskedFor() {
        waitsForApproval();
        requestedBy("approve-rollback", "dora");

        world.resolved();
        world.goOn();

        assertThat(world.process("approve-rollback")).isWaitingAt(APPROVE);
    }

    // who has the system

    @Test
    void aRollbackTakesTheSystemFromASalvage() {
        locks.acquire("shop", "INC-2026-0001 (salvage)", "carla", "salvage of incident INC-2026-0001");

        String incident = waitsForApproval();

        assertThat(locks.find("shop").orElseThrow().incidentId()).isEqualTo(incident);
        assertThat(world.last(incident, "acquireLock").outcome()).isEqualTo(Outcome.PROVED);
    }

    // when it gets worse

    @Test
    @Tag("S3-10")
    void whatGetsWorseWhileAnApprovalWaitsIsDecidedAgain() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();

        assertThat(world.alert(CRITICAL)).isEqualTo(incident);
        assertThat(world.weigh()).isOne();

        assertThat(world.last(incident, "approveRollback").seen())
                .isEqualTo(
                        "withdrawn: it got worse, nothing was touched, the system is free again, it is decided again");
        assertThat(world.variable("rollback-system", "rollbackOutcome")).isEqualTo("DECIDE_AGAIN");
        assertThat(world.process("handle-incident"))
                .hasPassed("gateway_overtaken")
                .hasNotPassed("serviceTask_judgeOutcome");
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.DECIDING);
        assertThat(shop.touched()).isEmpty();
        assertThat(sentBack(() -> engine.getTaskService().complete(task, YES)).code())
                .isEqualTo(ErrorCode.TASK_WITHDRAWN);

        world.goOn();

        assertThat(world.evidence(incident, "decideRollback")).hasSize(2);
        assertThat(world.last(incident, "readApprovals").seen())
                .isEqualTo("pre-authorised: critical, and no data is lost");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.evidence(incident, "judgeOutcome")).hasSize(1);
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");
    }

    @Test
    void aPersonChoosesTheNextStepWhenItGetsWorseAfterALevelHasRun() {
        shop.harms.add(Harm.CODE);
        String incident = waitsForApproval();
        world.complete(APPROVE, THEO, YES);
        assertThat(world.plan(incident).level()).isEqualTo(2);

        world.alert(CRITICAL);
        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("It got worse while level 2 waited for approval, after level 1 had run."
                        + " What fires now is decided so: CRITICAL: ROLL_BACK, ");
        assertThat(world.last(incident, "approveRollback").seen())
                .isEqualTo("withdrawn: it got worse after level 1 had run; a person chooses the next step");
        assertThat(locks.find("shop")).isPresent();
        assertThat(world.evidence(incident, "decideRollback")).hasSize(1);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));
        // Not asked to choose again: what got worse is known.
        assertThat(world.standsAt()).contains(APPROVE).doesNotContain("userTask_chooseNextStep");
        world.complete(APPROVE, THEO, YES);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.last(incident, "runChecks").level()).isEqualTo(2);
    }

    @Test
    void anApprovalGoesOnWaitingWhenWhatJoinsIsNoWorse() {
        String incident = waitsForApproval();
        String task = world.task(APPROVE).getId();

        world.alert(MAJOR);
        world.alert(MINOR);
        world.goOn();

        assertThat(world.task(APPROVE).getId()).isEqualTo(task);
        assertThat(world.evidence(incident, "weighIncident")).isEmpty();
    }

    @Test
    void whatGetsWorseDoesNotWithdrawWhatAPersonAskedFor() {
        waitsForApproval();
        requestedBy("approve-rollback", "dora");
        String task = world.task(APPROVE).getId();

        world.alert(CRITICAL);
        world.goOn();

        assertThat(world.task(APPROVE).getId()).isEqualTo(task);
    }

    @Test
    void aLevelThatTheRollbackHasReachedIsNoWorse() {
        int decided = DecisionRank.of(Action.ROLL_BACK, Severity.MAJOR, 1, Scope.FULL);

        assertThat(DecisionRank.of(Action.ROLL_BACK, Severity.MAJOR, 2, Scope.FULL))
                .isGreaterThan(decided)
                .isEqualTo(DecisionRank.reached(decided, 2));
        assertThat(DecisionRank.reached(decided, 0)).isEqualTo(decided);
        assertThat(DecisionRank.of(Action.ROLL_BACK, Severity.CRITICAL, 1, Scope.FULL))
                .isGreaterThan(DecisionRank.reached(decided, 3));
        assertThat(DecisionRank.of(Action.EVALUATE, Severity.CRITICAL, 3, Scope.FULL))
                .isLessThan(decided);
    }

    @Test
    void aRunningRollbackIsNotCancelledByTheEndOfTheAlerts() {
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_switchToggle");

        world.resolved();
        world.goOn();

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(FakeShop.environment(shop.api())).containsEntry("OFFERS", "off");
    }
}
