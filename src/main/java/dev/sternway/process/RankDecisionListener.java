package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.decision.Action;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Notes how strict the decision is, so that a later look tells the process only what is stricter. */
@Component
class RankDecisionListener implements ExecutionListener {
    private final Incidents incidents;

    RankDecisionListener(Incidents incidents) {
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String severity = Variable.SEVERITY.find(execution);
        incidents.decided(
                execution.getProcessBusinessKey(),
                DecisionRank.of(
                        Action.valueOf(Variable.ACTION.get(execution)),
                        severity == null ? null : Severity.valueOf(severity),
                        Variable.LEVEL.get(execution),
                        Scope.valueOf(Variable.SCOPE.get(execution))));
    }
}
