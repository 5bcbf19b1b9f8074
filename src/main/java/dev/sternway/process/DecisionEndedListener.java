package dev.sternway.process;

import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Says what deciding led to: a rollback, a fix forward, or that it is over. */
@Component
class DecisionEndedListener implements ExecutionListener {
    private static final Map<String, String> OUTCOMES = Map.of(
            "endEvent_rollbackDecided", "ROLL_BACK",
            "endEvent_fixForwardChosen", "FIX_FORWARD",
            "endEvent_alertsResolved", "RESOLVED");

    @Override
    public void notify(DelegateExecution execution) {
        String outcome = OUTCOMES.get(execution.getCurrentActivityId());
        if (outcome == null) {
            throw new IllegalStateException("there is no outcome '" + execution.getCurrentActivityId() + "'");
        }
        Variable.DECISION_OUTCOME.set(execution, outcome);
    }
}
