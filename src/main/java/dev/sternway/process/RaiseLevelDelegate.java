package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Goes to the next level. */
@Component
class RaiseLevelDelegate implements JavaDelegate {
    @Override
    public void execute(DelegateExecution execution) {
        Variable.LEVEL.set(execution, Variable.LEVEL.get(execution) + 1);
    }
}
