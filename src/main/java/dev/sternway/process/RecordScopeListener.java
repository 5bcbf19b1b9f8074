package dev.sternway.process;

import dev.sternway.decision.Decisions;
import dev.sternway.decision.Scope;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes over what {@code choose-scope} says: scenario, scope, first level, and why a database may be restored. */
@Component
class RecordScopeListener implements ExecutionListener {
    private final Decisions decisions;
    private final DeployedTables tables;

    RecordScopeListener(Decisions decisions, DeployedTables tables) {
        this.decisions = decisions;
        this.tables = tables;
    }

    @Override
    public void notify(DelegateExecution execution) {
        AskedTable asked = AskedTable.of(execution);
        Map<String, Object> row = asked.row();
        Scope scope = TableAnswers.constant(Scope.class, row, "scope");
        Variable.SCENARIO.set(execution, TableAnswers.text(row, "scenario"));
        Variable.SCOPE.set(execution, scope.name());
        Variable.LEVEL.set(execution, TableAnswers.number(row, "level"));
        Variable.RESTORE_REASON.set(execution, TableAnswers.text(row, "restoreReason"));
        Variable.SERVICE.set(
                execution,
                // Settings and pages that cannot be taken back alone are with their service.
                Set.of(Scope.PARTIAL_SERVICE, Scope.CONFIGURATION, Scope.UI).contains(scope)
                        ? Variable.AFFECTED_SERVICE.find(execution)
                        : null);
        decisions.picked(
                decisions.open(execution.getProcessBusinessKey(), execution.getProcessInstanceId()),
                asked.step(),
                tables.version(asked.table()));
    }
}
