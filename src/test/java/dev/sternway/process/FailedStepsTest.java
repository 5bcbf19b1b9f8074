package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.CRASH;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.evidence.Evidence;
import dev.sternway.port.OutsideException;
import dev.sternway.process.FakeShop.Harm;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.externaltask.ExternalTask;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.Job;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code incident retry}: what failed for good is tried again, once a person has mended the outside. */
class FailedStepsTest extends ProcessTest {
    @Autowired
    private ProcessEngine engine;

    @Autowired
    private FailedSteps failedSteps;

    @Autowired
    private ExternalTaskWorkers workers;

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        shop.upgrade();
    }

    @Test
    void triesADelegateAgainAndGoesOnToTheEnd() {
        shop.harms.add(Harm.CODE);
        shop.host.doesNotStart.put("shop-api", "port is busy");
        String incident = world.alert(CRASH);
        assertThatThrownBy(world::goOn).isInstanceOf(OutsideException.class).hasMessageContaining("port is busy");
        Job failed = failedJob();
        engine.getManagementService().setJobRetries(failed.getId(), 0);
        assertThat(incidentsOfTheEngine()).as("it shows at the parents, too").isGreaterThan(1);

        shop.host.doesNotStart.clear();
        assertThat(failedSteps.retry(incident, "olga")).containsExactly(activityOf(failed));

        assertThat(incidentsOfTheEngine()).isZero();
        assertThat(world.last(incident, "retryFailedSteps"))
                .satisfies(entry -> assertThat(entry.actor()).isEqualTo("olga"))
                .satisfies(entry -> assertThat(entry.seen()).isEqualTo("'olga' asked for " + activityOf(failed)));
        world.goOn();
        assertThat(world.process("handle-incident")).isEnded();
        assertThat(world.last(incident, "revertImage").outcome())
                .isIn(Evidence.Outcome.PROVED, Evidence.Outcome.ALREADY);
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
    }

    @Test
    void triesAnExternalTaskAgain() {
        shop.harms.add(Harm.ROWS);
        // Damaged rows on the same schema: the data can go back alone.
        shop.live().schemaVersion = "1";
        shop.store.loadFails = new OutsideException("the server is away");
        String incident = world.alert(CORRUPTION);
        world.goOnTo("serviceTask_loadStoreBeside");
        assertThat(world.standsAt())
                .as(world.last(incident, "planLevel").seen())
                .contains("serviceTask_loadStoreBeside");
        LockedExternalTask task = engine.getExternalTaskService()
                .fetchAndLock(1, "node")
                .topic("loadStoreBeside", 60_000)
                .execute()
                .get(0);
        workers.work(task);
        assertThat(failed(task).getErrorMessage()).isEqualTo("the server is away");
        engine.getExternalTaskService().setRetries(task.getId(), 0);
        engine.getExternalTaskService().unlock(task.getId());

        shop.store.loadFails = null;
        assertThat(failedSteps.retry(incident, "olga")).containsExactly("serviceTask_loadStoreBeside");

        world.goOn();
        assertThat(world.process("level-3-restore-system")).isWaitingAt("userTask_confirmDataLoss");
    }

    @Test
    void leavesWhatRunsAloneAndWritesNothing() {
        shop.harms.add(Harm.ROWS);
        String incident = world.alert(CORRUPTION);
        world.goOn();

        assertThat(failedSteps.retry(incident, "olga")).isEmpty();
        assertThat(failedSteps.retry("INC-1999-0001", "olga")).isEmpty();

        assertThat(world.evidence(incident, "retryFailedSteps")).isEmpty();
    }

    @Test
    void triesNothingOfAnotherIncident() {
        shop.harms.add(Harm.CODE);
        shop.host.doesNotStart.put("shop-api", "port is busy");
        world.alert(CRASH);
        assertThatThrownBy(world::goOn).isInstanceOf(OutsideException.class);
        engine.getManagementService().setJobRetries(failedJob().getId(), 0);
        long before = incidentsOfTheEngine();

        assertThat(failedSteps.retry("INC-1999-0001", "olga")).isEmpty();

        assertThat(incidentsOfTheEngine()).isEqualTo(before);
    }

    private ExternalTask failed(LockedExternalTask task) {
        return engine.getExternalTaskService()
                .createExternalTaskQuery()
                .externalTaskId(task.getId())
                .singleResult();
    }

    private Job failedJob() {
        return engine.getManagementService().createJobQuery().withException().singleResult();
    }

    private String activityOf(Job job) {
        return engine.getManagementService()
                .createJobDefinitionQuery()
                .jobDefinitionId(job.getJobDefinitionId())
                .singleResult()
                .getActivityId();
    }

    private long incidentsOfTheEngine() {
        return engine.getRuntimeService()
                .createIncidentQuery()
                .incidentType(Incident.FAILED_JOB_HANDLER_TYPE)
                .count();
    }
}
