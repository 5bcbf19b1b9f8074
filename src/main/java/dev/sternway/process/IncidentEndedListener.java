package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Locks;
import java.time.Instant;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** An incident's process is over, however: the next alert of its system opens a new incident. */
@Component
class IncidentEndedListener implements ExecutionListener {
    private static final Map<String, Incidents.State> STATES = Map.of(
            "endEvent_incidentClosed", Incidents.State.CLOSED,
            "endEvent_fixForward", Incidents.State.FIXED_FORWARD,
            "endEvent_handedOver", Incidents.State.HANDED_OVER,
            "endEvent_resolvedByItself", Incidents.State.RESOLVED_BY_ITSELF,
            "endEvent_notNeeded", Incidents.State.RESOLVED_BY_ITSELF);

    private final Incidents incidents;
    private final Locks locks;
    private final IncidentNotices notices;
    private final Reports reports;
    private final WaitingAlerts waiting;
    private final LastProof lastProof;
    private final LedgerOutbox outbox;

    IncidentEndedListener(
            Incidents incidents,
            Locks locks,
            IncidentNotices notices,
            Reports reports,
            WaitingAlerts waiting,
            LastProof lastProof,
            LedgerOutbox outbox) {
        this.waiting = waiting;
        this.lastProof = lastProof;
        this.outbox = outbox;
        this.reports = reports;
        this.incidents = incidents;
        this.locks = locks;
        this.notices = notices;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        Incidents.State state =
                STATES.getOrDefault(String.valueOf(execution.getCurrentActivityId()), Incidents.State.ENDED_BY_HAND);
        incidents.ended(incidentId, state);
        if (state == Incidents.State.CLOSED) {
            passAlertsOn(incidentId);
        }
        notices.ended(incidentId, state);
        String systemId = Variable.SYSTEM_ID.find(execution);
        if (systemId != null) {
            locks.release(systemId, incidentId);
        }
        // At an end event; what is ended by hand has no end to tell of.
        if (EVENTNAME_START.equals(execution.getEventName()) && reports.isWritten(incidentId)) {
            reports.write(incidentId, "at the end");
        }
    }

    /**
     * Nobody here acts on what began after the rollback was proved and still fires: a new incident does. What the rollback
     * was begun for, and was only never reported over, opens none.
     */
    private void passAlertsOn(String incidentId) {
        Instant proved = lastProof.of(incidentId).map(LastProof.Proof::at).orElse(null);
        int passedOn = proved == null ? 0 : waiting.again(incidentId, proved);
        if (passedOn > 0) {
            outbox.append(Entry.fact(
                    incidentId,
                    Evidence.Kind.NOTE,
                    "passAlertsOn",
                    "no alert fires that began after " + proved,
                    Words.some(passedOn, "alert") + " that began later: handled anew, in a new incident",
                    Evidence.Outcome.NOTED));
        }
    }
}
