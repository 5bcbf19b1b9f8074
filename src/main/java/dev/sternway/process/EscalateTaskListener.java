package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.task.IdentityLink;
import org.springframework.stereotype.Component;

/**
 * Passes a task on that nobody has taken: after 5 minutes on-call may decide it too, after 15 the tech leads, after 30 the
 * CTO (S4-35); nobody is taken away. Whoever stands beside them in the contact tree is told (S2-30).
 *
 * <p>A stage whose timer fires late is made up for by the next, and one that passed while somebody held the task when it
 * is given back; each happens once.
 */
@Component
class EscalateTaskListener implements TaskListener {

    /** Who comes with a stage. */
    private enum Stage {
        ON_CALL("on-call", List.of("on-call")),
        TECH_LEAD("tech-lead", List.of("tech-lead", "deployment-lead")),
        CTO("cto", List.of("cto", "engineering", "operations-manager"));

        private final String added;
        private final List<String> told;

        Stage(String added, List<String> told) {
            this.added = added;
            this.told = told;
        }

        int number() {
            return ordinal() + 1;
        }
    }

    private final Deadlines deadlines;
    private final Escalations escalations;
    private final ApprovedLevel incidents;
    private final Notices notices;
    private final LedgerOutbox outbox;

    EscalateTaskListener(
            Deadlines deadlines,
            Escalations escalations,
            ApprovedLevel incidents,
            Notices notices,
            LedgerOutbox outbox) {
        this.deadlines = deadlines;
        this.escalations = escalations;
        this.incidents = incidents;
        this.notices = notices;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        if (task.getAssignee() != null) {
            return;
        }
        Duration waited = Duration.between(task.getCreateTime().toInstant(), Variable.now());
        String systemId = Variable.SYSTEM_ID.find(task);
        for (Stage stage : Stage.values()) {
            Duration after = deadlines.escalateAfter(systemId, stage.number());
            if (waited.compareTo(after) >= 0) {
                escalate(task, stage, after, systemId);
            }
        }
    }

    private void escalate(DelegateTask task, Stage stage, Duration after, String systemId) {
        String incidentId = task.getExecution().getProcessBusinessKey();
        boolean maySign = Signers.bound(task.getTaskDefinitionKey())
                .map(all -> all.contains(stage.added))
                .orElse(true);
        List<String> told = told(incidentId, stage);
        if (!escalations.keep(task, incidentId, stage.number(), maySign ? stage.added : null, told, Variable.now())) {
            return;
        }
        if (maySign) {
            task.addCandidateGroup(stage.added);
        }
        List<String> groups = candidates(task);
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("taskId", task.getId())
                .put("stage", stage.number())
                .put("added", maySign ? stage.added : null)
                .put("groups", String.join(",", groups))
                .put("told", String.join(",", told));
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "escalateTask",
                        "somebody takes '" + task.getName() + "' within " + after.toSeconds() + " s",
                        "nobody has; "
                                + (maySign
                                        ? "'" + stage.added + "' may decide it too"
                                        : "'" + stage.added + "' may not decide it and is told")
                                + ", told: " + String.join(", ", told),
                        Evidence.Outcome.NOT_MET)
                .of(systemId, null, null)
                .with(details));
        notices.tell(
                incidentId,
                Occasion.TASK_ESCALATED,
                task.getId() + "/" + stage.number(),
                Map.of(
                        "task",
                        task.getName(),
                        "groups",
                        String.join(",", told),
                        "dueAt",
                        task.getDueDate() == null
                                ? ""
                                : task.getDueDate().toInstant().toString()));
    }

    /** Executives hear of it only when it is critical. */
    private List<String> told(String incidentId, Stage stage) {
        List<String> told = new ArrayList<>(stage.told);
        if (stage == Stage.CTO && incidents.isCritical(incidentId)) {
            told.add("executive");
        }
        return told;
    }

    private static List<String> candidates(DelegateTask task) {
        Set<String> groups = new LinkedHashSet<>();
        for (IdentityLink link : task.getCandidates()) {
            if (link.getGroupId() != null) {
                groups.add(link.getGroupId());
            }
        }
        return groups.stream().sorted().toList();
    }
}
