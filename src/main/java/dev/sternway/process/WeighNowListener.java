package dev.sternway.process;

import dev.sternway.alert.Incidents;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** The process begins to wait: what joined or ended before it did must not be lost. */
@Component
class WeighNowListener implements ExecutionListener {
    private final Incidents incidents;

    WeighNowListener(Incidents incidents) {
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        incidents.weighNow(execution.getProcessBusinessKey());
    }
}
