package dev.sternway.process;

import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.TINA;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.plan.Approvals;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Two people decide one task at once: one is first, the other reads who; faults 56 and 57. */
@Tag("long")
class ApprovalRaceTest extends ProcessTest {
    private static final int ROUNDS = 200;
    private static final String TASK = "userTask_approveRollback";

    @Autowired
    ProcessEngine engine;

    @Autowired
    Approvals approvals;

    private String incident;
    private String plan;
    private final Map<String, Object> variables = new HashMap<>();

    @BeforeEach
    void oneRollbackWaits() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        incident = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", OLLI, Map.of("chosenAction", "ROLL_BACK"));
        plan = world.plan(incident).sha256();
        variables.putAll(engine.getRuntimeService()
                .getVariables(world.process("approve-rollback").getId()));
        world.hire(THEO);
        world.hire(TINA);
    }

    /** Another task for the same plan, whose earlier approvals do not count any more. */
    private String round() {
        approvals.makeVoid(incident, plan, "the next round");
        ProcessInstance instance = engine.getRuntimeService()
                .createProcessInstanceByKey("approve-rollback")
                .businessKey(incident)
                .setVariables(variables)
                .execute();
        return engine.getTaskService()
                .createTaskQuery()
                .processInstanceId(instance.getId())
                .singleResult()
                .getId();
    }

    private Refusal submit(String task, Person person, String decision, CyclicBarrier start) {
        List<Refusal> refused = new ArrayList<>();
        world.as(person, () -> {
            try {
                start.await();
                engine.getTaskService().complete(task, Map.of("decision", decision, "reason", "race"));
            } catch (ProcessEngineException e) {
                refused.add(sentBack(() -> {
                    throw e;
                }));
            } catch (InterruptedException | BrokenBarrierException e) {
                throw new IllegalStateException(e);
            }
        });
        return refused.isEmpty() ? null : refused.get(0);
    }

    private long validApprovals() {
        return approvals.of(incident, plan).size();
    }

    private long entries() {
        return world.evidence(incident, "approveRollback").size();
    }

    private void race(String theoSays, String tinaSays) throws Exception {
        ExecutorService two = Executors.newFixedThreadPool(2);
        try {
            for (int i = 0; i < ROUNDS; i++) {
                String task = round();
                long entries = entries();
                CyclicBarrier start = new CyclicBarrier(2);

                Future<Refusal> theo = two.submit(() -> submit(task, THEO, theoSays, start));
                Future<Refusal> tina = two.submit(() -> submit(task, TINA, tinaSays, start));

                boolean theoFirst = theo.get() == null;
                assertThat(tina.get() == null).as("round %d: one is first", i).isNotEqualTo(theoFirst);
                Refusal second = theoFirst ? tina.get() : theo.get();
                String first = theoFirst ? "theo" : "tina";
                boolean approved = (theoFirst ? theoSays : tinaSays).equals("APPROVE");
                assertThat(second.code()).isEqualTo(approved ? ErrorCode.APPROVED_ALREADY : ErrorCode.DECIDED_ALREADY);
                assertThat(second.getMessage())
                        .startsWith((approved ? "approved" : "rejected") + " already by '" + first + "' at 20");
                assertThat(validApprovals()).isEqualTo(approved ? 1 : 0);
                assertThat(entries() - entries).as("one entry in the ledger").isEqualTo(1);
                assertThat(world.last(incident, "approveRollback").actor()).isEqualTo(first);
            }
        } finally {
            two.shutdownNow();
        }
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
        assertThat(world.database
                        .sql("select count(*) from ledger_outbox")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    @Test
    @Tag("S4-16")
    void oneOfTwoApproversIsFirst() throws Exception {
        race("APPROVE", "APPROVE");
    }

    @Test
    void eitherTheApprovalOrTheRejectionHolds() throws Exception {
        race("APPROVE", "REJECT");
    }

    @Test
    void whoComesLaterReadsTheSame() {
        String task = round();
        world.as(THEO, () -> engine.getTaskService().complete(task, Map.of("decision", "APPROVE")));

        Refusal complete =
                sentBack(() -> world.as(TINA, () -> engine.getTaskService().complete(task, Map.of())));
        Refusal form = sentBack(() ->
                world.as(TINA, () -> engine.getFormService().submitTaskForm(task, Map.of("decision", "REJECT"))));

        assertThat(complete.code()).isEqualTo(ErrorCode.APPROVED_ALREADY);
        assertThat(complete.getMessage()).startsWith("approved already by 'theo' at ");
        assertThat(form.getMessage()).isEqualTo(complete.getMessage());
        assertThat(validApprovals()).isEqualTo(1);
    }

    @Test
    void aTaskThatWasTakenAwayIsSaidToBeWithdrawn() {
        String task = round();
        String instance = engine.getTaskService()
                .createTaskQuery()
                .taskId(task)
                .singleResult()
                .getProcessInstanceId();
        engine.getRuntimeService().deleteProcessInstance(instance, "test");

        Refusal refusal = sentBack(() -> engine.getTaskService().complete(task));

        assertThat(refusal.code()).isEqualTo(ErrorCode.TASK_WITHDRAWN);
        assertThat(refusal.getMessage()).startsWith("'Approve the rollback' was withdrawn at 20");
    }

    @Test
    void aTaskThatNeverWasIsNotFound() {
        assertThatThrownBy(() -> engine.getTaskService().complete("no-such-task"))
                .isInstanceOf(ProcessEngineException.class)
                .hasMessageContaining("Cannot find task with id no-such-task");
    }

    @Test
    void aFormThatWasSentBackLeavesTheTaskToTheNext() {
        String task = round();
        shop.api().imageId = "sha256:three";
        assertThat(sentBack(() -> world.as(
                                THEO, () -> engine.getTaskService().complete(task, Map.of("decision", "APPROVE"))))
                        .code())
                .isEqualTo(ErrorCode.PLAN_CHANGED);

        world.as(TINA, () -> engine.getTaskService().complete(task, Map.of("decision", "REJECT")));

        assertThat(world.last(incident, "approveRollback").seen()).isEqualTo("'tina' rejected it");
    }
}
