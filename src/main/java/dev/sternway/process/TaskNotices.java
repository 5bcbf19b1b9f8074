package dev.sternway.process;

import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.task.IdentityLink;
import org.springframework.context.event.EventListener;
import org.springframework.core.annotation.Order;
import org.springframework.stereotype.Component;

/**
 * Tells people of every task of an incident that is asked of them, and that it is done or withdrawn; in the transaction
 * that creates or ends the task, whatever process it is in.
 */
@Component
class TaskNotices {
    private static final List<String> DATA_LOSS = List.of("userTask_confirmDataLoss", "userTask_approveDataLoss");

    private final Notices notices;

    TaskNotices(Notices notices) {
        this.notices = notices;
    }

    @EventListener
    @Order(100)
    public void on(DelegateTask task) {
        String incidentId =
                task.getExecution() == null ? null : task.getExecution().getProcessBusinessKey();
        if (incidentId == null) {
            return;
        }
        switch (task.getEventName()) {
            case TaskListener.EVENTNAME_CREATE -> asked(incidentId, task);
            case TaskListener.EVENTNAME_COMPLETE -> over(incidentId, task, answer(task), signedIn(task));
            case TaskListener.EVENTNAME_DELETE -> over(incidentId, task, "withdrawn", null);
            default -> {
                // claimed, changed or timed out: nobody need know
            }
        }
    }

    /** Who completes it, whoever is its assignee; null where the product does. */
    private static String signedIn(DelegateTask task) {
        Authentication person =
                task.getProcessEngineServices().getIdentityService().getCurrentAuthentication();
        return person == null ? null : person.getUserId();
    }

    private void asked(String incidentId, DelegateTask task) {
        Map<String, String> facts = new HashMap<>();
        facts.put("task", task.getName());
        facts.put(
                "groups",
                task.getCandidates().stream()
                        .map(IdentityLink::getGroupId)
                        .filter(Objects::nonNull)
                        .distinct()
                        .sorted()
                        .collect(Collectors.joining(",")));
        if (task.getDueDate() != null) {
            facts.put("dueAt", task.getDueDate().toInstant().toString());
        }
        facts.put("situation", Variable.SITUATION.find(task));
        // What is due in hours calls nobody at night.
        facts.put("calm", BreakGlass.isBeside(task.getTaskDefinitionKey()) ? "true" : null);
        boolean dataLoss = DATA_LOSS.contains(task.getTaskDefinitionKey());
        if (dataLoss) {
            facts.put("loss", Variable.LOSS_SUMMARY.find(task));
        }
        notices.tell(
                incidentId, dataLoss ? Occasion.DATA_LOSS_TO_CONFIRM : Occasion.PERSON_NEEDED, task.getId(), facts);
    }

    private void over(String incidentId, DelegateTask task, String how, String by) {
        Map<String, String> facts = new HashMap<>();
        facts.put("task", task.getName());
        facts.put("how", how);
        facts.put("by", by);
        notices.tell(incidentId, Occasion.PERSON_DONE, task.getId(), facts);
    }

    private static String answer(DelegateTask task) {
        return Stream.of(Variable.DECISION, Variable.CHOSEN_ACTION, Variable.NEXT_STEP)
                .map(variable -> variable.find(task))
                .filter(Objects::nonNull)
                .findFirst()
                .map(answer -> answer.toLowerCase(Locale.ROOT).replace('_', ' '))
                .orElse("done");
    }
}
