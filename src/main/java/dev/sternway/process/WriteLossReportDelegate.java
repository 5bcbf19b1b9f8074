package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Writes the report of the loss, and gives people its figures. */
@Component
class WriteLossReportDelegate implements JavaDelegate {
    private final DataLossReports reports;

    WriteLossReportDelegate(DataLossReports reports) {
        this.reports = reports;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String summary = reports.write(execution.getProcessBusinessKey()).summary();
        Variable.LOSS_SUMMARY.set(execution.getProcessInstance(), summary);
    }
}
