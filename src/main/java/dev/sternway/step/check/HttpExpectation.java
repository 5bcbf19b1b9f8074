package dev.sternway.step.check;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import dev.sternway.catalogue.Check;
import dev.sternway.port.HttpProbes;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Compares an HTTP answer with what a probe expects. */
public final class HttpExpectation {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final int LONGEST_TEXT = 80;

    private HttpExpectation() {}

    /** What a good answer is, for people: {@code GET http://shop/ answers 200 with /state 'ready'}. */
    public static String wanted(Check.HttpProbe probe) {
        StringBuilder text = new StringBuilder(probe.method() + " " + probe.url() + " answers " + probe.status());
        new TreeMap<>(probe.expect())
                .forEach((pointer, value) -> text.append(" with ")
                        .append(pointer)
                        .append(" '")
                        .append(value)
                        .append("'"));
        return text.toString();
    }

    /** True when status and all expected texts are there. */
    public static boolean met(Check.HttpProbe probe, HttpProbes.Answer answer) {
        JsonNode body = body(answer);
        return answer.status() == probe.status()
                && probe.expect().entrySet().stream()
                        .allMatch(each -> text(body.at(each.getKey())).equals(each.getValue()));
    }

    /** What came instead or as wanted, for people; of the body only what was asked for. */
    public static String seen(Check.HttpProbe probe, HttpProbes.Answer answer) {
        JsonNode body = body(answer);
        List<String> parts = new ArrayList<>();
        for (Map.Entry<String, String> each : new TreeMap<>(probe.expect()).entrySet()) {
            JsonNode found = body.at(each.getKey());
            parts.add(each.getKey() + (found.isMissingNode() ? " missing" : " '" + cut(text(found)) + "'"));
        }
        return answer.status() + (parts.isEmpty() ? "" : " with " + String.join(" with ", parts)) + " in "
                + answer.took().toMillis() + " ms";
    }

    private static JsonNode body(HttpProbes.Answer answer) {
        try {
            JsonNode tree = JSON.readTree(answer.body());
            return tree == null ? MissingNode.getInstance() : tree;
        } catch (JsonProcessingException e) {
            return MissingNode.getInstance();
        }
    }

    private static String text(JsonNode node) {
        return node.isValueNode() ? node.asText() : node.toString();
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "…";
    }
}
