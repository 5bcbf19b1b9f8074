package dev.sternway.process;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;

/** What an incident waits for people to do. */
@Component
public class OpenTasks {

    /**
     * A task for people.
     *
     * @param groups the groups whose members may do it
     * @param dueAt null when it has no due date
     */
    public record OpenTask(
            String id,
            String key,
            String name,
            String assignee,
            List<String> groups,
            Instant since,
            Instant dueAt,
            boolean glassOpens) {}

    private final TaskService tasks;
    private final IdentityService identities;

    OpenTasks(TaskService tasks, IdentityService identities) {
        this.tasks = tasks;
        this.identities = identities;
    }

    /** Open tasks of an incident, oldest first; whoever may read the incident may know that it waits. */
    public List<OpenTask> of(String incidentId) {
        Authentication reader = identities.getCurrentAuthentication();
        identities.clearAuthentication();
        try {
            List<OpenTask> open = new ArrayList<>();
            for (Task task : tasks.createTaskQuery()
                    .processInstanceBusinessKey(incidentId)
                    .active()
                    .orderByTaskCreateTime()
                    .asc()
                    .list()) {
                List<String> groups = tasks.getIdentityLinksForTask(task.getId()).stream()
                        .map(IdentityLink::getGroupId)
                        .filter(each -> each != null)
                        .toList();
                open.add(new OpenTask(
                        task.getId(),
                        task.getTaskDefinitionKey(),
                        task.getName(),
                        task.getAssignee(),
                        groups,
                        task.getCreateTime().toInstant(),
                        task.getDueDate() == null ? null : task.getDueDate().toInstant(),
                        BreakGlass.opens(task)));
            }
            return open;
        } finally {
            if (reader != null) {
                identities.setAuthentication(reader);
            }
        }
    }
}
