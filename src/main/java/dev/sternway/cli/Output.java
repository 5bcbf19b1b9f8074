package dev.sternway.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;

/** Prints an answer: as JSON for programs, as a table or as lines for people. */
final class Output {

    private final PrintWriter out;
    private final boolean json;

    Output(PrintWriter out, boolean json) {
        this.out = out;
        this.json = json;
    }

    boolean forPrograms() {
        return json;
    }

    void line(String text) {
        out.println(text);
        out.flush();
    }

    void json(JsonNode answer) {
        line(answer.toPrettyString());
    }

    /** One row for each element, one column for each field; {@code -} where an element has no such field. */
    void table(JsonNode elements, String... fields) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of(fields));
        for (JsonNode element : elements) {
            List<String> row = new ArrayList<>();
            for (String field : fields) {
                row.add(text(element.path(field)));
            }
            rows.add(row);
        }
        int[] widths = new int[fields.length];
        for (List<String> row : rows) {
            for (int i = 0; i < fields.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < fields.length; i++) {
                line.append(String.format("%-" + Math.max(1, widths[i]) + "s  ", row.get(i)));
            }
            line(line.toString().stripTrailing());
        }
    }

    /** Every plain field of the object on a line of its own. */
    void fields(JsonNode object) {
        object.properties().forEach(field -> {
            String text = text(field.getValue());
            if (!field.getValue().isObject() && !text.equals("-")) {
                line(String.format("%-16s %s", field.getKey(), text));
            }
        });
    }

    private static String text(JsonNode value) {
        if (value.isMissingNode() || value.isNull()) {
            return "-";
        }
        if (value.isArray()) {
            String texts = StreamSupport.stream(value.spliterator(), false)
                    .map(each ->
                            each.isValueNode() ? each.asText() : each.path("id").asText(""))
                    .filter(text -> !text.isEmpty())
                    .collect(Collectors.joining(", "));
            return texts.isEmpty() ? "-" : texts;
        }
        return value.isValueNode() ? value.asText() : value.toString();
    }
}
