package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.plan.Locks;
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
            "endEvent_resolvedByItself", Incidents.State.RESOLVED_BY_ITSELF);

    private final Incidents incidents;
    private final Locks locks;
    private final IncidentNotices notices;
    private final Reports reports;

    IncidentEndedListener(Incidents incidents, Locks locks, IncidentNotices notices, Reports reports) {
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
}
