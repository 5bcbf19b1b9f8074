package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** Datadog's webhook with the payload that {@code docs/alerts.md} gives; tags become labels. */
@Component
class DatadogFormat implements AlertFormat {
    private static final Set<String> BEGINS = Set.of("triggered", "re-triggered", "renotify");
    private static final String ENDS = "recovered";

    private final Json json = new Json(
            "the payload that docs/alerts.md gives for Datadog",
            "paste that payload into the webhook of Datadog's integration.");

    @Override
    public String name() {
        return "datadog";
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return message.has("alert_transition");
    }

    @Override
    public Reading read(Message message) {
        JsonNode body = json.object(message.body());
        String transition = json.text(body, "alert_transition", "");
        String word = transition.toLowerCase(Locale.ROOT);
        if (!BEGINS.contains(word) && !word.equals(ENDS)) {
            return Reading.nothing("a transition '" + transition + "' begins and ends no alert");
        }
        Alert.Status status = word.equals(ENDS) ? Alert.Status.RESOLVED : Alert.Status.FIRING;
        String series = known(body.path("alert_cycle_key"))
                .orElseThrow(() -> json.malformed("/alert_cycle_key: must be what $ALERT_CYCLE_KEY gives, got "
                        + Json.shown(body.path("alert_cycle_key"))));
        return Reading.of(
                new Alert(
                        name(),
                        series,
                        series + "/" + status.name().toLowerCase(Locale.ROOT),
                        status,
                        known(body.path("title"))
                                .orElseThrow(() -> json.malformed(
                                        "/title: must be a text, got " + Json.shown(body.path("title")))),
                        date(json.text(body, "date", "")),
                        labels(body),
                        annotations(body)),
                body);
    }

    /** A variable that Datadog has no value for stays as it is written, or is "null". */
    private static Optional<String> known(JsonNode value) {
        return Json.optional(value).filter(text -> !text.startsWith("$")).filter(text -> !text.equals("null"));
    }

    /** $DATE is in milliseconds. */
    private Instant date(String text) {
        if (!text.matches("\\d{10,13}")) {
            throw json.malformed("/date: must be what $DATE gives, got \"" + text + "\"");
        }
        return text.length() > 11
                ? Instant.ofEpochMilli(Long.parseLong(text))
                : Instant.ofEpochSecond(Long.parseLong(text));
    }

    private static Map<String, String> labels(JsonNode body) {
        Map<String, String> labels = new LinkedHashMap<>();
        for (String list : new String[] {"tags", "alert_scope"}) {
            known(body.path(list)).ifPresent(tags -> tags(tags, labels));
        }
        body.properties().forEach(field -> {
            if (!Set.of("title", "body", "tags", "alert_scope", "link", "date").contains(field.getKey())) {
                known(field.getValue()).ifPresent(text -> labels.putIfAbsent(field.getKey(), text));
            }
        });
        return labels;
    }

    /** {@code env:prod,service:shop,urgent}; of two tags with one name the first counts. */
    private static void tags(String tags, Map<String, String> labels) {
        for (String tag : tags.split(",")) {
            String[] parts = tag.strip().split(":", 2);
            if (!parts[0].isBlank()) {
                labels.putIfAbsent(parts[0], parts.length == 2 ? parts[1] : "true");
            }
        }
    }

    private static Map<String, String> annotations(JsonNode body) {
        Map<String, String> annotations = new LinkedHashMap<>();
        known(body.path("body")).ifPresent(text -> annotations.put("description", text));
        known(body.path("link")).ifPresent(text -> annotations.put("link", text));
        return annotations;
    }
}
