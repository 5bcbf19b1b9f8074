package dev.sternway.process;

import java.util.Optional;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Execution;
import org.springframework.stereotype.Component;

/** Tells a running incident what it waits for: that it got worse, or that it is over. */
@Component
class IncidentMessages {
    static final String ALERT_RECEIVED = "sternway.alertReceived";
    static final String WORSENED = "sternway.incidentWorsened";
    static final String RESOLVED = "sternway.alertResolved";

    private final RuntimeService runtime;

    IncidentMessages(RuntimeService runtime) {
        this.runtime = runtime;
    }

    /** The process instance that only waits and would decide again; empty while the incident acts. */
    Optional<String> waitingForWorse(String incidentId) {
        return waiting(incidentId, WORSENED);
    }

    /**
     * The process instance that only waits and would end; empty while the incident acts, and when a person asked for the
     * rollback: that is not undone by an alert.
     */
    Optional<String> waitingForEnd(String incidentId) {
        return waiting(incidentId, RESOLVED)
                .filter(instance -> runtime.getVariable(instance, Variable.REQUESTED_BY.name()) == null);
    }

    private Optional<String> waiting(String incidentId, String message) {
        return Optional.ofNullable(runtime.createExecutionQuery()
                        .processInstanceBusinessKey(incidentId)
                        .messageEventSubscriptionName(message)
                        .singleResult())
                .map(Execution::getProcessInstanceId);
    }

    /** Withdraws what is only waiting and decides again. */
    void worsened(String processInstanceId) {
        send(processInstanceId, WORSENED);
    }

    /** Withdraws what is only waiting: nothing fires any more. */
    void resolved(String processInstanceId) {
        send(processInstanceId, RESOLVED);
    }

    private void send(String processInstanceId, String message) {
        runtime.createMessageCorrelation(message)
                .processInstanceId(processInstanceId)
                .correlate();
    }
}
