package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.bpmn.instance.UserTask;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaInputOutput;
import org.camunda.bpm.model.bpmn.instance.camunda.CamundaTaskListener;
import org.camunda.bpm.model.xml.instance.ModelElementInstance;
import org.junit.jupiter.api.Test;

class VariableTest {

    @Test
    void isEitherSealedOrAskedForByAForm() throws IllegalAccessException {
        List<Variable<?>> all = new ArrayList<>();
        for (Field field : Variable.class.getDeclaredFields()) {
            if (field.getType() == Variable.class) {
                all.add((Variable<?>) field.get(null));
            }
        }

        assertThat(Variable.SEALED).doesNotContainAnyElementsOf(Variable.OPEN);
        List<Variable<?>> both = new ArrayList<>(Variable.SEALED);
        both.addAll(Variable.OPEN);
        assertThat(both).containsExactlyInAnyOrderElementsOf(all);
    }

    @Test
    void cutsATextThatTheEngineCannotHold() {
        assertThat(Variable.fitting("short")).isEqualTo("short");
        assertThat(Variable.fitting(null)).isNull();
        assertThat(Variable.fitting("x".repeat(10_000)))
                .hasSizeLessThanOrEqualTo(4_000)
                .endsWith("(cut; the incident's page has all of it)");
    }

    /** The copies are a task's own only where it has a scope, and only what announces it makes them. */
    @Test
    void isSealedByEveryTaskForPeople() throws IOException {
        List<UserTask> tasks = new ArrayList<>();
        try (DirectoryStream<Path> models = Files.newDirectoryStream(Path.of("processes"), "*.bpmn")) {
            models.forEach(model ->
                    tasks.addAll(Bpmn.readModelFromFile(model.toFile()).getModelElementsByType(UserTask.class)));
        }

        assertThat(tasks).isNotEmpty().allSatisfy(task -> {
            Collection<ModelElementInstance> extensions =
                    task.getExtensionElements().getElements();
            assertThat(extensions).hasAtLeastOneElementOfType(CamundaInputOutput.class);
            assertThat(extensions)
                    .filteredOn(CamundaTaskListener.class::isInstance)
                    .map(CamundaTaskListener.class::cast)
                    .extracting(CamundaTaskListener::getCamundaEvent)
                    .startsWith("create", "complete");
            assertThat(extensions)
                    .filteredOn(CamundaTaskListener.class::isInstance)
                    .map(CamundaTaskListener.class::cast)
                    .first()
                    .extracting(CamundaTaskListener::getCamundaDelegateExpression)
                    .isIn("#{announceTaskListener}", "#{sealTaskListener}");
        });
    }
}
