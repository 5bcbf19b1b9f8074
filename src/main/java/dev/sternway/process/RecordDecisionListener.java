package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Incidents;
import dev.sternway.decision.Action;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes over what was decided, and keeps it in the ledger with the rules that led to it. */
@Component
class RecordDecisionListener implements ExecutionListener {
    private final Ledger ledger;
    private final Incidents incidents;

    RecordDecisionListener(Ledger ledger, Incidents incidents) {
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Map<String, Object> decision = ((DmnDecisionResult) execution.getVariable("decisionResult"))
                .getSingleResult()
                .getEntryMap();
        Action action = Action.valueOf((String) decision.get("action"));
        int level = ((Number) decision.get("level")).intValue();
        String severity = (String) decision.get("severity");
        String approvers = (String) decision.get("approverGroups");
        Variable.ACTION.set(execution, action.name());
        Variable.LEVEL.set(execution, level);
        Variable.PRE_AUTHORISED.set(execution, (Boolean) decision.get("preAuthorised"));
        Variable.APPROVER_GROUPS.set(execution, approvers);

        String incidentId = execution.getProcessBusinessKey();
        Optional<JsonNode> assessment = ledger.of(incidentId).stream()
                .filter(entry -> entry.step().equals("assessSeverity"))
                .reduce((one, other) -> other)
                .map(Evidence::details);
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("severity", severity)
                .put("action", action.name())
                .put("firstLevel", level)
                .put("approver", approvers)
                .put("preAuthorised", (Boolean) decision.get("preAuthorised"));
        details.set("rules", assessment.map(found -> found.path("rules")).orElse(JsonNodeFactory.instance.arrayNode()));
        String seen = (severity == null ? "no rule matches" : severity) + ": " + action + ", first level " + level;
        Variable.DECISION_SUMMARY.set(execution, seen + "\n" + because(details.path("rules")));
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.DECISION,
                        "decideRollback",
                        "one decision, the strictest that fits",
                        seen,
                        Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), null, null)
                .with(details));
        if (action == Action.MONITOR) {
            incidents.stands(incidentId, Incidents.State.MONITORING, null);
        }
    }

    private static String because(JsonNode rules) {
        StringBuilder text = new StringBuilder();
        rules.forEach(rule -> text.append(rule.path("id").asText())
                .append(' ')
                .append(rule.path("severity").asText())
                .append(": ")
                .append(rule.path("description").asText())
                .append('\n'));
        return text.toString();
    }
}
