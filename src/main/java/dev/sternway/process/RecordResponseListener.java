package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Takes over what {@code choose-response} says: the kind of rollback, its downtime budget and who may approve. */
@Component
class RecordResponseListener implements ExecutionListener {

    @Override
    public void notify(DelegateExecution execution) {
        throw new UnsupportedOperationException("follows at once");
    }
}
