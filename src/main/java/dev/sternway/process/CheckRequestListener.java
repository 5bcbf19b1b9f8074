package dev.sternway.process;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Words;
import dev.sternway.plan.RestorePoint;
import dev.sternway.plan.RestorePointMissing;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.plan.RollbackRequests;
import dev.sternway.plan.RollbackRequests.Via;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.stereotype.Component;

/**
 * Reads the start form of a rollback, inside the submitting call, so that what is wrong is shown in the form; keeps who
 * really asks, never what the form says of it.
 */
@Component
class CheckRequestListener implements ExecutionListener {
    private static final Map<String, Variable<String>> FIELDS = Map.of(
            "systems", Variable.ASKED_SYSTEMS,
            "level", Variable.ASKED_LEVEL,
            "scope", Variable.ASKED_SCOPE,
            "service", Variable.ASKED_SERVICE,
            "release", Variable.ASKED_RELEASE,
            "backup", Variable.ASKED_BACKUP,
            "backupBase", Variable.ASKED_BACKUP_BASE,
            "restoreReason", Variable.ASKED_RESTORE_REASON,
            "severity", Variable.ASKED_SEVERITY,
            "reason", Variable.ASKED_REASON);

    private final Rollbacks rollbacks;
    private final RollbackStart start;
    private final RollbackRequests requests;
    private final Groups groups;
    private final Words words = new Words();

    CheckRequestListener(Rollbacks rollbacks, RollbackStart start, RollbackRequests requests, Groups groups) {
        this.rollbacks = rollbacks;
        this.start = start;
        this.requests = requests;
        this.groups = groups;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Requester who = signedIn(execution, groups);
        RollbackRequest asked = null;
        try {
            who.requireMayRequest();
            asked = asked(execution);
            keep(execution, asked, who);
        } catch (Refusal refusal) {
            if (asked != null) {
                requests.refused(who.user(), Via.FORM, asked, refusal);
            }
            throw Refusals.rejection(refusal.code(), refusal.getMessage(), refusal.hint());
        }
    }

    /** The person whose call this is. */
    static Requester signedIn(DelegateExecution execution, Groups groups) {
        Authentication who =
                execution.getProcessEngineServices().getIdentityService().getCurrentAuthentication();
        if (who == null || who.getUserId() == null) {
            throw Refusals.rejection(
                    ErrorCode.ROLE_MISSING, "nobody is signed in", "sign in and submit the form again.");
        }
        return new Requester(who.getUserId(), groups.of(who.getUserId()));
    }

    private static RollbackRequest asked(DelegateExecution execution) {
        Map<String, String> fields = new HashMap<>();
        FIELDS.forEach((field, variable) -> {
            Object typed = execution.getVariable(variable.name());
            fields.put(field, typed == null ? null : typed.toString());
        });
        return RollbackRequest.of(fields);
    }

    private void keep(DelegateExecution execution, RollbackRequest asked, Requester who) {
        List<ManagedSystem> systems = start.systems(asked);
        start.requireFree(systems);
        String id = requests.keep(who.user(), Via.FORM, null, asked, execution.getProcessInstanceId())
                .orElseThrow();
        execution.setProcessBusinessKey(id);
        Variable.REQUEST_ID.set(execution, id);
        Variable.SYSTEM_ID.set(execution, String.join(",", asked.systems()));
        Variable.REQUESTED_BY.set(execution, who.user());
        Variable.REQUEST_REASON.set(execution, asked.reason());
        Variable.RESTORE_POINT_NEEDED.set(execution, asked.needsRestorePoint());
        if (asked.needsRestorePoint()) {
            List<RestorePoint> points = rollbacks.offered(asked, systems.get(0));
            if (points.isEmpty()) {
                throw new RestorePointMissing(systems.get(0).id(), points);
            }
            requests.offers(id, points);
            Variable.RESTORE_POINTS.set(execution, shown(points));
        }
    }

    /** A numbered list, as the form shows it. */
    private String shown(List<RestorePoint> points) {
        StringBuilder text = new StringBuilder();
        Instant now = Instant.now();
        for (int i = 0; i < points.size(); i++) {
            RestorePoint point = points.get(i);
            text.append(i + 1)
                    .append(". ")
                    .append(point.kind() == RestorePoint.Kind.RELEASE ? "release " : "backup  ")
                    .append(point.id())
                    .append(point.version() == null ? "" : ", version " + point.version())
                    .append(", ")
                    .append(words.duration(Duration.between(point.takenAt(), now)))
                    .append(" old (")
                    .append(point.takenAt())
                    .append("): ")
                    .append(point.state())
                    .append(point.usable() ? "" : " – would be refused")
                    .append('\n');
        }
        return text.toString();
    }
}
