package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.impl.context.Context;
import org.camunda.bpm.engine.impl.history.event.HistoricIncidentEventEntity;
import org.camunda.bpm.engine.impl.history.event.HistoryEventTypes;
import org.camunda.bpm.engine.impl.persistence.entity.ExecutionEntity;
import org.springframework.context.event.EventListener;
import org.springframework.stereotype.Component;

/** Calls people when a step failed for good, the engine's own "incident", and says when it goes on. */
@Component
class StepFailureNotices {
    private final Notices notices;
    private final Incidents incidents;

    StepFailureNotices(Notices notices, Incidents incidents) {
        this.notices = notices;
        this.incidents = incidents;
    }

    @EventListener
    public void on(HistoricIncidentEventEntity event) {
        // A parent shows its child's failure too; the cause is told once.
        if (!event.getId().equals(event.getCauseIncidentId())) {
            return;
        }
        if (event.isEventOfType(HistoryEventTypes.INCIDENT_CREATE)) {
            incidentOf(event).ifPresent(incidentId -> {
                Map<String, String> facts = new HashMap<>();
                facts.put("step", event.getActivityId());
                facts.put("error", event.getIncidentMessage());
                notices.tell(incidentId, Occasion.STEP_FAILED, event.getId(), facts);
            });
        } else if (event.isEventOfType(HistoryEventTypes.INCIDENT_RESOLVE)
                || event.isEventOfType(HistoryEventTypes.INCIDENT_DELETE)) {
            incidentOf(event)
                    .ifPresent(incidentId -> notices.tell(
                            incidentId,
                            Occasion.PERSON_DONE,
                            event.getId(),
                            Map.of("task", "step " + event.getActivityId(), "how", "tried again")));
        }
    }

    /** The incident of ours whose process has the failure; a snapshot's has none. */
    private Optional<String> incidentOf(HistoricIncidentEventEntity event) {
        if (event.getProcessInstanceId() == null || Context.getCommandContext() == null) {
            return Optional.empty();
        }
        ExecutionEntity instance =
                Context.getCommandContext().getExecutionManager().findExecutionById(event.getProcessInstanceId());
        return Optional.ofNullable(instance)
                .map(ExecutionEntity::getProcessBusinessKey)
                .filter(key -> incidents.find(key).isPresent());
    }
}
