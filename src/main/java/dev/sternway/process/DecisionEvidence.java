package dev.sternway.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.MatchedRule;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/**
 * Writes into the ledger what matched and what was decided. The ledger keeps what a job has written even when the job is
 * undone and tried again: then the same entry is not written twice.
 */
@Component
class DecisionEvidence {
    private final Ledger ledger;
    private final Decisions decisions;

    DecisionEvidence(Ledger ledger, Decisions decisions) {
        this.ledger = ledger;
        this.decisions = decisions;
    }

    /** Every rule that matches, and what each alert said. */
    void assessed(DelegateExecution execution, Decisions.Recorded asked) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.set("rules", rules(asked.decision().rules()));
        ArrayNode facts = details.putArray("facts");
        for (AlertFacts alert : asked.facts()) {
            ObjectNode node = facts.addObject().put("alert", alert.alert());
            alert.facts().variables().forEach((name, value) -> {
                if (value != null) {
                    node.put(name, value.toString());
                }
            });
        }
        List<MatchedRule> matched = asked.decision().rules();
        append(
                execution,
                "assessSeverity",
                "every rule that matches is known",
                matched.isEmpty()
                        ? "no rule matches"
                        : each(matched).size() + " rules match: " + because(matched, "; "),
                details);
    }

    /** The decision, with the rules and rows that led to it. */
    void decided(DelegateExecution execution, Decision decision, Map<String, Integer> tableVersions) {
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("severity", name(decision.severity()))
                .put("action", decision.action().name())
                .put("scenario", name(decision.scenario()))
                .put("scope", decision.scope().name())
                .put("firstLevel", decision.level())
                .put("service", decision.service())
                .put("restoreReason", name(decision.restoreReason()))
                .put("decideWithin", decision.decideWithin())
                .put("response", decision.response().name())
                .put("downtimeBudget", decision.downtimeBudget())
                .put("approver", decision.approverGroups())
                .put("preAuthorised", decision.preAuthorised());
        details.set("rules", rules(decision.rules()));
        ArrayNode steps = details.putArray("steps");
        decision.steps()
                .forEach(step -> steps.addObject()
                        .put("table", step.table())
                        .put("rule", step.rule())
                        .put("reason", step.reason()));
        ObjectNode versions = details.putObject("tableVersions");
        tableVersions.forEach(versions::put);
        append(execution, "decideRollback", "one decision, the strictest that fits", headline(decision), details);
    }

    /** The decision in a few lines, for the form of a person who is asked. */
    static String summary(Decision decision) {
        List<MatchedRule> counted =
                decision.rules().stream().filter(rule -> !rule.switchedOff()).toList();
        return headline(decision) + "\n" + because(counted, "\n");
    }

    private static String noSeverity(Decision decision) {
        return decision.rules().isEmpty() ? "no rule matches" : "an alert that no rule matches";
    }

    /** The decision in a line, without why. */
    static String headline(Decision decision) {
        return (decision.severity() == null ? noSeverity(decision) : decision.severity()) + ": " + decision.action()
                + ", first level " + decision.level() + ", scope " + decision.scope();
    }

    private void append(DelegateExecution execution, String step, String wanted, String seen, ObjectNode details) {
        String incidentId = execution.getProcessBusinessKey();
        String question = execution.getProcessInstanceId() + "/" + decisions.answered(execution.getProcessInstanceId());
        details.put("question", question);
        Optional<Evidence> before =
                Optional.ofNullable(ledger.last(step, List.of(incidentId)).get(incidentId));
        if (before.filter(entry -> entry.details().path("question").asText().equals(question)
                        && entry.seen().equals(seen))
                .isPresent()) {
            return;
        }
        ledger.append(Entry.fact(incidentId, Evidence.Kind.DECISION, step, wanted, seen, Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), null, null)
                .with(details));
    }

    /** One element for each rule, with all alerts that it fits. */
    private static ArrayNode rules(List<MatchedRule> rules) {
        ArrayNode nodes = JsonNodeFactory.instance.arrayNode();
        for (List<MatchedRule> same : each(rules)) {
            MatchedRule rule = same.get(0);
            ObjectNode node = nodes.addObject()
                    .put("id", rule.rule())
                    .put("table", rule.table())
                    .put("severity", name(rule.severity()))
                    .put("action", name(rule.action()))
                    .put("description", rule.reason())
                    .put("switchedOff", rule.switchedOff());
            ArrayNode alerts = node.putArray("alerts");
            same.forEach(each -> alerts.add(each.alert()));
        }
        return nodes;
    }

    private static String because(List<MatchedRule> rules, String between) {
        return each(rules).stream()
                .map(same -> same.get(0))
                .map(rule -> rule.rule() + " " + (rule.severity() == null ? "" : rule.severity()) + ": " + rule.reason()
                        + (rule.switchedOff() ? " (switched off, does not count)" : ""))
                .collect(Collectors.joining(between));
    }

    /** The strictest first. */
    private static Collection<List<MatchedRule>> each(List<MatchedRule> rules) {
        Map<String, List<MatchedRule>> byRule = new LinkedHashMap<>();
        rules.stream()
                .sorted(MatchedRule.STRICTEST)
                .forEach(rule -> byRule.computeIfAbsent(rule.rule(), any -> new ArrayList<>())
                        .add(rule));
        return byRule.values();
    }

    private static String name(Enum<?> constant) {
        return constant == null ? null : constant.name();
    }
}
