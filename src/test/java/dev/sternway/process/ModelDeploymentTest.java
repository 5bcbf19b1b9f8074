package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl;
import org.camunda.bpm.engine.repository.Deployment;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.EnableAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Import;
import org.springframework.core.io.ByteArrayResource;
import org.springframework.core.io.Resource;
import org.springframework.test.annotation.DirtiesContext;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** The engine as {@code application.yaml} sets it up, with the models of the class path. */
@SpringBootTest(
        classes = ModelDeploymentTest.Engine.class,
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "camunda.bpm.job-execution.enabled=false")
@DirtiesContext
class ModelDeploymentTest {

    // Dropped with its server: the context, which is closed later, still needs it.
    static final TestDatabase DATABASE = TestDatabase.create();

    @Autowired
    ProcessEngine engine;

    @Autowired
    RepositoryService repository;

    @DynamicPropertySource
    static void database(DynamicPropertyRegistry properties) {
        properties.add("spring.datasource.url", DATABASE::url);
        properties.add("spring.datasource.username", DATABASE::user);
        properties.add("spring.datasource.password", DATABASE::password);
    }

    @Test
    void deploysProcessesAndFormsTogetherUnderStableNames() {
        Deployment deployment =
                repository.createDeploymentQuery().deploymentName("sternway").singleResult();

        assertThat(repository.getDeploymentResourceNames(deployment.getId()))
                .contains("processes/handle-incident.bpmn", "forms/confirm-data-loss.form")
                .noneMatch(name -> name.startsWith("/"));
    }

    @Test
    void deploysNothingAtTheNextStart() {
        long before = repository.createDeploymentQuery().count();

        new ModelDeployment().postProcessEngineBuild(engine);

        assertThat(repository.createDeploymentQuery().count()).isEqualTo(before);
    }

    @Test
    void leavesATableThatAPersonDeployed() throws Exception {
        ModelDeployment.deployTable(repository, table("first"));
        ModelDeployment.deployTable(repository, table("second of the jar"));
        repository
                .createDeployment()
                .name("edited by a person")
                .addString("try-out.dmn", text("edited"))
                .deploy();

        ModelDeployment.deployTable(repository, table("third of the jar"));

        assertThat(repository
                        .createDecisionDefinitionQuery()
                        .decisionDefinitionKey("try-out")
                        .latestVersion()
                        .singleResult()
                        .getName())
                .isEqualTo("edited");
        assertThat(repository
                        .createDecisionDefinitionQuery()
                        .decisionDefinitionKey("try-out")
                        .count())
                .isEqualTo(3);
    }

    @Test
    void tunesTheEngineAsConfigured() {
        ProcessEngineConfigurationImpl configuration =
                (ProcessEngineConfigurationImpl) engine.getProcessEngineConfiguration();

        assertThat(configuration.isAuthorizationEnabled()).isTrue();
        assertThat(configuration.getDefaultSerializationFormat()).isEqualTo("application/json");
        assertThat(configuration.getHistoryLevel().getName()).isEqualTo("full");
        assertThat(configuration.getFailedJobRetryTimeCycle()).startsWith("PT1S,PT2S,PT5S");
        assertThat(configuration.isJobExecutorPreferTimerJobs()).isTrue();
        assertThat(configuration.getLoggingContextBusinessKey()).isEqualTo("incidentId");
        assertThat(configuration.getDefaultUserPermissionForTask().getName()).isEqualTo("TASK_WORK");
    }

    private static Resource table(String name) {
        return new ByteArrayResource(text(name).getBytes(StandardCharsets.UTF_8)) {
            @Override
            public String getFilename() {
                return "try-out.dmn";
            }
        };
    }

    private static String text(String name) {
        return """
                <definitions xmlns="https://www.omg.org/spec/DMN/20191111/MODEL/" id="d" name="d" namespace="n"
                    xmlns:camunda="http://camunda.org/schema/1.0/dmn">
                  <decision id="try-out" name="%s" camunda:historyTimeToLive="P1D">
                    <decisionTable id="t"><output id="o" name="o" typeRef="string" /></decisionTable>
                  </decision>
                </definitions>
                """.formatted(name);
    }

    /** The engine alone, without the steps. */
    @Configuration(proxyBeanMethods = false)
    @EnableAutoConfiguration
    @Import(ModelDeployment.class)
    static class Engine {}
}
