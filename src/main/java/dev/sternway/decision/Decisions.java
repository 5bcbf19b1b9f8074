package dev.sternway.decision;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Every decision of every incident, with what was known and what matched. A process instance asks once after another:
 * what it records belongs to the one question that is open.
 */
@Component
public class Decisions {
    private static final JsonMapper JSON = JsonMapper.builder().build();

    private final JdbcClient database;

    Decisions(JdbcClient database) {
        this.database = database;
    }

    /**
     * A decision as it was recorded.
     *
     * @param facts what each alert said; its rules are in the decision
     * @param tableVersions version of each table that was asked
     */
    public record Recorded(
            long id,
            String incidentId,
            Instant decidedAt,
            Decision decision,
            List<AlertFacts> facts,
            Map<String, Integer> tableVersions) {}

    /** Keeps what an alert said, which version of a table was asked, and what of it matched. */
    public void matched(
            String incidentId,
            String processInstanceId,
            AlertFacts alert,
            String table,
            int version,
            List<MatchedRule> rules) {
        long id = open(incidentId, processInstanceId);
        database.sql("insert into decision_facts (decision_id, alert, facts) values (:id, :alert, :facts::jsonb)"
                        + " on conflict do nothing")
                .param("id", id)
                .param("alert", alert.alert())
                .param("facts", json(alert.facts().variables()))
                .update();
        asked(id, table, version);
        for (MatchedRule rule : rules) {
            database.sql("""
                            insert into decision_rule (decision_id, alert, table_id, rule, severity, action,
                                decide_within, scenario, reason, switched_off)
                            values (:id, :alert, :table, :rule, :severity, :action, :within, :scenario, :reason, :off)
                            on conflict do nothing
                            """)
                    .param("id", id)
                    .param("alert", rule.alert())
                    .param("table", rule.table())
                    .param("rule", rule.rule())
                    .param("severity", name(rule.severity()))
                    .param("action", name(rule.action()))
                    .param("within", rule.decideWithin())
                    .param("scenario", name(rule.scenario()))
                    .param("reason", rule.reason())
                    .param("off", rule.switchedOff())
                    .update();
        }
    }

    /** What the open question of the process instance has matched so far. */
    public Recorded open(String processInstanceId) {
        return database.sql("select * from decision where process_instance_id = :instance and decided_at is null")
                .param("instance", processInstanceId)
                .query(this::read)
                .optional()
                .orElseThrow(() ->
                        new IllegalStateException("no decision is open in process instance " + processInstanceId));
    }

    /** Begins a question without any alert, unless one is open. */
    public long open(String incidentId, String processInstanceId) {
        database.sql("insert into decision (incident_id, process_instance_id) values (:incident, :instance)"
                        + " on conflict (process_instance_id) where decided_at is null do nothing")
                .param("incident", incidentId)
                .param("instance", processInstanceId)
                .update();
        return database.sql("select id from decision where process_instance_id = :instance and decided_at is null")
                .param("instance", processInstanceId)
                .query(Long.class)
                .single();
    }

    /** Keeps the row that a table picked. */
    public void picked(long id, Decision.Step step, int version) {
        database.sql("update decision set steps = steps || :step::jsonb where id = :id")
                .param("step", json(step))
                .param("id", id)
                .update();
        asked(id, step.table(), version);
    }

    /** Ends the question with its answer; rules and steps are there already. */
    public void decided(long id, Decision decision) {
        database.sql("""
                        update decision set decided_at = clock_timestamp(), severity = :severity, action = :action,
                            scenario = :scenario, scope = :scope, level = :level, service = :service,
                            feature = :feature, restore_reason = :reason, pre_authorised = :pre,
                            decide_within = :within, response = :response, downtime_budget = :downtime,
                            approver_groups = :approvers
                        where id = :id
                        """)
                .param("severity", name(decision.severity()))
                .param("action", name(decision.action()))
                .param("scenario", name(decision.scenario()))
                .param("scope", name(decision.scope()))
                .param("level", decision.level())
                .param("service", decision.service())
                .param("feature", decision.feature())
                .param("reason", name(decision.restoreReason()))
                .param("pre", decision.preAuthorised())
                .param("within", decision.decideWithin())
                .param("response", name(decision.response()))
                .param("downtime", decision.downtimeBudget())
                .param("approvers", decision.approverGroups())
                .param("id", id)
                .update();
    }

    /** The decisions of an incident, oldest first. */
    public List<Recorded> of(String incidentId) {
        return database.sql(
                        "select * from decision where incident_id = :incident and decided_at is not null order by id")
                .param("incident", incidentId)
                .query(this::read)
                .list();
    }

    /** The last decision of an incident. */
    public Optional<Recorded> last(String incidentId) {
        return database.sql("select * from decision where incident_id = :incident and decided_at is not null"
                        + " order by id desc limit 1")
                .param("incident", incidentId)
                .query(this::read)
                .optional();
    }

    /** The newest decisions of all incidents, oldest first. */
    public List<Recorded> newest(int most) {
        List<Recorded> newest = new ArrayList<>(
                database.sql("select * from decision where decided_at is not null order by id desc limit :most")
                        .param("most", most)
                        .query(this::read)
                        .list());
        Collections.reverse(newest);
        return newest;
    }

    /** How often the process instance has decided before: with its id, the name of the question that is open. */
    public int answered(String processInstanceId) {
        return database.sql("select count(*) from decision where process_instance_id = :instance"
                        + " and decided_at is not null")
                .param("instance", processInstanceId)
                .query(Integer.class)
                .single();
    }

    private void asked(long id, String table, int version) {
        database.sql("update decision set table_versions = table_versions || jsonb_build_object(:table::text, :version)"
                        + " where id = :id and table_versions -> :table is distinct from to_jsonb(:version)")
                .param("table", table)
                .param("version", version)
                .param("id", id)
                .update();
    }

    private Recorded read(ResultSet row, int number) throws SQLException {
        long id = row.getLong("id");
        Decision decision = new Decision(
                constant(Severity.class, row.getString("severity")),
                constant(Action.class, row.getString("action")),
                constant(Scenario.class, row.getString("scenario")),
                constant(Scope.class, row.getString("scope")),
                row.getInt("level"),
                row.getString("service"),
                row.getString("feature"),
                constant(RestoreReason.class, row.getString("restore_reason")),
                row.getBoolean("pre_authorised"),
                (Integer) row.getObject("decide_within"),
                constant(Response.class, row.getString("response")),
                (Integer) row.getObject("downtime_budget"),
                row.getString("approver_groups"),
                rules(id),
                parse(row.getString("steps"), new TypeReference<List<Decision.Step>>() {}));
        OffsetDateTime decidedAt = row.getObject("decided_at", OffsetDateTime.class);
        return new Recorded(
                id,
                row.getString("incident_id"),
                decidedAt == null ? null : decidedAt.toInstant(),
                decision,
                facts(id),
                parse(row.getString("table_versions"), new TypeReference<Map<String, Integer>>() {}));
    }

    private List<AlertFacts> facts(long id) {
        return database.sql("select alert, facts from decision_facts where decision_id = :id order by alert")
                .param("id", id)
                .query((row, n) -> new AlertFacts(
                        row.getString("alert"),
                        Facts.of(parse(row.getString("facts"), new TypeReference<Map<String, Object>>() {}))))
                .list();
    }

    /** The strictest first. */
    private List<MatchedRule> rules(long id) {
        return database
                .sql("select * from decision_rule where decision_id = :id order by rule, alert")
                .param("id", id)
                .query((row, n) -> new MatchedRule(
                        row.getString("table_id"),
                        row.getString("rule"),
                        constant(Severity.class, row.getString("severity")),
                        constant(Action.class, row.getString("action")),
                        (Integer) row.getObject("decide_within"),
                        constant(Scenario.class, row.getString("scenario")),
                        row.getString("reason"),
                        row.getBoolean("switched_off"),
                        row.getString("alert")))
                .list()
                .stream()
                .sorted(MatchedRule.STRICTEST)
                .toList();
    }

    private static String name(Enum<?> constant) {
        return constant == null ? null : constant.name();
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return name == null ? null : Enum.valueOf(type, name);
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be written as JSON: " + value, e);
        }
    }

    private static <T> T parse(String text, TypeReference<T> type) {
        try {
            return JSON.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("cannot be read as JSON: " + text, e);
        }
    }
}
