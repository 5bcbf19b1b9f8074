package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.IncidentReport;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Papers;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Writes the incident report from the evidence and keeps it, with its SHA-256 in the ledger. */
@Component
class WriteReportDelegate implements JavaDelegate {
    private final Incidents incidents;
    private final Papers papers;
    private final Ledger ledger;
    private final IncidentNotices notices;

    WriteReportDelegate(Incidents incidents, Papers papers, Ledger ledger, IncidentNotices notices) {
        this.incidents = incidents;
        this.papers = papers;
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        Incidents.Incident incident = incidents.find(incidentId).orElseThrow();
        String markdown = IncidentReport.write(
                new IncidentReport.Incident(
                        incident.id(),
                        incident.systemId(),
                        incident.title(),
                        incident.state().name(),
                        incident.openedAt(),
                        incident.closedAt()),
                ledger.of(incidentId),
                ledger.head(incidentId).orElse(null),
                ledger.firstBreak(incidentId).orElse(null));
        String sha256 = papers.keep(incidentId, Papers.INCIDENT_REPORT, markdown);
        notices.reportWritten(incidentId, sha256);
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "writeReport",
                        "the incident report is written",
                        "written, SHA-256 " + sha256,
                        Evidence.Outcome.PROVED)
                .with(JsonNodeFactory.instance.objectNode().put("sha256", sha256)));
    }
}
