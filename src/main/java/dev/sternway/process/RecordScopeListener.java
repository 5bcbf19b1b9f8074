package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes over what {@code choose-scope} says: scenario, scope, first level, and why a database may be restored. */
@Component
class RecordScopeListener implements ExecutionListener {

    @Override
    public void notify(DelegateExecution execution) {
        throw new UnsupportedOperationException("follows at once");
    }
}
