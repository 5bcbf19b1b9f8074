package dev.sternway.web.security;

import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.EntityTypes;
import org.camunda.bpm.engine.FilterService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.filter.Filter;
import org.camunda.bpm.engine.impl.persistence.entity.FilterEntity;
import org.camunda.bpm.engine.task.TaskQuery;
import org.springframework.stereotype.Component;

/**
 * The lists that Tasklist opens with: it shows nothing without a filter. They are made at the first start and, by their
 * names, kept as they are written here at every later one.
 */
@Component
class TaskFilters {
    private static final String[] APPROVALS = {
        "userTask_approveRollback", "userTask_confirmDataLoss", "userTask_approveDataLoss"
    };

    private final FilterService filters;
    private final TaskService tasks;

    TaskFilters(FilterService filters, TaskService tasks) {
        this.filters = filters;
        this.tasks = tasks;
    }

    /** One list, in which people see what their groups may do, the most urgent first. */
    private record Listed(String name, String description, TaskQuery query) {}

    private List<Listed> listed() {
        return List.of(
                new Listed("Waiting for you", "Tasks of your groups", ours()),
                new Listed("Mine", "Tasks that you have taken", ours().taskAssigneeExpression("${currentUser()}")),
                new Listed(
                        "Waiting for approval",
                        "Rollbacks and losses of data that somebody must approve",
                        ours().taskDefinitionKeyIn(APPROVALS)),
                new Listed("Overdue", "Tasks whose time is up", ours().dueBeforeExpression("${now()}")));
    }

    private TaskQuery ours() {
        return tasks.createTaskQuery()
                .active()
                .orderByTaskPriority()
                .desc()
                .orderByDueDate()
                .asc();
    }

    /** Makes and mends them; gives back their ids. */
    List<String> establish() {
        List<Listed> all = listed();
        return java.util.stream.IntStream.range(0, all.size())
                .mapToObj(place -> establish(all.get(place), place))
                .toList();
    }

    private String establish(Listed wanted, int place) {
        Filter filter = filters.createTaskFilterQuery().filterName(wanted.name()).list().stream()
                .findFirst()
                .orElseGet(() -> filters.newTaskFilter(wanted.name()));
        Map<String, Object> properties = Map.of(
                "refresh",
                true,
                "showUndefinedVariable",
                false,
                "priority",
                place,
                "description",
                wanted.description(),
                "color",
                "#555555");
        if (filter.getId() == null || differs(filter, wanted, properties)) {
            filter.setQuery(wanted.query());
            filter.setProperties(properties);
            filters.saveFilter(filter);
        }
        return filter.getId();
    }

    private static boolean differs(Filter filter, Listed wanted, Map<String, Object> properties) {
        FilterEntity other = new FilterEntity(EntityTypes.TASK);
        other.setName(wanted.name());
        other.setQuery(wanted.query());
        other.setProperties(properties);
        FilterEntity stored = (FilterEntity) filter;
        return !stored.getQueryInternal().equals(other.getQueryInternal())
                || !stored.getProperties().equals(properties);
    }
}
