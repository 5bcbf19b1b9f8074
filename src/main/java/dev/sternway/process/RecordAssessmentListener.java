package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.Facts;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Keeps every row of a table that fits an alert, with what the alert said; at the end of each table that collects. */
@Component
class RecordAssessmentListener implements ExecutionListener {
    private final Decisions decisions;
    private final DeployedTables tables;
    private final DisabledRules disabled;

    RecordAssessmentListener(Decisions decisions, DeployedTables tables, DisabledRules disabled) {
        this.decisions = decisions;
        this.tables = tables;
        this.disabled = disabled;
    }

    @Override
    public void notify(DelegateExecution execution) {
        AskedTable asked = AskedTable.of(execution);
        String alert = String.valueOf(Variable.ALERT_ID.get(execution));
        decisions.matched(
                execution.getProcessBusinessKey(),
                execution.getProcessInstanceId(),
                new AlertFacts(alert, facts(execution)),
                asked.table(),
                tables.version(asked.table()),
                asked.rows().stream()
                        .map(row -> TableAnswers.matched(asked.table(), row, alert, disabled))
                        .toList());
    }

    private static Facts facts(DelegateExecution execution) {
        Map<String, Object> values = new HashMap<>();
        Facts.NAMES.forEach(name -> values.put(name, execution.getVariable(name)));
        return Facts.of(values);
    }
}
