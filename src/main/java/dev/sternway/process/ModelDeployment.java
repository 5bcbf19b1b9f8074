package dev.sternway.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.ProcessEngine;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.cfg.AbstractProcessEnginePlugin;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.sql.init.dependency.DependsOnDatabaseInitialization;
import org.springframework.core.io.Resource;
import org.springframework.core.io.support.PathMatchingResourcePatternResolver;
import org.springframework.stereotype.Component;

/**
 * Brings processes, forms and decision tables into the engine at start. Names are the same in the jar and in a
 * development run, so nothing is deployed twice. Processes and forms go together, as processes bind forms of their own
 * deployment; each table goes alone, and one that a person deployed since is left as it is.
 */
@Component
@DependsOnDatabaseInitialization
class ModelDeployment extends AbstractProcessEnginePlugin {

    /** Deployments that come from the jar; everything else was deployed by a person. */
    static final String SOURCE = "sternway";

    private static final Logger LOG = LoggerFactory.getLogger(ModelDeployment.class);

    @Override
    public void postProcessEngineBuild(ProcessEngine engine) {
        RepositoryService repository = engine.getRepositoryService();
        try {
            deployModels(repository, found("processes/*.bpmn"), found("forms/*.form"));
            for (Resource table : found("processes/*.dmn")) {
                deployTable(repository, table);
            }
        } catch (IOException e) {
            throw new IllegalStateException("models cannot be read from the class path", e);
        }
    }

    static void deployModels(RepositoryService repository, List<Resource> processes, List<Resource> forms)
            throws IOException {
        if (processes.isEmpty()) {
            return;
        }
        DeploymentBuilder deployment =
                repository.createDeployment().name("sternway").source(SOURCE).enableDuplicateFiltering(false);
        for (Resource process : processes) {
            add(deployment, "processes/", process);
        }
        for (Resource form : forms) {
            add(deployment, "forms/", form);
        }
        deployment.deploy();
    }

    static void deployTable(RepositoryService repository, Resource table) throws IOException {
        String key = table.getFilename().replaceFirst("\\.dmn$", "");
        DecisionDefinition latest = repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(key)
                .latestVersion()
                .singleResult();
        if (latest != null && !fromJar(repository, latest.getDeploymentId())) {
            LOG.info("Decision table '{}' version {} was deployed by a person and stays.", key, latest.getVersion());
            warnWhenUnfit(repository, latest);
            return;
        }
        DeploymentBuilder deployment = repository
                .createDeployment()
                .name("sternway table " + key)
                .source(SOURCE)
                .enableDuplicateFiltering(false);
        add(deployment, "processes/", table);
        deployment.deploy();
    }

    /** A table that was edited for an older Sternway stays too, and may lack what this one reads. */
    private static void warnWhenUnfit(RepositoryService repository, DecisionDefinition table) throws IOException {
        if (!DecisionTables.ALL.contains(table.getKey())) {
            return;
        }
        try (InputStream xml = repository.getDecisionModel(table.getId())) {
            List<String> broken = TableRules.broken(table.getKey(), xml.readAllBytes());
            if (!broken.isEmpty()) {
                LOG.error(
                        "Nothing can be decided with decision table '{}' version {}:\n{}\n"
                                + "HINT: mend it and deploy it with ./sternway decide --deploy; what waits goes on then.",
                        table.getKey(),
                        table.getVersion(),
                        String.join("\n", broken));
            }
        }
    }

    private static boolean fromJar(RepositoryService repository, String deploymentId) {
        Deployment deployment =
                repository.createDeploymentQuery().deploymentId(deploymentId).singleResult();
        return deployment != null && SOURCE.equals(deployment.getSource());
    }

    private static void add(DeploymentBuilder deployment, String folder, Resource resource) throws IOException {
        try (InputStream content = resource.getInputStream()) {
            deployment.addInputStream(folder + resource.getFilename(), content);
        }
    }

    private static List<Resource> found(String pattern) throws IOException {
        Resource[] resources = new PathMatchingResourcePatternResolver().getResources("classpath*:" + pattern);
        return Stream.of(resources).filter(Resource::isReadable).toList();
    }
}
