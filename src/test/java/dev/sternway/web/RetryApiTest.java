package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.evidence.Ledger;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.runtime.Job;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may have failed steps tried again, and what the answer is. */
@Import(RetryApiTest.World.class)
class RetryApiTest extends WebTest {
    private static final String INCIDENT = "INC-2026-0077";
    private static final String PATH = "/api/incidents/" + INCIDENT + "/retry";

    @Autowired
    private ProcessEngine engine;

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient database;

    private String deployment;
    private Job failed;

    /** What is needed to try again. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.process", "dev.sternway.web"},
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = ".*\\.(Incidents|OwnAuthority|FailedSteps|RetryApi)"))
    static class World {}

    @BeforeEach
    void aStepFailedForGood() {
        database.sql(
                        "insert into incident (id, system_id, title, state) values (?, 'shop', 'It is bad', 'ROLLING_BACK')")
                .param(INCIDENT)
                .update();
        deployment = engine.getRepositoryService()
                .createDeployment()
                .addModelInstance(
                        "fails.bpmn",
                        Bpmn.createExecutableProcess("fails")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .serviceTask("serviceTask_fails")
                                .camundaAsyncBefore()
                                .camundaExpression("${nobodyKnowsThis}")
                                .endEvent()
                                .done())
                .deploy()
                .getId();
        engine.getRuntimeService().startProcessInstanceByKey("fails", INCIDENT);
        failed = engine.getManagementService()
                .createJobQuery()
                .activityId("serviceTask_fails")
                .singleResult();
        assertThatThrownBy(() -> engine.getManagementService().executeJob(failed.getId()))
                .isInstanceOf(ProcessEngineException.class);
        engine.getManagementService().setJobRetries(failed.getId(), 0);
    }

    @AfterEach
    void clean() {
        engine.getRepositoryService().deleteDeployment(deployment, true);
        database.sql("delete from incident where id = ?").param(INCIDENT).update();
    }

    private int retries() {
        return engine.getManagementService()
                .createJobQuery()
                .jobId(failed.getId())
                .singleResult()
                .getRetries();
    }

    @Test
    void triesAgainForAnOperatorAndNamesTheSteps() {
        HttpResponse<String> answer = post(PATH, "olga", "{}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).isEqualTo("{\"retried\":[\"serviceTask_fails\"]}");
        assertThat(retries()).isPositive();
        assertThat(ledger.of(INCIDENT)).anySatisfy(entry -> {
            assertThat(entry.step()).isEqualTo("retryFailedSteps");
            assertThat(entry.actor()).isEqualTo("olga");
        });
        assertThat(post(PATH, "olga", "{}").body()).isEqualTo("{\"retried\":[]}");
    }

    @Test
    void isNotForThoseWhoOnlyLook() {
        assertThat(post(PATH, "vera", "{}").statusCode()).isEqualTo(403);
        assertThat(post(PATH, "nobody", "{}").statusCode()).isEqualTo(403);
        assertThat(post(PATH, null, "{}").statusCode()).isEqualTo(401);

        assertThat(retries()).isZero();
    }

    @Test
    void saysWhenThereIsNoSuchIncident() {
        HttpResponse<String> answer = post("/api/incidents/INC-1999-0001/retry", "olga", "{}");

        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("INC-1999-0001");
    }
}
