package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.decision.Action;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
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

    private final Incidents incidents;

    DecisionEndedListener(Incidents incidents) {
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String outcome = OUTCOMES.get(execution.getCurrentActivityId());
        if (outcome == null) {
            throw new IllegalStateException("there is no outcome '" + execution.getCurrentActivityId() + "'");
        }
        Variable.DECISION_OUTCOME.set(execution, outcome);
        if (outcome.equals(Action.ROLL_BACK.name())) {
            // Also when a person chose it: an answer that asks for less than a rollback is then no worse.
            String severity = Variable.SEVERITY.find(execution);
            incidents.decided(
                    execution.getProcessBusinessKey(),
                    DecisionRank.of(
                            Action.ROLL_BACK,
                            severity == null ? null : Severity.valueOf(severity),
                            Variable.LEVEL.get(execution),
                            Scope.valueOf(Variable.SCOPE.get(execution))));
        }
    }
}
