package dev.sternway.process;

import dev.sternway.evidence.Papers;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Writes the incident report once the outcome is known; it is written again when watches have added to it. */
@Component
class WriteReportDelegate implements JavaDelegate {
    private final Reports reports;
    private final IncidentNotices notices;

    WriteReportDelegate(Reports reports, IncidentNotices notices) {
        this.reports = reports;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        Papers.Kept kept = reports.write(incidentId, "when the outcome was judged");
        notices.reportWritten(incidentId, kept.sha256());
    }
}
