package dev.sternway.process;

import java.io.IOException;
import java.io.InputStream;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.springframework.stereotype.Component;

/** The newest deployed version of each table; what another node has deployed is seen at the next question. */
@Component
class DeployedTables {
    private final RepositoryService repository;
    private final OwnAuthority own;
    /** By definition id: a definition never changes. */
    private final Map<String, DecisionTable> read = new ConcurrentHashMap<>();

    DeployedTables(RepositoryService repository, OwnAuthority own) {
        this.repository = repository;
        this.own = own;
    }

    DecisionTables current() {
        return own.call(() -> {
            List<DecisionDefinition> newest = definitions();
            Map<String, DecisionTable> tables = new HashMap<>();
            for (DecisionDefinition definition : newest) {
                tables.put(definition.getKey(), read.computeIfAbsent(definition.getId(), id -> read(definition)));
            }
            read.keySet()
                    .retainAll(newest.stream().map(DecisionDefinition::getId).toList());
            return new DecisionTables(tables);
        });
    }

    /** The version that a business rule task asks now. */
    int version(String table) {
        return own.call(() -> repository
                .createDecisionDefinitionQuery()
                .decisionDefinitionKey(table)
                .latestVersion()
                .singleResult()
                .getVersion());
    }

    /** The newest version of each table of Sternway. */
    List<DecisionDefinition> definitions() {
        return own.call(() -> repository.createDecisionDefinitionQuery().latestVersion().list().stream()
                .filter(each -> DecisionTables.ALL.contains(each.getKey()))
                .toList());
    }

    private DecisionTable read(DecisionDefinition definition) {
        try (InputStream xml = repository.getDecisionModel(definition.getId())) {
            return DecisionTable.read(definition.getKey(), definition.getVersion(), xml.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("decision table '" + definition.getKey() + "' cannot be read", e);
        }
    }
}
