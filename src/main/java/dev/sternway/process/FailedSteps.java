package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.List;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Incident;
import org.springframework.stereotype.Component;

/** Gives steps that failed for good another try: what is wrong outside was mended by a person. */
@Component
public class FailedSteps {
    private static final int ONCE_MORE = 3;

    private final RuntimeService runtime;
    private final ManagementService management;
    private final ExternalTaskService externalTasks;
    private final OwnAuthority own;
    private final Ledger ledger;

    FailedSteps(
            RuntimeService runtime,
            ManagementService management,
            ExternalTaskService externalTasks,
            OwnAuthority own,
            Ledger ledger) {
        this.runtime = runtime;
        this.management = management;
        this.externalTasks = externalTasks;
        this.own = own;
        this.ledger = ledger;
    }

    /** Tries all failed steps of the incident again and gives their names. */
    public List<String> retry(String incidentId, String user) {
        List<String> steps =
                own.call(() -> failed(incidentId).stream().map(this::retry).toList());
        if (!steps.isEmpty()) {
            ledger.append(Entry.fact(
                            incidentId,
                            Evidence.Kind.NOTE,
                            "retryFailedSteps",
                            "failed steps are tried again",
                            "'" + user + "' asked for " + String.join(", ", steps),
                            Evidence.Outcome.NOTED)
                    .by(user));
        }
        return steps;
    }

    private List<Incident> failed(String incidentId) {
        List<String> instances =
                runtime.createProcessInstanceQuery().processInstanceBusinessKey(incidentId).list().stream()
                        .map(instance -> instance.getProcessInstanceId())
                        .toList();
        // A parent shows its child's failure too; the cause is tried once.
        return instances.stream()
                .flatMap(instance -> runtime.createIncidentQuery().processInstanceId(instance).list().stream())
                .filter(incident -> incident.getId().equals(incident.getCauseIncidentId()))
                .toList();
    }

    private String retry(Incident incident) {
        if (incident.getIncidentType().equals(Incident.EXTERNAL_TASK_HANDLER_TYPE)) {
            externalTasks.setRetries(incident.getConfiguration(), ONCE_MORE);
        } else {
            management.setJobRetries(incident.getConfiguration(), ONCE_MORE);
        }
        return incident.getActivityId();
    }
}
