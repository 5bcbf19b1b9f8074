package dev.sternway.process;

import static dev.sternway.process.Person.BOTH;
import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.CHRIS;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Plan;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.util.Map;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code swap-back-system}: every end, who must agree, and that nothing stays locked or stopped. */
class SwapBackSystemTest extends ProcessTest {
    private static final String PROCESS = "swap-back-system";
    private static final Map<String, Object> PHRASE =
            Map.of("decision", "APPROVE", "phrase", ConfirmDataLossListener.PHRASE);
    private static final Map<String, Object> APPROVE = Map.of("decision", "APPROVE");
    private static final Map<String, Object> REJECT = Map.of("decision", "REJECT", "reason", "the restore is fine");

    @Autowired
    SwapBacks swapBacks;

    @Autowired
    Locks locks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    HistoryService history;

    private String incident;
    private String failed;
    private String restored;

    @BeforeEach
    void restore() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        failed = shop.live().identity;
        incident = world.alert(CORRUPTION);
        world.goOn();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        world.submit("userTask_approveDataLoss", THEO, APPROVE);
        world.goOnTo("serviceTask_watchBeforeClose");
        restored = shop.live().identity;
        assertThat(restored).isNotEqualTo(failed);
        shop.host.effects.clear();
        shop.store.done.clear();
    }

    /** The newest instance of the process for this incident. */
    private ProcessInstance process(String key) {
        return new SeenInstance(history.createHistoricProcessInstanceQuery()
                .processDefinitionKey(key)
                .processInstanceBusinessKey(incident)
                .orderByProcessInstanceStartTime()
                .desc()
                .list()
                .get(0));
    }

    private void closeIncident() {
        world.goOn();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    private void ask() {
        ask(OLGA);
    }

    private void ask(Person person) {
        world.as(
                person,
                () -> swapBacks.start(world.incidents.find(incident).orElseThrow(), person.id(), "it was fine"));
    }

    private ErrorCode refusedCode() {
        return catchThrowableOfType(Refusal.class, this::ask).code();
    }

    private String kept() {
        return StoreNames.kept(FakeShop.shop().store("orders"), incident);
    }

    private String beside() {
        return StoreNames.beside(FakeShop.shop().store("orders"), incident);
    }

    private void everythingIsAsItWas() {
        assertThat(shop.live().identity).isEqualTo(restored);
        assertThat(shop.store.databases.get(kept()).identity).isEqualTo(failed);
        assertThat(shop.api().running).isTrue();
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void bringsTheFailedDatabaseBackOnceTwoPeopleAgree() {
        closeIncident();

        ask();
        world.goOn();
        assertThat(process(PROCESS)).hasBusinessKey(incident).isWaitingAt("userTask_confirmDataLoss");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);
        assertThat(world.variable(PROCESS, "lossSummary").toString())
                .contains("1 row only in the live database", "in the kept database");
        assertThat(world.variable(PROCESS, "planSummary").toString()).startsWith("Swap back for 'shop'");
        assertThat(shop.host.effects).isEmpty();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        assertThat(shop.host.effects).isEmpty();
        world.complete("userTask_approveDataLoss", THEO, APPROVE);

        assertThat(process(PROCESS))
                .hasPassedInOrder(
                        "serviceTask_acquireLock",
                        "serviceTask_planSwapBack",
                        "serviceTask_measureSwapBackLoss",
                        "userTask_confirmDataLoss",
                        "userTask_approveDataLoss",
                        "serviceTask_stopService",
                        "serviceTask_measureFinalLoss",
                        "serviceTask_swapStoreBack",
                        "callActivity_startService",
                        "serviceTask_concludeSwapBack",
                        "endEvent_storeSwappedBack")
                .isEnded();
        assertThat(shop.live().identity).isEqualTo(failed);
        assertThat(shop.store.databases.get(beside()).identity).isEqualTo(restored);
        assertThat(shop.api().running).isTrue();
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.SWAPPED_BACK);
        assertThat(world.last(incident, "requestSwapBack").actor()).isEqualTo("olga");
        assertThat(world.last(incident, "concludeSwapBack").outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
        assertThat(refusedCode()).isEqualTo(ErrorCode.NO_KEPT_STORE);
    }

    @Test
    void endsUntouchedWhenTheCommanderRejects() {
        closeIncident();
        ask();
        world.goOn();

        world.complete("userTask_confirmDataLoss", CARLA, REJECT);

        assertThat(process(PROCESS))
                .hasPassed("serviceTask_concludeRejection", "endEvent_swapBackRejected")
                .hasNotPassed("userTask_approveDataLoss", "serviceTask_stopService")
                .isEnded();
        assertThat(world.last(incident, "concludeSwapBack").seen()).contains("rejected by a person");
        assertThat(shop.host.effects).isEmpty();
        everythingIsAsItWas();
    }

    @Test
    void endsUntouchedWhenTheSecondPersonRejects() {
        closeIncident();
        ask();
        world.goOn();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);

        world.complete("userTask_approveDataLoss", THEO, REJECT);

        assertThat(process(PROCESS))
                .hasPassed("endEvent_swapBackRejected")
                .hasNotPassed("serviceTask_stopService")
                .isEnded();
        assertThat(shop.host.effects).isEmpty();
        everythingIsAsItWas();
    }

    @Test
    void startsTheServicesAgainWhenTheLossGrewAboveWhatWasApproved() {
        closeIncident();
        ask();
        world.goOn();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        world.submit("userTask_approveDataLoss", THEO, APPROVE);
        world.goOnTo("serviceTask_measureFinalLoss");
        assertThat(shop.api().running).isFalse();

        shop.wouldLose(1_000_000);
        world.goOn();

        assertThat(process(PROCESS))
                .hasPassed("callActivity_startServiceAgain", "endEvent_swapBackRefused")
                .hasNotPassed("serviceTask_concludeSwapBack")
                .isEnded();
        assertThat(world.last(incident, "swapStoreBack").details().path("code").asText())
                .isEqualTo("LOSS_ABOVE_APPROVED");
        assertThat(world.last(incident, "concludeSwapBack").seen())
                .contains("the restored database stays live", "LOSS_ABOVE_APPROVED", "ask for the swap back again");
        everythingIsAsItWas();
    }

    @Test
    void stopsNothingWhenThePlanRefuses() {
        closeIncident();
        ask();
        var gone = shop.store.databases.remove(kept());
        world.goOn();

        assertThat(process(PROCESS))
                .hasPassed("serviceTask_concludeRefusal", "endEvent_swapBackRefused")
                .hasNotPassed("callActivity_startServiceAgain")
                .isEnded();
        assertThat(world.last(incident, "planSwapBack").details().path("code").asText())
                .isEqualTo("NO_KEPT_STORE");
        assertThat(shop.host.effects).isEmpty();
        shop.store.databases.put(kept(), gone);
        everythingIsAsItWas();
    }

    @Test
    void saysSoWhenAServiceDoesNotStartAfterTheSwap() {
        closeIncident();
        ask();
        world.goOn();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        world.submit("userTask_approveDataLoss", THEO, APPROVE);
        world.goOnTo("serviceTask_startService");
        shop.host.containers.values().removeIf(each -> each.name.equals("shop-api"));

        world.goOn();

        assertThat(process(PROCESS))
                .hasPassed("event_startRefused", "endEvent_swapBackRefused")
                .isEnded();
        assertThat(world.last(incident, "concludeSwapBack").seen())
                .contains("stores were swapped back, then a step refused", "CONTAINER_NOT_FOUND");
        assertThat(shop.live().identity).isEqualTo(failed);
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.HANDED_OVER);
    }

    @Test
    void asksPeopleAnewWhenTheSamePlanIsAskedForAgain() {
        closeIncident();
        ask();
        world.goOn();
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        world.submit("userTask_approveDataLoss", THEO, APPROVE);
        world.goOnTo("serviceTask_measureFinalLoss");
        shop.wouldLose(1_000_000);
        world.goOn();
        Plan first = world.plan(incident);

        ask();
        world.goOn();

        assertThat(world.plan(incident).sha256()).isEqualTo(first.sha256());
        world.complete("userTask_confirmDataLoss", CHRIS, PHRASE);
        world.complete("userTask_approveDataLoss", THEO, APPROVE);
        assertThat(process(PROCESS)).hasPassed("endEvent_storeSwappedBack");
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void sendsBackAWrongPhraseAndTheSamePersonTwice() {
        closeIncident();
        ask();
        world.goOn();

        assertThat(sentBack(() -> world.submit(
                                "userTask_confirmDataLoss", CARLA, Map.of("decision", "APPROVE", "phrase", "yes")))
                        .code())
                .isEqualTo(ErrorCode.PHRASE_WRONG);
        world.complete("userTask_confirmDataLoss", BOTH, PHRASE);
        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", BOTH, APPROVE))
                        .code())
                .isEqualTo(ErrorCode.SAME_PERSON);

        assertThat(process(PROCESS)).isWaitingAt("userTask_approveDataLoss");
        assertThat(shop.host.effects).isEmpty();
    }

    @Test
    void whoeverAskedAgreesToNoneOfIt() {
        closeIncident();
        ask(BOTH);
        world.goOn();

        assertThat(sentBack(() -> world.submit("userTask_confirmDataLoss", BOTH, PHRASE))
                        .code())
                .isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);
        world.complete("userTask_confirmDataLoss", CARLA, PHRASE);
        assertThat(sentBack(() -> world.submit("userTask_approveDataLoss", BOTH, APPROVE))
                        .code())
                .isEqualTo(ErrorCode.REQUESTER_MAY_NOT_APPROVE);

        world.complete("userTask_approveDataLoss", THEO, APPROVE);
        assertThat(process(PROCESS)).hasPassed("endEvent_storeSwappedBack");
    }

    @Test
    void sendsAnApprovalBackWhenTheWorldHasChanged() {
        closeIncident();
        ask();
        world.goOn();
        shop.store.databases.remove(kept());

        Refusal refusal = sentBack(() -> world.submit("userTask_confirmDataLoss", CARLA, PHRASE));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PLAN_CHANGED);
        assertThat(refusal.hint()).contains("ask for the swap back again");
    }

    @Test
    void isRefusedWhileAnotherSwapBackOrTheRollbackRuns() {
        closeIncident();
        ask();
        assertThat(refusedCode()).isEqualTo(ErrorCode.SYSTEM_LOCKED);
        world.goOn();
        assertThat(refusedCode()).isEqualTo(ErrorCode.SYSTEM_LOCKED);
        world.complete("userTask_confirmDataLoss", CARLA, REJECT);

        locks.acquire("shop", incident, "sternway", "rollback of incident " + incident);
        assertThat(refusedCode()).isEqualTo(ErrorCode.SYSTEM_LOCKED);
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey(PROCESS)
                        .count())
                .isZero();
    }

    @Test
    void keepsTheRollbackOfTheSameIncidentOut() {
        ask();
        world.goOnTo("serviceTask_watchBeforeClose");
        assertThat(process(PROCESS)).isWaitingAt("userTask_confirmDataLoss");

        shop.harms.add(Harm.CODE);
        shop.api().imageId = FakeShop.TWO;
        world.goOn();

        assertThat(process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.last(incident, "acquireLock").outcome()).isEqualTo(Outcome.REFUSED);
        assertThat(shop.host.effects).isEmpty();
    }

    @Test
    void leavesNothingLockedWhenTheInstanceIsDeleted() {
        closeIncident();
        ask();
        world.goOn();

        runtime.deleteProcessInstance(process(PROCESS).getId(), "by hand");

        everythingIsAsItWas();
    }

    @Test
    void isRefusedWhenNothingWasRestored() {
        String other = world.alert("kiosk", Map.of("symptom", "ux"), dev.sternway.alert.Alert.Status.FIRING);
        Incidents.Incident kiosk = world.incidents.find(other).orElseThrow();

        assertThat(catchThrowableOfType(Refusal.class, () -> swapBacks.start(kiosk, "carla", "why not"))
                        .code())
                .isEqualTo(ErrorCode.NO_KEPT_STORE);
    }
}
