package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.DataLossReport;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Papers;
import org.springframework.stereotype.Component;

/** Writes the report of a loss of data from the evidence; each time something was done about it, a further version (S4-18). */
@Component
class DataLossReports {
    private final Incidents incidents;
    private final Papers papers;
    private final Ledger ledger;

    DataLossReports(Incidents incidents, Papers papers, Ledger ledger) {
        this.incidents = incidents;
        this.papers = papers;
        this.ledger = ledger;
    }

    /** The report as it is now; a further version is kept only when it says something new. */
    DataLossReport write(String incidentId) {
        Incidents.Incident incident = incidents.find(incidentId).orElseThrow();
        DataLossReport report = DataLossReport.of(incidentId, incident.systemId(), ledger.of(incidentId));
        String markdown = report.markdown();
        if (papers.find(incidentId, Papers.DATA_LOSS_REPORT)
                .filter(markdown::equals)
                .isPresent()) {
            return report;
        }
        Papers.Kept kept = papers.keep(incidentId, Papers.DATA_LOSS_REPORT, markdown);
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "writeLossReport",
                        "what was lost and what is done about it is written down",
                        "written as version " + kept.version() + ", SHA-256 " + kept.sha256(),
                        Evidence.Outcome.PROVED)
                .of(incident.systemId(), null, null)
                .with(JsonNodeFactory.instance
                        .objectNode()
                        .put("sha256", kept.sha256())
                        .put("version", kept.version())));
        return report;
    }
}
