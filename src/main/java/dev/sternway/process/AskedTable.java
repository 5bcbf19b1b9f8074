package dev.sternway.process;

import dev.sternway.decision.Decision;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.dmn.engine.DmnDecisionResult;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.model.bpmn.instance.BusinessRuleTask;

/**
 * What a business rule task has asked and what came out: read at its end, since nothing of it stays as a variable.
 *
 * @param rows one map for each row that fits, output name to value
 */
record AskedTable(String table, List<Map<String, Object>> rows) {

    static AskedTable of(DelegateExecution execution) {
        BusinessRuleTask task = (BusinessRuleTask) execution.getBpmnModelElementInstance();
        DmnDecisionResult result = (DmnDecisionResult) execution.getVariable("decisionResult");
        return new AskedTable(task.getCamundaDecisionRef(), result.getResultList());
    }

    /** The row that was picked. */
    Map<String, Object> row() {
        if (rows.size() != 1) {
            throw new IllegalStateException(
                    "decision table '" + table + "' must have one row that fits, got " + rows.size());
        }
        return rows.get(0);
    }

    Decision.Step step() {
        return new Decision.Step(table, TableAnswers.text(row(), "rule"), TableAnswers.text(row(), "reason"));
    }
}
