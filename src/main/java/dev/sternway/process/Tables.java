package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Facts;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.EntityTypes;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.history.UserOperationLogEntry;
import org.camunda.bpm.engine.identity.Group;
import org.camunda.bpm.engine.repository.DecisionDefinition;
import org.camunda.bpm.engine.repository.Deployment;
import org.camunda.bpm.engine.repository.DeploymentBuilder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/**
 * The decision tables for those who edit them: which there are, and others in their place. The next decision, also of an
 * incident that runs, is made with what was deployed last.
 */
@Component
public class Tables {
    private static final Logger LOG = LoggerFactory.getLogger(Tables.class);

    private final RepositoryService repository;
    private final HistoryService history;
    private final IdentityService identities;
    private final OwnAuthority own;
    private final DeployedTables deployed;
    private final DisabledRules disabled;
    private final Weighing weighing;

    Tables(
            RepositoryService repository,
            HistoryService history,
            IdentityService identities,
            OwnAuthority own,
            DeployedTables deployed,
            DisabledRules disabled,
            Weighing weighing) {
        this.repository = repository;
        this.history = history;
        this.identities = identities;
        this.own = own;
        this.deployed = deployed;
        this.disabled = disabled;
        this.weighing = weighing;
    }

    /** One row of a table, for people. */
    public record RuleInfo(String rule, String reason, boolean switchedOff) {}

    /**
     * One table as it is deployed.
     *
     * @param deployedBy who has deployed this version: a person, or {@code sternway} for the table of the product
     */
    public record TableInfo(
            String id, String name, int version, Instant deployedAt, String deployedBy, List<RuleInfo> rules) {}

    /** A table after a deployment; one that is as it was keeps its version. */
    public record Deployed(String id, int version, boolean changed) {}

    /** The newest version of every table, in the order in which they are asked. */
    public List<TableInfo> list() {
        return own.call(() -> {
            DecisionTables tables = deployed.current();
            Map<String, DecisionDefinition> definitions = new HashMap<>();
            deployed.definitions().forEach(each -> definitions.put(each.getKey(), each));
            return DecisionTables.ALL.stream()
                    .map(id -> info(tables.get(id), definitions.get(id)))
                    .toList();
        });
    }

    /** The rules that configuration has switched off, as it names them. */
    public List<String> disabledRules() {
        return disabled.names();
    }

    /**
     * Deploys tables in the name of the person who is signed in to the engine; all of them or none.
     *
     * @param files file name to content
     * @throws Refusal when a table is not fit; nothing is deployed then
     */
    public List<Deployed> deploy(Map<String, byte[]> files) {
        List<DecisionTable> changed = fit(files);
        Map<String, byte[]> contents = new LinkedHashMap<>();
        Map<String, DecisionDefinition> before = new HashMap<>();
        deployed.definitions().forEach(each -> before.put(each.getKey(), each));
        byte[][] all = files.values().toArray(byte[][]::new);
        for (int i = 0; i < all.length; i++) {
            String id = changed.get(i).id();
            if (!Arrays.equals(all[i], content(before.get(id)))) {
                contents.put(id, all[i]);
            }
        }
        if (!contents.isEmpty()) {
            DeploymentBuilder deployment = repository.createDeployment().name("decision tables, edited");
            contents.forEach(
                    (id, xml) -> deployment.addInputStream("processes/" + id + ".dmn", new ByteArrayInputStream(xml)));
            deployment.deploy();
            LOG.info("Decision tables {} were deployed by a person.", contents.keySet());
        }
        DecisionTables now = deployed.current();
        return changed.stream()
                .map(table -> new Deployed(table.id(), now.get(table.id()).version(), contents.containsKey(table.id())))
                .toList();
    }

    /** The deployed tables with these in their places. */
    DecisionTables with(Map<String, byte[]> files) {
        return files.isEmpty() ? deployed.current() : deployed.current().with(fit(files));
    }

    /** The tables in the files, in their order; refused unless they are fit, alone and beside the others. */
    private List<DecisionTable> fit(Map<String, byte[]> files) {
        List<String> broken = new ArrayList<>();
        if (files.isEmpty()) {
            broken.add("there is no table to deploy");
        }
        files.forEach((file, xml) -> broken.addAll(TableRules.broken(file, xml)));
        refuse(broken);
        List<DecisionTable> tables = new ArrayList<>();
        files.forEach((file, xml) -> {
            DecisionTable table = DecisionTable.read(TableRules.idOf(xml), 0, xml);
            if (tables.stream().anyMatch(other -> other.id().equals(table.id()))) {
                broken.add(file + ": another file holds decision '" + table.id() + "' too");
            }
            tables.add(table);
        });
        DecisionTables all = deployed.current().with(tables);
        Map<String, String> owners = new HashMap<>();
        DecisionTables.ALL.forEach(id -> all.get(id).rows().forEach(row -> {
            String owner = owners.putIfAbsent(row.rule(), id);
            if (owner != null && !owner.equals(id)) {
                broken.add(id + ": rule id '" + row.rule() + "' belongs to " + owner + " already");
            }
        }));
        tables.forEach(table -> unknownGroups(table, broken));
        refuse(broken);
        all.refuseUnknown(disabled.names());
        try {
            weighing.weigh(all, List.of(new AlertFacts("nothing is known", Facts.UNKNOWN)));
        } catch (RuntimeException e) {
            refuse(List.of("nothing can be decided with these tables: " + e.getMessage()));
        }
        return tables;
    }

    /** A group that nobody can be in would never approve. */
    private void unknownGroups(DecisionTable table, List<String> broken) {
        Set<String> groups = own.call(() ->
                identities.createGroupQuery().list().stream().map(Group::getId).collect(Collectors.toSet()));
        for (DecisionTable.Row row : table.rows()) {
            String approvers = row.outputs().get("approverGroups");
            if (approvers != null && !groups.isEmpty()) {
                for (String group : DecisionTable.unquoted(approvers).split(",")) {
                    if (!groups.contains(group)) {
                        broken.add(table.id() + " (" + row.rule() + "): there is no group '" + group + "'; there are "
                                + groups.stream().sorted().toList());
                    }
                }
            }
        }
    }

    private static void refuse(List<String> broken) {
        if (!broken.isEmpty()) {
            throw new Refusal(
                    ErrorCode.TABLE_REFUSED,
                    String.join("\n", broken),
                    "mend what is named; docs/decisions.md says what a table must keep. Nothing was deployed.");
        }
    }

    private byte[] content(DecisionDefinition definition) {
        return own.call(() -> {
            try (InputStream xml = repository.getDecisionModel(definition.getId())) {
                return xml.readAllBytes();
            } catch (IOException e) {
                throw new IllegalStateException("decision table '" + definition.getKey() + "' cannot be read", e);
            }
        });
    }

    private TableInfo info(DecisionTable table, DecisionDefinition definition) {
        Deployment deployment = repository
                .createDeploymentQuery()
                .deploymentId(definition.getDeploymentId())
                .singleResult();
        return new TableInfo(
                table.id(),
                table.name(),
                table.version(),
                deployment.getDeploymentTime().toInstant(),
                ModelDeployment.SOURCE.equals(deployment.getSource()) ? ModelDeployment.SOURCE : who(deployment),
                table.rows().stream()
                        .map(row -> new RuleInfo(
                                row.rule(),
                                DecisionTable.unquoted(row.outputs().getOrDefault("reason", "")),
                                DecisionTables.COLLECTING.contains(table.id()) && disabled.contains(row.rule())))
                        .toList());
    }

    private String who(Deployment deployment) {
        return history
                .createUserOperationLogQuery()
                .entityType(EntityTypes.DEPLOYMENT)
                .operationType(UserOperationLogEntry.OPERATION_TYPE_CREATE)
                .deploymentId(deployment.getId())
                .list()
                .stream()
                .map(UserOperationLogEntry::getUserId)
                .findFirst()
                .orElse("somebody");
    }
}
