package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.IncidentReport;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Papers;
import org.springframework.stereotype.Component;

/** Writes the incident report from the evidence and keeps it as a further version, with its SHA-256 in the ledger. */
@Component
class Reports {
    private final Incidents incidents;
    private final Papers papers;
    private final Ledger ledger;

    Reports(Incidents incidents, Papers papers, Ledger ledger) {
        this.incidents = incidents;
        this.papers = papers;
        this.ledger = ledger;
    }

    /** True when a report of the incident was written before. */
    boolean isWritten(String incidentId) {
        return papers.find(incidentId, Papers.INCIDENT_REPORT).isPresent();
    }

    /** @param occasion what the report tells up to, for the ledger */
    Papers.Kept write(String incidentId, String occasion) {
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
        Papers.Kept kept = papers.keep(incidentId, Papers.INCIDENT_REPORT, markdown);
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "writeReport",
                        "the incident report is written " + occasion,
                        "written as version " + kept.version() + ", SHA-256 " + kept.sha256(),
                        Evidence.Outcome.PROVED)
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("sha256", kept.sha256())
                        .put("version", kept.version())));
        return kept;
    }
}
