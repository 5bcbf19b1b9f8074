package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Facts;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
    private final Weighing weighing;

    IncidentMessages(RuntimeService runtime, Weighing weighing) {
        this.runtime = runtime;
        this.weighing = weighing;
    }

    /** Withdraws what is only waiting; a rollback that runs goes on, and what a person asked for is not undone by an alert. */
    void resolved(String incidentId) {
        Execution execution = waiting(incidentId, RESOLVED);
        if (execution != null
                && runtime.getVariable(execution.getProcessInstanceId(), Variable.REQUESTED_BY.name()) == null) {
            send(incidentId, RESOLVED, Map.of());
        }
    }

    /** A further alert of a watched incident: the process hears of it only when it makes the decision worse. */
    void joined(String incidentId, Map<String, Object> facts) {
        if (waiting(incidentId, WORSENED) == null) {
            return;
        }
        Map<String, Object> known = new HashMap<>(facts);
        known.keySet().retainAll(Facts.NAMES);
        Decision decision = weighing.weigh(List.of(new AlertFacts("joined", Facts.of(known))));
        if (decision.action() != Action.MONITOR) {
            send(incidentId, WORSENED, facts);
        }
    }

    private void send(String incidentId, String message, Map<String, Object> variables) {
        Execution execution = waiting(incidentId, message);
        if (execution != null) {
            runtime.createMessageCorrelation(message)
                    .processInstanceId(execution.getProcessInstanceId())
                    .setVariables(variables)
                    .correlate();
        }
    }

    private Execution waiting(String incidentId, String message) {
        return runtime.createExecutionQuery()
                .processInstanceBusinessKey(incidentId)
                .messageEventSubscriptionName(message)
                .singleResult();
    }
}
