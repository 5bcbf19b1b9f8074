package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.evidence.Ledger;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The monitoring of an incident is ended by a call, or on the page that the incident's page leads to. */
@Import(DecideNowApiTest.World.class)
class DecideNowApiTest extends WebTest {
    private static final String INCIDENT = "INC-2026-0078";
    private static final String PATH = "/api/incidents/" + INCIDENT + "/decide-now";

    @Autowired
    private ProcessEngine engine;

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient database;

    private String deployment;

    /** What is needed to end a monitoring. */
    @ComponentScan(
            basePackages = {"dev.sternway.alert", "dev.sternway.evidence", "dev.sternway.process", "dev.sternway.web"},
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern =
                                    ".*\\.(Incidents|LedgerOutbox|OwnAuthority|Groups|DecideNow|DecideNowApi|DecideNowPage)"))
    static class World {}

    @BeforeEach
    void anIncidentIsMonitored() {
        database.sql("insert into incident (id, system_id, title, state) values (?, 'shop', 'It is bad', 'MONITORING')")
                .param(INCIDENT)
                .update();
        deployment = engine.getRepositoryService()
                .createDeployment()
                .addModelInstance(
                        "watches.bpmn",
                        Bpmn.createExecutableProcess("watches")
                                .camundaHistoryTimeToLive(1)
                                .startEvent()
                                .eventBasedGateway()
                                .id("gateway_monitoring")
                                .intermediateCatchEvent("event_monitoringEnded")
                                .timerWithDuration("PT30M")
                                .userTask("userTask_chooseAction")
                                .endEvent()
                                .moveToLastGateway()
                                .intermediateCatchEvent("event_worse")
                                .message("worse")
                                .endEvent()
                                .done())
                .deploy()
                .getId();
        engine.getRuntimeService().startProcessInstanceByKey("watches", INCIDENT);
    }

    @AfterEach
    void clean() {
        engine.getRepositoryService().deleteDeployment(deployment, true);
        database.sql("delete from incident where id = ?").param(INCIDENT).update();
    }

    private long choices() {
        return engine.getTaskService()
                .createTaskQuery()
                .taskDefinitionKey("userTask_chooseAction")
                .count();
    }

    @Test
    void asksPeopleForACommander() {
        assertThat(post(PATH, "vera", "{\"reason\":\"now\"}").statusCode()).isEqualTo(403);
        assertThat(post(PATH, "carla", "{}").statusCode()).isEqualTo(400);
        assertThat(choices()).isZero();

        HttpResponse<String> answer = post(PATH, "carla", "{\"reason\":\"customers call\"}");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains(INCIDENT, "Choose what is done");
        assertThat(choices()).isEqualTo(1);
        assertThat(ledger.of(INCIDENT)).anySatisfy(entry -> {
            assertThat(entry.step()).isEqualTo("decideNow");
            assertThat(entry.actor()).isEqualTo("carla");
        });
        assertThat(post(PATH, "theo", "{\"reason\":\"me too\"}").statusCode()).isEqualTo(409);
        assertThat(post("/api/incidents/INC-1999-0001/decide-now", "carla", "{\"reason\":\"x\"}")
                        .statusCode())
                .isEqualTo(404);
    }

    @Test
    void isOfferedOnThePageWhileItIsMonitored() {
        HttpClient browser = browserOf("carla");
        String page = "/incidents/" + INCIDENT;

        assertThat(body(browser, page)).contains(page + "/decide-now");
        assertThat(body(browser, page + "/decide-now"))
                .contains("Why is it not monitored any longer?", "name=\"_csrf\"");

        database.sql("update incident set state = 'WAITING_FOR_PEOPLE' where id = ?")
                .param(INCIDENT)
                .update();

        assertThat(body(browser, page)).contains(INCIDENT).doesNotContain("/decide-now");
    }

    private String body(HttpClient browser, String path) {
        return send(browser, HttpRequest.newBuilder(at(path)).build()).body();
    }
}
