package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.evidence.Evidence;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.process.FakeShop.Harm;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.impl.cmd.ExecuteJobsCmd;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.jobexecutor.ExecuteJobHelper;
import org.camunda.bpm.engine.impl.jobexecutor.JobExecutorContext;
import org.camunda.bpm.engine.impl.jobexecutor.JobFailureCollector;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * A node that stood still for longer than its locks and wakes up in the middle of a step. Its locks are stolen by what
 * another node writes into the one database, at the very moment before an effect.
 */
class FencingTest extends ProcessTest {
    private static final String NODE_A = "node-a";
    private static final String NODE_B = "node-b";

    @Autowired
    private ProcessEngine engine;

    @Autowired
    private DataSource dataSource;

    @Autowired
    private ExternalTaskWorkers workers;

    private final AtomicBoolean stolen = new AtomicBoolean();
    private String incident;

    @BeforeEach
    void codeFails() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.CODE);
    }

    private List<String> effectsUndisturbed() {
        world.alert(CRASH);
        world.goOn();
        List<String> effects = List.copyOf(shop.host.effects);
        world.empty();
        shop.open();
        codeFails();
        return effects;
    }

    @Test
    void aDelegateWhoseJobAnotherNodeTookTouchesNothingMore() {
        List<String> undisturbed = effectsUndisturbed();
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_revertImage");
        Job job = jobOf(NODE_A);
        before(
                "rename shop-api.next",
                "update act_ru_job set lock_owner_ = ?, lock_exp_time_ = now() + interval '30 seconds', rev_ = rev_ + 1"
                        + " where id_ = ?",
                NODE_B,
                job.getId());

        assertThatThrownBy(() -> executeAsJobExecutor(job))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("is not held by this node any more")
                .hasMessageContaining("'node-b'");

        assertThat(shop.host.effects).noneMatch(effect -> effect.endsWith("→ shop-api"));
        assertThat(lockOwner(job)).isEqualTo(NODE_B);
        assertThat(world.last(incident, "revertImage").outcome()).isEqualTo(Evidence.Outcome.FAILED);

        // Node B goes on from what it finds; each effect happened once.
        world.goOn();
        assertThat(unnumbered(shop.host.effects)).isEqualTo(unnumbered(undisturbed));
        assertThat(world.last(incident, "revertImage").outcome()).isEqualTo(Evidence.Outcome.PROVED);
    }

    @Test
    void aWorkerWhoseTaskAnotherNodeTookTouchesNothingMore() {
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_stopService");
        LockedExternalTask task = fetched("stopService");
        before(
                "stop shop-api",
                "update act_ru_ext_task set worker_id_ = ?, rev_ = rev_ + 1 where id_ = ?",
                NODE_B,
                task.getId());

        workers.work(task);

        assertThat(shop.host.effects).noneMatch(effect -> effect.startsWith("stop "));
        assertThat(world.last(incident, "stopService"))
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(Evidence.Outcome.FAILED))
                .satisfies(entry -> assertThat(entry.seen()).contains("not held by this node any more"));
        // Its report is not taken either: the task is node B's, with all its tries.
        assertThat(engine.getExternalTaskService()
                        .createExternalTaskQuery()
                        .externalTaskId(task.getId())
                        .singleResult())
                .satisfies(left -> assertThat(left.getWorkerId()).isEqualTo(NODE_B))
                .satisfies(left -> assertThat(left.getRetries()).isNull());
    }

    @Test
    void aWorkerWhoseLockRanOutTouchesNothing() {
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_stopService");
        LockedExternalTask task = fetched("stopService");
        write(
                "update act_ru_ext_task set lock_exp_time_ = now() - interval '1 hour', rev_ = rev_ + 1"
                        + " where worker_id_ = ? and id_ = ?",
                NODE_A,
                task.getId());

        workers.work(task);

        assertThat(shop.host.effects).noneMatch(effect -> effect.startsWith("stop "));
    }

    @Test
    void aStepStopsInTheMiddleWhenItsIncidentLosesTheSystem() {
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_revertImage");
        before(
                "rename shop-api.next",
                "update rollback_lock set incident_id = ?, fence = nextval('fence') where system_id = ?",
                "INC-2026-9999",
                "shop");

        world.goOnTo("userTask_chooseNextStep");

        assertThat(shop.host.effects).noneMatch(effect -> effect.endsWith("→ shop-api"));
        assertThat(world.last(incident, "revertImage"))
                .satisfies(entry -> assertThat(entry.outcome()).isEqualTo(Evidence.Outcome.REFUSED))
                .satisfies(entry -> assertThat(entry.seen()).contains("held by 'INC-2026-9999'"));
    }

    @Test
    void aStepOfAPlanFromBeforeTheLockWasGivenAwayDoesNotAct() {
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_revertImage");
        write(
                "update rollback_lock set fence = nextval('fence') where incident_id = ? and system_id = ?",
                incident,
                "shop");
        int before = shop.host.effects.size();

        world.goOn();

        assertThat(shop.host.effects).hasSize(before);
        assertThat(world.last(incident, "revertImage").details().path("code").asText())
                .isEqualTo(ErrorCode.SYSTEM_LOCKED.name());
        assertThat(world.last(incident, "revertImage").seen()).contains("plan was made under fence");
    }

    @Test
    void thePlanMadeAnewIsOfTheLockThatIsHeldNow() {
        incident = world.alert(CRASH);
        world.goOnTo("serviceTask_revertImage");
        String plan = world.plan(incident).sha256();
        long first = world.plans.fence(incident, plan).orElseThrow();
        write(
                "update rollback_lock set fence = nextval('fence') where incident_id = ? and system_id = ?",
                incident,
                "shop");

        world.plans.keep(world.plan(incident));

        assertThat(world.plans.fence(incident, plan).orElseThrow()).isGreaterThan(first);
    }

    /** The two runs are two incidents, and their numbers are part of the names. */
    private static List<String> unnumbered(List<String> effects) {
        return effects.stream()
                .map(effect -> effect.replaceAll("INC-\\d+-\\d+", "INC"))
                .toList();
    }

    /** Steals a lock once, right before an effect that begins so. */
    private void before(String effect, String theft, String thief, String id) {
        shop.host.before = what -> {
            if (what.startsWith(effect) && stolen.compareAndSet(false, true)) {
                write(theft, thief, id);
            }
        };
    }

    /** What another node commits, through a connection of its own. */
    private void write(String sql, String first, String second) {
        try (Connection other = dataSource.getConnection();
                PreparedStatement statement = other.prepareStatement(sql)) {
            statement.setString(1, first);
            statement.setString(2, second);
            assertThat(statement.executeUpdate()).isEqualTo(1);
        } catch (SQLException e) {
            throw new AssertionError(e);
        }
    }

    private LockedExternalTask fetched(String topic) {
        return engine.getExternalTaskService()
                .fetchAndLock(1, NODE_A)
                .topic(topic, 60_000)
                .execute()
                .get(0);
    }

    /** The one job that waits, locked by the node. */
    private Job jobOf(String node) {
        Job job = engine.getManagementService().createJobQuery().messages().singleResult();
        write(
                "update act_ru_job set lock_owner_ = ?, lock_exp_time_ = now() + interval '15 seconds' where id_ = ?",
                node,
                job.getId());
        return job;
    }

    private String lockOwner(Job job) {
        return world.database
                .sql("select lock_owner_ from act_ru_job where id_ = ?")
                .param(job.getId())
                .query(String.class)
                .single();
    }

    private void executeAsJobExecutor(Job job) {
        JobFailureCollector failures = new JobFailureCollector(job.getId());
        Context.setJobExecutorContext(new JobExecutorContext());
        try {
            ExecuteJobHelper.executeJob(
                    job.getId(),
                    ((ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration())
                            .getCommandExecutorTxRequired(),
                    failures,
                    new ExecuteJobsCmd(job.getId(), failures));
        } finally {
            Context.removeJobExecutorContext();
        }
    }
}
