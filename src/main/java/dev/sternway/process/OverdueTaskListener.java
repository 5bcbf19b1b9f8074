package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/**
 * The time that the strictest rule gives for a decision (S2-02 to S2-04, S4-01 to S4-03) is over, whether somebody has taken
 * the task or not: the tech leads may decide too from now on, and everybody who may is told.
 */
@Component
class OverdueTaskListener implements TaskListener {
    private static final String ADDED = "tech-lead";
    private static final String TOLD = "incident-commander,on-call,tech-lead";

    private final Notices notices;
    private final LedgerOutbox outbox;

    OverdueTaskListener(Notices notices, LedgerOutbox outbox) {
        this.notices = notices;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        String incidentId = task.getExecution().getProcessBusinessKey();
        task.addCandidateGroup(ADDED);
        String by = task.getAssignee();
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "decisionOverdue",
                        "'" + task.getName() + "' is decided by "
                                + task.getDueDate().toInstant(),
                        (by == null ? "nobody has taken it" : "'" + by + "' has taken it and has not decided") + "; '"
                                + ADDED + "' may decide it too, told: " + TOLD,
                        Evidence.Outcome.NOT_MET)
                .of(Variable.SYSTEM_ID.find(task), null, null));
        Map<String, String> facts = new HashMap<>(Map.of(
                "task",
                task.getName(),
                "groups",
                TOLD,
                "dueAt",
                task.getDueDate().toInstant().toString()));
        if (by != null) {
            facts.put("by", by);
        }
        notices.tell(incidentId, Occasion.TASK_OVERDUE, task.getId() + "/overdue", facts);
    }
}
