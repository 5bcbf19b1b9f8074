package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Calls the incident closed and writes its report again, with the watch before; the last watch goes on. */
@Component
class CloseIncidentDelegate implements JavaDelegate {
    private final Incidents incidents;
    private final Ledger ledger;
    private final IncidentNotices notices;
    private final Reports reports;

    CloseIncidentDelegate(Incidents incidents, Ledger ledger, IncidentNotices notices, Reports reports) {
        this.reports = reports;
        this.incidents = incidents;
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        incidents.closed(incidentId);
        notices.closed(incidentId);
        ledger.append(Entry.fact(
                incidentId,
                Evidence.Kind.NOTE,
                "closeIncident",
                "the incident is closed",
                "closed; the last watch goes on",
                Evidence.Outcome.NOTED));
        reports.write(incidentId, "when the incident was closed");
    }
}
