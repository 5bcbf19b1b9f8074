package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** A relapse in a watch opens the incident again, at the level after the last one. */
@Component
class ReopenIncidentDelegate implements JavaDelegate {
    private final Incidents incidents;
    private final Ledger ledger;
    private final IncidentNotices notices;

    ReopenIncidentDelegate(Incidents incidents, Ledger ledger, IncidentNotices notices) {
        this.incidents = incidents;
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        int level = Math.min(3, Variable.LEVEL.get(execution) + 1);
        Variable.LEVEL.set(execution, level);
        incidents.reopened(incidentId);
        notices.relapsed(incidentId, level);
        ledger.append(Entry.fact(
                incidentId,
                Evidence.Kind.NOTE,
                "reopenIncident",
                "the system stays well",
                "it fell back; level " + level + " is next",
                Evidence.Outcome.NOT_MET));
    }
}
