package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.Facts;
import dev.sternway.decision.Response;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.decision.Tally;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.camunda.bpm.dmn.feel.impl.FeelEngine;
import org.camunda.bpm.engine.variable.VariableMap;
import org.camunda.bpm.engine.variable.Variables;
import org.camunda.bpm.model.dmn.Dmn;
import org.camunda.bpm.model.dmn.DmnModelInstance;
import org.camunda.bpm.model.dmn.instance.Decision;
import org.camunda.bpm.model.dmn.instance.Text;

/**
 * What a table must keep so that decisions can be made with it, whoever edited it and however it is deployed: its id, its
 * hit policy and outputs, rules with ids and reasons, outputs spelled as the product spells them, and cells that are FEEL.
 */
public final class TableRules {
    private static final Map<String, List<String>> CONSTANTS = Map.of(
            "severity", names(Severity.values()),
            "action", names(Action.values()),
            "scenario", names(Scenario.values()),
            "scope", names(Scope.values()),
            "restoreReason", names(RestoreReason.values()),
            "response", names(Response.values()));
    private static final Set<String> NEVER_NULL = Set.of("action", "scope", "response");
    private static final Pattern LOOP = Pattern.compile("\\b(for|some|every|function)\\b");
    private static final Pattern LITERAL = Pattern.compile("\"[^\"]*\"");
    private static final FeelEngine FEEL = new RememberedFeel().createInstance();

    private TableRules() {}

    /**
     * What is wrong with a table that somebody wants to deploy; empty when it is fit.
     *
     * @param file its name, for the messages
     */
    public static List<String> broken(String file, byte[] xml) {
        List<String> broken = new ArrayList<>();
        TableXml.unfit(xml).ifPresent(what -> broken.add(file + ": " + what));
        if (!broken.isEmpty()) {
            return broken;
        }
        try {
            DmnModelInstance model = Dmn.readModelFromStream(new ByteArrayInputStream(xml));
            loops(file, model, broken);
            if (!broken.isEmpty()) {
                return broken;
            }
            List<String> ids = model.getModelElementsByType(Decision.class).stream()
                    .map(Decision::getId)
                    .toList();
            if (ids.size() != 1) {
                broken.add(file + ": must hold one decision, got " + ids.size());
            } else if (DecisionTables.ALL.contains(ids.get(0))) {
                check(file, DecisionTable.read(ids.get(0), 0, model), broken);
            } else {
                broken.add(file + ": its decision must have one of the ids " + DecisionTables.ALL + ", got '"
                        + ids.get(0) + "'");
            }
        } catch (RuntimeException e) {
            broken.add(file + ": is no decision table: " + firstLine(e));
        }
        return broken;
    }

    /** Whether the file holds a decision of Sternway; others may be deployed for other purposes. */
    public static boolean concerns(byte[] xml) {
        if (TableXml.unfit(xml).isPresent()) {
            return true;
        }
        try {
            return Dmn.readModelFromStream(new ByteArrayInputStream(xml))
                    .getModelElementsByType(Decision.class)
                    .stream()
                    .anyMatch(decision -> DecisionTables.ALL.contains(decision.getId()));
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** The id of the one decision in a file that is fit. */
    static String idOf(byte[] xml) {
        return Dmn.readModelFromStream(new ByteArrayInputStream(xml)).getModelElementsByType(Decision.class).stream()
                .findFirst()
                .orElseThrow()
                .getId();
    }

    /** What keeps any file from being deployed by a person: its language, or that it is no XML. */
    public static List<String> unfit(String file, byte[] xml) {
        return TableXml.unfit(xml).map(what -> file + ": " + what).stream().toList();
    }

    /** A cell must be answered at once: before any is tried, none may go through a list or call itself. */
    private static void loops(String file, DmnModelInstance model, List<String> broken) {
        for (Text text : model.getModelElementsByType(Text.class)) {
            String feel = text.getTextContent();
            // With a backslash in it a text's end is the engine's to tell.
            Matcher loop = LOOP.matcher(
                    feel.contains("\\") ? feel : LITERAL.matcher(feel).replaceAll(""));
            if (loop.find()) {
                broken.add(file + ": " + text.getParentElement().getAttributeValue("id") + ": '" + loop.group()
                        + "' may take for ever, write the cell without");
            }
        }
    }

    private static void check(String file, DecisionTable table, List<String> broken) {
        DecisionTable shipped = shipped(table.id());
        if (!table.hitPolicy().equals(shipped.hitPolicy())) {
            broken.add(file + ": hit policy must be " + shipped.hitPolicy() + ", got " + table.hitPolicy());
        }
        Set<String> wanted = new HashSet<>(shipped.outputs());
        wanted.removeAll(table.outputs());
        if (!wanted.isEmpty()) {
            broken.add(file + ": must have the outputs " + shipped.outputs() + ", " + wanted + " is missing");
            return;
        }
        Set<String> known = new HashSet<>(Facts.NAMES);
        if (!DecisionTables.COLLECTING.contains(table.id())) {
            known = new HashSet<>(Tally.of(List.of(), List.of()).variables().keySet());
            known.addAll(List.of("scenario", "scope", "level", "restoreReason", "severity", "action"));
        }
        for (String input : table.inputs()) {
            if (input.matches("[a-zA-Z]\\w*") && !known.contains(input)) {
                broken.add(file + ": input '" + input + "' is never known; known are "
                        + known.stream().sorted().toList());
            }
        }
        if (table.rows().isEmpty()) {
            broken.add(file + ": must have a row");
        } else if (table.hitPolicy().equals("FIRST")
                && !table.rows().get(table.rows().size() - 1).conditions().isEmpty()) {
            broken.add(file + ": the last row must fit whatever comes, so that there is always an answer");
        }
        Set<String> seen = new HashSet<>();
        int number = 0;
        for (DecisionTable.Row row : table.rows()) {
            number++;
            String where = file + ", row " + number + (row.rule().isEmpty() ? "" : " (" + row.rule() + ")");
            if (!row.rule().matches("[A-Za-z0-9]+([.-][A-Za-z0-9]+)*")
                    || !isText(row.outputs().get("rule"))) {
                broken.add(where + ": output 'rule' must be a text in quotes of letters, digits, '.' and '-'");
            } else if (!seen.add(row.rule())) {
                broken.add(where + ": another row has this rule id");
            }
            if (!isText(row.outputs().get("reason"))
                    || DecisionTable.unquoted(row.outputs().get("reason")).isBlank()) {
                broken.add(where + ": output 'reason' must say in words what the row means");
            }
            row.outputs().forEach((output, text) -> output(where, output, text, broken));
            row.conditions().forEach((input, text) -> test(where, input, text, broken));
        }
    }

    private static void output(String where, String output, String text, List<String> broken) {
        List<String> constants = CONSTANTS.get(output);
        if (constants != null) {
            boolean isNull = text.equals("null") || text.isEmpty();
            if (isNull
                    ? NEVER_NULL.contains(output)
                    : !isText(text) || !constants.contains(DecisionTable.unquoted(text))) {
                broken.add(where + ": " + output + " must be one of " + constants + " in quotes"
                        + (NEVER_NULL.contains(output) ? "" : " or null") + ", got " + text);
            }
            return;
        }
        if (output.equals("level") && !text.matches("[123]")) {
            broken.add(where + ": level must be 1, 2 or 3, got '" + text + "'");
        } else if (Set.of("preAuthorised", "permitted").contains(output) && !text.matches("true|false")) {
            broken.add(where + ": " + output + " must be true or false, got '" + text + "'");
        } else if (output.equals("approverGroups") && !text.matches("\"[a-z-]+(,[a-z-]+)*\"")) {
            broken.add(where + ": approverGroups must be groups separated by commas, in quotes, got " + text);
        } else if (Set.of("decideWithin", "downtimeBudget").contains(output)) {
            minutes(where, output, text, broken);
        }
    }

    private static void minutes(String where, String output, String text, List<String> broken) {
        try {
            Object value = text.isEmpty()
                    ? null
                    : FEEL.evaluateSimpleExpression(text, nothing().asVariableContext());
            if (value != null && !(value instanceof Number number && number.doubleValue() >= 0)) {
                broken.add(where + ": " + output + " must be minutes or null, got " + text);
            }
        } catch (RuntimeException e) {
            broken.add(where + ": " + output + " is no FEEL: " + text);
        }
    }

    private static void test(String where, String input, String text, List<String> broken) {
        try {
            FEEL.evaluateSimpleUnaryTests(
                    text, "cellInput", nothing().putValue("cellInput", null).asVariableContext());
        } catch (RuntimeException e) {
            broken.add(where + ": the test of " + input + " is no FEEL: " + text);
        }
    }

    private static VariableMap nothing() {
        VariableMap variables = Variables.createVariables();
        Facts.UNKNOWN.variables().forEach(variables::putValue);
        Tally.of(List.of(), List.of()).variables().forEach(variables::putValue);
        return variables;
    }

    private static boolean isText(String text) {
        return text != null && text.matches("\"[^\"]*\"");
    }

    /** The table as the product brings it. */
    static DecisionTable shipped(String id) {
        try (InputStream xml = TableRules.class.getResourceAsStream("/processes/" + id + ".dmn")) {
            return DecisionTable.read(id, 0, xml.readAllBytes());
        } catch (IOException e) {
            throw new IllegalStateException("decision table '" + id + "' cannot be read from the class path", e);
        }
    }

    private static List<String> names(Enum<?>[] constants) {
        return Arrays.stream(constants).map(Enum::name).toList();
    }

    private static String firstLine(RuntimeException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }
}
