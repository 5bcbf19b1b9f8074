package dev.sternway.process;

import dev.sternway.decision.Facts;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Shows that jobs run, and evaluates every table once: an edited table that cannot be evaluated is found now. */
@Component
class CheckJobsDelegate implements JavaDelegate {
    private final DecisionService decisions;

    CheckJobsDelegate(DecisionService decisions) {
        this.decisions = decisions;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Map<String, Object> nothingKnown = Facts.UNKNOWN.variables();
        decisions.evaluateDecisionTableByKey("assess-severity", nothingKnown);
        Map<String, Object> noRule = SeverityCount.of(List.of()).variables();
        noRule.put(Variable.SYMPTOM.name(), null);
        decisions.evaluateDecisionTableByKey("decide-rollback", noRule);
    }
}
