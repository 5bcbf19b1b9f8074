package dev.sternway.process;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.plan.PlanRequest;
import java.time.Instant;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What the plan of a level is asked for; asked again about the same world and alerts, it is the same. */
@Component
class PlanRequests {
    private final IncidentAlerts alerts;

    PlanRequests(IncidentAlerts alerts) {
        this.alerts = alerts;
    }

    /** The request that a plan of this execution answers. */
    PlanRequest of(DelegateExecution execution, ManagedSystem system) {
        return new PlanRequest(
                execution.getProcessBusinessKey(),
                system,
                Variable.LEVEL.get(execution),
                Variable.FEATURE.find(execution),
                harmSince(execution),
                oneOf(Scope.class, Variable.SCOPE.find(execution)),
                Variable.SERVICE.find(execution),
                Variable.TARGET_RELEASE.find(execution),
                Variable.TARGET_BACKUP.find(execution),
                oneOf(RestoreReason.class, Variable.RESTORE_REASON.find(execution)));
    }

    /**
     * The earliest harm that an alert told of, also one that joined later: what was kept after it may hold the damage.
     * A person who asks says himself what is good.
     */
    private Instant harmSince(DelegateExecution execution) {
        String known = Variable.HARM_SINCE.find(execution);
        Instant first = known == null ? Instant.now() : Instant.parse(known);
        return Variable.REQUESTED_BY.find(execution) != null
                ? first
                : alerts.harmSince(execution.getProcessBusinessKey())
                        .filter(told -> told.isBefore(first))
                        .orElse(first);
    }

    private static <E extends Enum<E>> E oneOf(Class<E> type, String name) {
        return name == null || name.isBlank() ? null : Enum.valueOf(type, name);
    }
}
