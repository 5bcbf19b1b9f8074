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

    /** What only waits and would be decided again: its process instance, and the level that it has come to. */
    record Waiting(String processInstanceId, int level) {}

    /**
     * What only waits and would be decided again; empty while the incident acts, and when a person asked for the rollback:
     * that is not undone by an alert.
     */
    Optional<Waiting> waitingForWorse(String incidentId) {
        return waiting(incidentId, WORSENED)
                .filter(instance -> !requested(instance))
                .map(instance -> new Waiting(instance, level(instance)));
    }

    private int level(String processInstanceId) {
        return runtime.getVariable(processInstanceId, Variable.LEVEL.name()) instanceof Integer level ? level : 0;
    }

    /**
     * The process instance that only waits and would end; empty while the incident acts, and when a person asked for the
     * rollback: that is not undone by an alert.
     */
    Optional<String> waitingForEnd(String incidentId) {
        return waiting(incidentId, RESOLVED).filter(instance -> !requested(instance));
    }

    private boolean requested(String processInstanceId) {
        return runtime.getVariable(processInstanceId, Variable.REQUESTED_BY.name()) != null;
    }

    private Optional<String> waiting(String incidentId, String message) {
        return Optional.ofNullable(runtime.createExecutionQuery()
                        .processInstanceBusinessKey(incidentId)
                        .messageEventSubscriptionName(message)
                        .singleResult())
                .map(Execution::getProcessInstanceId);
    }

    /** Withdraws what is only waiting, for a stricter decision, which people may read. */
    void worsened(String processInstanceId, String decisionSummary) {
        // Not with the message: a waiting task has sealed copies, on which it would land and die.
        runtime.setVariable(processInstanceId, Variable.DECISION_SUMMARY.name(), Variable.fitting(decisionSummary));
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
