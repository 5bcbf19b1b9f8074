package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.history.HistoricTaskInstance;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.stereotype.Component;

/** Says of a task that is not there any more who decided it, or that it was withdrawn. */
@Component
class GoneTasks {
    private final TaskAnswers answers;
    private final ObjectProvider<HistoryService> history;

    /** The engine is made with the interceptor that asks here: its services come later. */
    GoneTasks(TaskAnswers answers, ObjectProvider<HistoryService> history) {
        this.answers = answers;
        this.history = history;
    }

    /** Empty when there never was such a task, or the asker may not know of it. */
    Optional<RuntimeException> explain(String taskId) {
        Optional<RuntimeException> decided = decided(taskId);
        return decided.isPresent() ? decided : ended(taskId).map(GoneTasks::withdrawn);
    }

    /** Empty while nobody has decided it. */
    Optional<RuntimeException> decided(String taskId) {
        return answers.find(taskId).map(Refusals::decided);
    }

    private Optional<HistoricTaskInstance> ended(String taskId) {
        return Optional.ofNullable(history.getObject()
                        .createHistoricTaskInstanceQuery()
                        .taskId(taskId)
                        .singleResult())
                .filter(task -> task.getEndTime() != null);
    }

    private static RuntimeException withdrawn(HistoricTaskInstance task) {
        return Refusals.rejection(
                ErrorCode.TASK_WITHDRAWN,
                "'" + task.getName() + "' was withdrawn at "
                        + task.getEndTime().toInstant().truncatedTo(ChronoUnit.SECONDS)
                        + ": nobody needs to decide it any more",
                "nothing is left to do here; the incident's page says why.");
    }
}
