package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Tells that a level begins. */
@Component
class AnnounceLevelListener implements ExecutionListener {
    private final IncidentNotices notices;

    AnnounceLevelListener(IncidentNotices notices) {
        this.notices = notices;
    }

    @Override
    public void notify(DelegateExecution execution) {
        notices.levelStarted(execution);
    }
}
