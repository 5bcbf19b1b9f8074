package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;

/** Something was asked for that waits until the system's incident is over; carries its id. */
public class IncidentRunning extends Refusal {
    private static final long serialVersionUID = 1L;

    private final String incidentId;

    IncidentRunning(String systemId, String incidentId) {
        super(
                ErrorCode.INCIDENT_RUNNING,
                "incident '" + incidentId + "' of system '" + systemId + "' runs already",
                "follow it at /incidents/" + incidentId + ", and choose its next step in Tasklist.");
        this.incidentId = incidentId;
    }

    public String incidentId() {
        return incidentId;
    }
}
