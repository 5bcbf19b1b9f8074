package dev.sternway.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.TimerEventDefinition;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Every task that an incident waits for is passed on when nobody takes it, and is due when the settings say. */
class EscalationTest {
    /**
     * A review has a day, and so has what follows a restore; whoever asks for a rollback chooses its restore point himself.
     */
    private static final Set<String> WAITS_FOR_NO_INCIDENT = Set.of(
            "userTask_reviewBreakGlass",
            "userTask_chooseRestorePoint",
            "userTask_chooseSalvage",
            "userTask_approveSalvage",
            "userTask_notifyUsers",
            "userTask_reviewLostTransactions",
            "userTask_judgeManualRecovery");

    private static List<UserTask> tasks() throws IOException {
        List<UserTask> tasks = new ArrayList<>();
        try (DirectoryStream<Path> models = Files.newDirectoryStream(Path.of("processes"), "*.bpmn")) {
            models.forEach(model ->
                    tasks.addAll(Bpmn.readModelFromFile(model.toFile()).getModelElementsByType(UserTask.class)));
        }
        assertThat(tasks).hasSizeGreaterThan(5);
        return tasks;
    }

    @Test
    @Tag("S4-35")
    void everyTaskOfAnIncidentHasThreeStages() throws IOException {
        for (UserTask task : tasks()) {
            List<String> stages =
                    task
                            .getExtensionElements()
                            .getElementsQuery()
                            .filterByType(CamundaTaskListener.class)
                            .list()
                            .stream()
                            .filter(listener -> "timeout".equals(listener.getCamundaEvent()))
                            .filter(listener ->
                                    "#{escalateTaskListener}".equals(listener.getCamundaDelegateExpression()))
                            .map(listener -> listener.getTimeouts().iterator().next())
                            .map(TimerEventDefinition::getTimeDuration)
                            .map(duration -> duration.getTextContent())
                            .toList();
            if (WAITS_FOR_NO_INCIDENT.contains(task.getId())) {
                assertThat(stages).as(task.getId()).isEmpty();
            } else {
                assertThat(stages)
                        .as(task.getId())
                        .containsExactly(
                                "${deadlines.escalation(execution, 1)}",
                                "${deadlines.escalation(execution, 2)}",
                                "${deadlines.escalation(execution, 3)}");
            }
        }
    }

    @Test
    void noTimeIsWrittenIntoATask() throws IOException {
        assertThat(tasks()).allSatisfy(task -> {
            assertThat(task.getCamundaDueDate()).as(task.getId()).matches("[$#]\\{\\w+\\.\\w+\\((execution)?\\)}");
            assertThat(task.getCamundaPriority()).as(task.getId()).matches("\\d+");
            assertThat(task.getCamundaCandidateGroups()).as(task.getId()).isNotBlank();
        });
    }
}
