package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.stream.Collectors;

/** Prints an explanation for people: what was understood, what would be decided, and by which rules. */
final class ExplanationText {
    private final Output output;

    ExplanationText(Output output) {
        this.output = output;
    }

    void print(JsonNode explanation) {
        output.line("format           " + explanation.path("format").asText());
        explanation.path("notes").forEach(note -> output.line("note             " + note.asText()));
        for (JsonNode each : explanation.path("alerts")) {
            JsonNode alert = each.path("alert");
            output.line("");
            output.line("alert            " + alert.path("title").asText());
            output.line("  status         " + alert.path("status").asText() + " since "
                    + alert.path("startsAt").asText());
            output.line("  system         " + each.path("system").asText("none"));
            output.line("  series         " + alert.path("series").asText());
            output.line("  labels         " + pairs(alert.path("labels")));
            output.line("  annotations    " + pairs(alert.path("annotations")));
            output.line("  facts          " + pairs(each.path("facts")));
        }
        for (JsonNode each : explanation.path("decisions")) {
            decision(each.path("system").asText(), each.path("decision"));
        }
    }

    private void decision(String system, JsonNode decision) {
        output.line("");
        output.line("decision         for " + system);
        decision.properties().forEach(field -> {
            if (field.getValue().isValueNode() && !field.getValue().isNull()) {
                output.line(String.format(
                        "  %-14s %s", field.getKey(), field.getValue().asText()));
            }
        });
        for (JsonNode rule : decision.path("rules")) {
            output.line("  rule           " + rule.path("rule").asText()
                    + (rule.path("switchedOff").asBoolean() ? " (switched off, does not count)" : "") + ": "
                    + rule.path("reason").asText());
        }
        if (decision.path("rules").isEmpty()) {
            output.line("  rule           none matches: a person decides");
        }
    }

    private static String pairs(JsonNode object) {
        return object.properties().stream()
                .map(field -> field.getKey() + "=" + field.getValue().asText())
                .collect(Collectors.joining(", "));
    }
}
