package dev.sternway.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Keeps every matched rule in the ledger and hands only their counts to the process. */
@Component
class RecordAssessmentListener implements ExecutionListener {
    private final Ledger ledger;

    RecordAssessmentListener(Ledger ledger) {
        this.ledger = ledger;
    }

    @Override
    public void notify(DelegateExecution execution) {
        DmnDecisionResult result = (DmnDecisionResult) execution.getVariable("decisionResult");
        List<Map<String, Object>> matched = result.getResultList();
        SeverityCount.of(matched).variables().forEach(execution::setVariable);
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode rules = details.putArray("rules");
        matched.forEach(rule -> rules.addObject()
                .put("id", String.valueOf(rule.get("rule")))
                .put("severity", String.valueOf(rule.get("severity")))
                .put("description", String.valueOf(rule.get("reason"))));
        ObjectNode facts = details.putObject("facts");
        for (String name :
                List.of("symptom", "feature", "errorRate", "sustainedMinutes", "affectedUsers", "degradation")) {
            facts.put(name, String.valueOf(execution.getVariable(name)));
        }
        ledger.append(Entry.fact(
                        execution.getProcessBusinessKey(),
                        Evidence.Kind.DECISION,
                        "assessSeverity",
                        "every rule that matches is known",
                        matched.isEmpty() ? "no rule matches" : matched.size() + " rules match: " + reasons(matched),
                        Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), null, null)
                .with(details));
    }

    private static String reasons(List<Map<String, Object>> matched) {
        return matched.stream()
                .map(rule -> rule.get("rule") + " " + rule.get("severity") + ": " + rule.get("reason"))
                .reduce((one, other) -> one + "; " + other)
                .orElse("");
    }
}
