package dev.sternway.decision;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What could happen, written down to see what would be decided.
 *
 * @param name how people call it
 * @param expected what must be decided, by field; empty: what the deployed tables decide
 */
public record Case(String name, List<AlertFacts> alerts, Map<String, String> expected) {
    private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
    private static final Set<String> KEYS = Set.of("name", "alerts", "expect");

    /**
     * Cases of a file in YAML or JSON: a list of {@code name}, {@code alerts} (a list of facts) and, if wanted,
     * {@code expect} (fields of the decision).
     *
     * @throws Refusal naming the place of what cannot be understood
     */
    public static List<Case> read(String text) {
        JsonNode list;
        try {
            list = YAML.readTree(text);
        } catch (IOException e) {
            throw unreadable(
                    "",
                    "is neither YAML nor JSON: "
                            + String.valueOf(e.getMessage()).lines().findFirst().orElse(""));
        }
        if (list == null || !list.isArray()) {
            throw unreadable("", "must be a list of cases");
        }
        List<Case> cases = new ArrayList<>();
        for (int i = 0; i < list.size(); i++) {
            cases.add(one("/" + i, list.get(i)));
        }
        return cases;
    }

    private static Case one(String at, JsonNode node) {
        if (!node.isObject()) {
            throw unreadable(at, "must be a case with " + KEYS.stream().sorted().toList());
        }
        node.fieldNames().forEachRemaining(key -> {
            if (!KEYS.contains(key)) {
                throw unreadable(
                        at + "/" + key,
                        "is unknown; a case has " + KEYS.stream().sorted().toList());
            }
        });
        if (!node.path("name").isTextual()) {
            throw unreadable(at + "/name", "must be a text");
        }
        if (!node.path("alerts").isArray()) {
            throw unreadable(at + "/alerts", "must be a list of facts");
        }
        List<AlertFacts> alerts = new ArrayList<>();
        for (int i = 0; i < node.path("alerts").size(); i++) {
            alerts.add(new AlertFacts(
                    Integer.toString(i + 1),
                    facts(at + "/alerts/" + i, node.path("alerts").get(i))));
        }
        return new Case(node.path("name").asText(), alerts, expected(at + "/expect", node.path("expect")));
    }

    private static Facts facts(String at, JsonNode node) {
        if (!node.isObject()) {
            throw unreadable(at, "must be facts, such as symptom: CRASH");
        }
        Map<String, Object> values = new LinkedHashMap<>();
        node.properties()
                .forEach(field -> values.put(
                        field.getKey(),
                        field.getValue().isNumber()
                                ? (Object) field.getValue().doubleValue()
                                : field.getValue().isBoolean()
                                        ? (Object) field.getValue().booleanValue()
                                        : field.getValue().isNull()
                                                ? null
                                                : field.getValue().asText()));
        try {
            return Facts.of(values);
        } catch (IllegalArgumentException e) {
            throw unreadable(at, e.getMessage());
        }
    }

    private static Map<String, String> expected(String at, JsonNode node) {
        Map<String, String> expected = new LinkedHashMap<>();
        if (node.isMissingNode() || node.isNull()) {
            return expected;
        }
        Set<String> fields = Outcome.FIELDS;
        node.properties().forEach(field -> {
            if (!fields.contains(field.getKey())) {
                throw unreadable(
                        at + "/" + field.getKey(),
                        "is no field of a decision; these are "
                                + fields.stream().toList());
            }
            expected.put(
                    field.getKey(),
                    field.getValue().isNull() ? null : field.getValue().asText());
        });
        return expected;
    }

    private static Refusal unreadable(String at, String what) {
        return new Refusal(
                ErrorCode.CASES_UNREADABLE,
                "cases" + at + ": " + what,
                "correct it; docs/decisions.md shows a file of cases.");
    }
}
