package dev.sternway.process;

import dev.sternway.decision.Decisions;
import dev.sternway.decision.Tally;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Counts, before {@code choose-scope} is asked, what matched over all alerts: the tables that pick one decision read the
 * counts.
 */
@Component
class TallyRulesListener implements ExecutionListener {
    private final Decisions decisions;
    private final DecisionEvidence evidence;

    TallyRulesListener(Decisions decisions, DecisionEvidence evidence) {
        this.decisions = decisions;
        this.evidence = evidence;
    }

    @Override
    public void notify(DelegateExecution execution) {
        decisions.open(execution.getProcessBusinessKey(), execution.getProcessInstanceId());
        Decisions.Recorded asked = decisions.open(execution.getProcessInstanceId());
        Tally tally = Tally.of(asked.facts(), asked.decision().rules());
        tally.variables().forEach(execution::setVariable);
        Variable.FEATURE.set(execution, tally.feature());
        evidence.assessed(execution, asked);
    }
}
