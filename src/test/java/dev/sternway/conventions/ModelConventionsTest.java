package dev.sternway.conventions;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.process.TableRules;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.model.bpmn.Bpmn;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.instance.Rule;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** Every process, decision and form keeps the rules; each rule is shown to bite in {@link ModelRulesTest}. */
class ModelConventionsTest {
    private final House house = House.asItStands();

    @TestFactory
    Stream<DynamicTest> processesKeepTheRules() {
        return House.bpmn().stream()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    assertThat(BpmnRules.broken(Bpmn.readModelFromFile(file.toFile()), House.idOf(file), house))
                            .isEmpty();
                }));
    }

    @TestFactory
    Stream<DynamicTest> decisionsKeepTheRules() {
        return House.dmn().stream()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    assertThat(DmnRules.broken(Dmn.readModelFromFile(file.toFile()), House.idOf(file)))
                            .isEmpty();
                }));
    }

    /** What is refused of a person is not delivered either. */
    @TestFactory
    Stream<DynamicTest> decisionsAreFitToDecideWith() {
        return House.dmn().stream()
                .map(file -> DynamicTest.dynamicTest(
                        file.toString(),
                        () -> assertThat(TableRules.broken(file.toString(), Files.readAllBytes(file)))
                                .isEmpty()));
    }

    @Test
    void everyRuleIdIsOneRowsOnly() {
        List<String> ids = House.dmn().stream()
                .map(file -> Dmn.readModelFromFile(file.toFile()))
                .flatMap(model -> model.getModelElementsByType(Rule.class).stream())
                .map(Rule::getId)
                .toList();

        assertThat(ids).isNotEmpty().doesNotHaveDuplicates();
    }

    @TestFactory
    Stream<DynamicTest> formsKeepTheRules() {
        return House.formFiles().stream()
                .map(file -> DynamicTest.dynamicTest(file.toString(), () -> {
                    assertThat(FormRules.broken(
                                    new ObjectMapper().readTree(Files.readString(Path.of(file.toString()))),
                                    House.idOf(file)))
                            .isEmpty();
                }));
    }
}
