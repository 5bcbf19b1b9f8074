package dev.sternway.process;

import dev.sternway.evidence.Chronicle;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.List;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Begins {@code report-data-loss} once for each restore, beside the incident: in the transaction that writes the report,
 * and nothing of the incident waits for it.
 */
@Component
class ReportDataLossListener implements ExecutionListener {
    static final String PROCESS = "report-data-loss";

    private final Ledger ledger;
    private final RuntimeService runtime;
    private final HistoryService history;
    private final OwnAuthority own;

    ReportDataLossListener(Ledger ledger, RuntimeService runtime, HistoryService history, OwnAuthority own) {
        this.ledger = ledger;
        this.runtime = runtime;
        this.history = history;
        this.own = own;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        List<Evidence> entries = ledger.of(incidentId);
        if (!new Chronicle(entries).restored()) {
            return;
        }
        String plan = entries.stream()
                .filter(entry -> "swapStore".equals(entry.step()) && entry.planSha256() != null)
                .reduce((older, newer) -> newer)
                .map(Evidence::planSha256)
                .orElse("none");
        own.call(() -> {
            boolean begun = history.createHistoricProcessInstanceQuery()
                            .processDefinitionKey(PROCESS)
                            .processInstanceBusinessKey(incidentId)
                            .variableValueEquals(Variable.RESTORE_PLAN.name(), plan)
                            .count()
                    > 0;
            return begun ? null : start(execution, incidentId, plan);
        });
    }

    private Object start(DelegateExecution execution, String incidentId, String plan) {
        return runtime.createProcessInstanceByKey(PROCESS)
                .businessKey(incidentId)
                .setVariable(Variable.INCIDENT_ID.name(), incidentId)
                .setVariable(Variable.SYSTEM_ID.name(), Variable.SYSTEM_ID.get(execution))
                .setVariable(Variable.RESTORE_PLAN.name(), plan)
                .setVariable(Variable.LOSS_SUMMARY.name(), null)
                .execute();
    }
}
