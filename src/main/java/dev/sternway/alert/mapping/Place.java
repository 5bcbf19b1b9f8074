package dev.sternway.alert.mapping;

import com.fasterxml.jackson.core.JsonPointer;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a fact may stand.
 *
 * @param pointer into the alert's own part of the message; null when it is a name
 * @param name of a label or annotation; null when it is a pointer
 * @param factor what a figure found there is multiplied by
 */
record Place(JsonPointer pointer, String name, double factor) {
    private static final Pattern TIMES = Pattern.compile("(.+?)\\s*\\*\\s*([0-9]*\\.?[0-9]+)");

    static Place of(String text) {
        Matcher times = TIMES.matcher(text);
        String where = times.matches() ? times.group(1).strip() : text.strip();
        double factor = times.matches() ? Double.parseDouble(times.group(2)) : 1;
        return where.startsWith("/")
                ? new Place(JsonPointer.compile(where), null, factor)
                : new Place(null, where, factor);
    }

    Optional<String> find(JsonNode origin, Map<String, String> labels, Map<String, String> annotations) {
        if (pointer != null) {
            JsonNode value = origin.at(pointer);
            return Optional.ofNullable(value.isValueNode() && !value.isNull() ? value.asText() : null)
                    .filter(text -> !text.isBlank());
        }
        return Optional.ofNullable(annotations.getOrDefault(name, labels.get(name)))
                .filter(text -> !text.isBlank());
    }
}
