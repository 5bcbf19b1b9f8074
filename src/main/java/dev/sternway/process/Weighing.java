package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Facts;
import dev.sternway.decision.MatchedRule;
import dev.sternway.decision.Response;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.decision.Tally;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.stereotype.Component;

/**
 * Asks the decision tables in code, all of them and in the order of {@code decide-incident}, and leaves no trace: for a
 * second look at an incident that waits, for {@code alert explain} and for a replay.
 */
@Component
public class Weighing {
    private final DeployedTables deployed;
    private final DisabledRules disabled;

    Weighing(DeployedTables deployed, DisabledRules disabled) {
        this.deployed = deployed;
        this.disabled = disabled;
    }

    /**
     * What the deployed tables, the newest version of each, say of the alerts together.
     *
     * @param alerts what each firing alert says; none: no rule matches, a person decides
     */
    public Decision weigh(List<AlertFacts> alerts) {
        return weigh(deployed.current(), alerts);
    }

    /** Whether data may be restored for the reason; null is no reason. */
    public boolean permitsRestore(RestoreReason reason) {
        Map<String, Object> asked = new HashMap<>();
        asked.put(Variable.RESTORE_REASON.name(), reason == null ? null : reason.name());
        return TableAnswers.flag(
                deployed.current().get(DecisionTables.PERMIT_RESTORE).askOne(asked), "permitted");
    }

    /** What these tables say of the alerts together. */
    Decision weigh(DecisionTables tables, List<AlertFacts> alerts) {
        List<MatchedRule> rules = matched(tables, alerts);
        Tally tally = Tally.of(alerts, rules);
        Map<String, Object> known = new HashMap<>(tally.variables());
        List<Decision.Step> steps = new ArrayList<>();
        Map<String, Object> scope = ask(tables, DecisionTables.CHOOSE_SCOPE, known, steps);
        known.putAll(scope);
        Map<String, Object> decided = ask(tables, DecisionTables.DECIDE_ROLLBACK, known, steps);
        known.putAll(decided);
        Map<String, Object> response = ask(tables, DecisionTables.CHOOSE_RESPONSE, known, steps);
        return new Decision(
                TableAnswers.constant(Severity.class, decided, "severity"),
                TableAnswers.constant(Action.class, decided, "action"),
                TableAnswers.constant(Scenario.class, scope, "scenario"),
                TableAnswers.constant(Scope.class, scope, "scope"),
                TableAnswers.number(scope, "level"),
                tally.affectedService(),
                tally.feature(),
                TableAnswers.constant(RestoreReason.class, scope, "restoreReason"),
                TableAnswers.flag(decided, "preAuthorised"),
                TableAnswers.number(decided, "decideWithin"),
                TableAnswers.constant(Response.class, response, "response"),
                TableAnswers.number(response, "downtimeBudget"),
                TableAnswers.text(response, "approverGroups"),
                rules,
                steps);
    }

    /** Alerts that say the same are asked about once: a storm has many of them. */
    private List<MatchedRule> matched(DecisionTables tables, List<AlertFacts> alerts) {
        Map<Facts, Map<String, List<Map<String, Object>>>> asked = new HashMap<>();
        List<MatchedRule> rules = new ArrayList<>();
        for (AlertFacts alert : alerts) {
            Map<String, List<Map<String, Object>>> rows = asked.computeIfAbsent(alert.facts(), facts -> {
                Map<String, List<Map<String, Object>>> answers = new HashMap<>();
                DecisionTables.COLLECTING.forEach(
                        id -> answers.put(id, tables.get(id).ask(facts.variables())));
                return answers;
            });
            DecisionTables.COLLECTING.forEach(id ->
                    rows.get(id).forEach(row -> rules.add(TableAnswers.matched(id, row, alert.alert(), disabled))));
        }
        return rules;
    }

    private static Map<String, Object> ask(
            DecisionTables tables, String id, Map<String, Object> known, List<Decision.Step> steps) {
        Map<String, Object> row = tables.get(id).askOne(known);
        steps.add(new Decision.Step(id, TableAnswers.text(row, "rule"), TableAnswers.text(row, "reason")));
        return row;
    }
}
