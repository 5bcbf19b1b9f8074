package dev.sternway.process;

import java.io.ByteArrayInputStream;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.dmn.engine.DmnDecision;
import org.camunda.bpm.dmn.engine.DmnEngine;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.DmnElement;
import org.camunda.bpm.model.dmn.instance.InputEntry;
import org.camunda.bpm.model.dmn.instance.Output;
import org.camunda.bpm.model.dmn.instance.OutputEntry;
import org.camunda.bpm.model.dmn.instance.Rule;

/**
 * One decision table, read and ready to be asked outside of the process engine: nothing of it is kept anywhere.
 *
 * @param version the deployed version, or 0 for a file
 * @param inputs what each column asks for, as written
 * @param outputs names of what each row gives
 * @param rows its rows, from the top
 */
record DecisionTable(
        String id,
        String name,
        int version,
        String hitPolicy,
        List<String> inputs,
        List<String> outputs,
        List<Row> rows,
        DmnDecision decision) {

    /** The engine of the tables alone; the process engine has the same one inside. */
    static final DmnEngine ENGINE = DecisionEngine.configuration().buildEngine();

    /**
     * One row as it is written.
     *
     * @param rule what its output {@code rule} says, without quotes
     * @param description the row in words
     * @param conditions input to what the row demands of it, only where it demands something
     * @param outputs output to what the row gives, as written
     */
    record Row(
            String id, String rule, String description, Map<String, String> conditions, Map<String, String> outputs) {}

    static DecisionTable read(String id, int version, byte[] xml) {
        return read(id, version, org.camunda.bpm.model.dmn.Dmn.readModelFromStream(new ByteArrayInputStream(xml)));
    }

    static DecisionTable read(String id, int version, DmnModelInstance model) {
        Decision decision = model.getModelElementsByType(Decision.class).stream()
                .filter(each -> id.equals(each.getId()))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("there is no decision '" + id + "' in it"));
        if (!(decision.getExpression() instanceof org.camunda.bpm.model.dmn.instance.DecisionTable table)) {
            throw new IllegalArgumentException("decision '" + id + "' is no table");
        }
        List<String> inputs = table.getInputs().stream()
                .map(input -> text(input.getInputExpression()))
                .toList();
        List<String> outputs = table.getOutputs().stream().map(Output::getName).toList();
        List<Row> rows = table.getRules().stream()
                .map(rule -> row(rule, inputs, outputs))
                .toList();
        return new DecisionTable(
                id,
                decision.getName(),
                version,
                table.getHitPolicy() + (table.getAggregation() == null ? "" : " " + table.getAggregation()),
                inputs,
                outputs,
                rows,
                ENGINE.parseDecision(id, model));
    }

    /** One map for each row that fits, output name to value. */
    List<Map<String, Object>> ask(Map<String, Object> variables) {
        return ENGINE.evaluateDecision(decision, variables).getResultList();
    }

    /** The one row that fits. */
    Map<String, Object> askOne(Map<String, Object> variables) {
        List<Map<String, Object>> fitting = ask(variables);
        if (fitting.size() != 1) {
            throw new IllegalStateException(
                    "decision table '" + id + "' must have one row that fits, got " + fitting.size());
        }
        return fitting.get(0);
    }

    private static Row row(Rule rule, List<String> inputs, List<String> outputs) {
        Map<String, String> conditions = new LinkedHashMap<>();
        List<InputEntry> tests = new ArrayList<>(rule.getInputEntries());
        for (int i = 0; i < tests.size(); i++) {
            String test = text(tests.get(i));
            if (!test.isEmpty() && !test.equals("-")) {
                conditions.put(inputs.get(i), test);
            }
        }
        Map<String, String> given = new LinkedHashMap<>();
        List<OutputEntry> entries = new ArrayList<>(rule.getOutputEntries());
        for (int i = 0; i < entries.size(); i++) {
            given.put(outputs.get(i), text(entries.get(i)));
        }
        String description =
                rule.getDescription() == null ? "" : rule.getDescription().getTextContent();
        return new Row(rule.getId(), unquoted(given.getOrDefault("rule", "")), description.strip(), conditions, given);
    }

    static String unquoted(String literal) {
        return literal.length() > 1 && literal.startsWith("\"") && literal.endsWith("\"")
                ? literal.substring(1, literal.length() - 1)
                : literal;
    }

    private static String text(DmnElement element) {
        return element == null
                ? ""
                : element.getDomElement().getChildElements().stream()
                        .filter(child -> child.getLocalName().equals("text"))
                        .map(child -> child.getTextContent().strip())
                        .findFirst()
                        .orElse("");
    }
}
