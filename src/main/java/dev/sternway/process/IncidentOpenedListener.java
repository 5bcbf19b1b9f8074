package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Tells that an incident began, whatever started it. */
@Component
class IncidentOpenedListener implements ExecutionListener {
    private final IncidentNotices notices;

    IncidentOpenedListener(IncidentNotices notices) {
        this.notices = notices;
    }

    @Override
    public void notify(DelegateExecution execution) {
        notices.opened(execution);
    }
}
