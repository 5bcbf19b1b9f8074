package dev.sternway.process;

import dev.sternway.decision.Decisions;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes over what {@code decide-rollback} says: severity, action, time to decide, and whether anybody is asked first. */
@Component
class RecordDecisionListener implements ExecutionListener {
    private final Decisions decisions;
    private final DeployedTables tables;

    RecordDecisionListener(Decisions decisions, DeployedTables tables) {
        this.decisions = decisions;
        this.tables = tables;
    }

    @Override
    public void notify(DelegateExecution execution) {
        AskedTable asked = AskedTable.of(execution);
        Map<String, Object> row = asked.row();
        Variable.SEVERITY.set(execution, TableAnswers.text(row, "severity"));
        Variable.ACTION.set(execution, TableAnswers.text(row, "action"));
        Variable.PRE_AUTHORISED.set(execution, TableAnswers.flag(row, "preAuthorised"));
        Variable.DECIDE_WITHIN.set(execution, TableAnswers.number(row, "decideWithin"));
        decisions.picked(
                decisions.open(execution.getProcessBusinessKey(), execution.getProcessInstanceId()),
                asked.step(),
                tables.version(asked.table()));
    }
}
