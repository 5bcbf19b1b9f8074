package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Switches the system's maintenance mode on before services are touched (S4-06). */
@Component
class AnnounceMaintenanceListener implements ExecutionListener {
    private final IncidentNotices notices;

    AnnounceMaintenanceListener(IncidentNotices notices) {
        this.notices = notices;
    }

    @Override
    public void notify(DelegateExecution execution) {
        notices.servicesTouched(execution);
    }
}
