package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Alert;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/** CloudEvents 1.0 over HTTP, structured or binary; whether it begins or ends is in the data or the type's last word. */
@Component
class CloudEventsFormat implements AlertFormat {
    private static final Set<String> BEGINS =
            Set.of("firing", "fired", "triggered", "alarm", "alert", "raised", "opened", "open", "active", "failed");
    private static final Set<String> ENDS =
            Set.of("resolved", "recovered", "ok", "closed", "cleared", "inactive", "succeeded");

    /** Attributes that are no labels. */
    private static final Set<String> OWN = Set.of("specversion", "id", "time", "datacontenttype", "dataschema");

    private final Json json =
            new Json("a CloudEvent 1.0", "send a CloudEvent 1.0, structured as JSON or binary with ce- headers.");

    @Override
    public String name() {
        return "cloudevents";
    }

    @Override
    public boolean repeatsItself() {
        return false;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return message.has("specversion");
    }

    @Override
    public Reading read(Message message) {
        JsonNode event = isBinary(message) ? binary(message) : structured(message);
        if (!event.path("specversion").asText().equals("1.0")) {
            throw json.malformed("/specversion: must be \"1.0\", got " + Json.shown(event.path("specversion")));
        }
        String id = json.text(event, "id", "");
        String source = json.text(event, "source", "");
        String type = json.text(event, "type", "");
        JsonNode data = event.path("data");
        Optional<Alert.Status> status = status(data, type);
        if (status.isEmpty()) {
            return Reading.nothing("an event of type '" + type
                    + "' says in neither data.status nor its last word whether" + " something begins or ends");
        }
        String series = source + "/"
                + Json.optional(data.path("dedup_key"))
                        .or(() -> Json.optional(event.path("subject")))
                        .orElse(id);
        Instant time = event.has("time") ? json.instant(event, "time", "") : message.receivedAt();
        return Reading.of(
                new Alert(
                        name(),
                        series,
                        source + "/" + id,
                        status.get(),
                        title(data, type),
                        time,
                        labels(event),
                        texts(data)),
                event);
    }

    static boolean isBinary(Message message) {
        return message.header("ce-specversion").isPresent();
    }

    private JsonNode structured(Message message) {
        if (message.mediaType().equals("application/cloudevents-batch+json")) {
            throw json.malformed("Content-Type: a batch is not taken, send each event by itself");
        }
        ObjectNode event = (ObjectNode) json.object(message.body());
        if (event.has("data_base64")) {
            event.set("data", data(decoded(event.path("data_base64").asText())));
        }
        return event;
    }

    private String decoded(String base64) {
        try {
            return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw json.malformed("/data_base64: is not Base64");
        }
    }

    private JsonNode binary(Message message) {
        ObjectNode event = JsonNodeFactory.instance.objectNode();
        message.headers().forEach((name, value) -> {
            if (name.toLowerCase(Locale.ROOT).startsWith("ce-")) {
                event.put(name.substring(3).toLowerCase(Locale.ROOT), unescaped(name, value));
            }
        });
        if (message.body().length > 0) {
            event.set("data", json.object(message.body()));
        }
        return event;
    }

    private JsonNode data(String text) {
        return json.object(text);
    }

    /** Header values are percent-encoded; a plus stays a plus. */
    private String unescaped(String name, String value) {
        try {
            return URLDecoder.decode(value.replace("+", "%2B"), StandardCharsets.UTF_8);
        } catch (IllegalArgumentException e) {
            throw json.malformed(name + ": is not percent-encoded");
        }
    }

    private static Optional<Alert.Status> status(JsonNode data, String type) {
        String lastWord = type.substring(type.lastIndexOf('.') + 1);
        for (Optional<String> word :
                List.of(Json.optional(data.path("status")), Json.optional(data.path("state")), Optional.of(lastWord))) {
            String lower = word.orElse("").toLowerCase(Locale.ROOT);
            if (BEGINS.contains(lower)) {
                return Optional.of(Alert.Status.FIRING);
            }
            if (ENDS.contains(lower)) {
                return Optional.of(Alert.Status.RESOLVED);
            }
        }
        return Optional.empty();
    }

    private static String title(JsonNode data, String type) {
        return Json.optional(data.path("summary"))
                .or(() -> Json.optional(data.path("title")))
                .orElse(type);
    }

    /** The event's attributes, and the labels that its data may have. */
    private Map<String, String> labels(JsonNode event) {
        Map<String, String> labels = new LinkedHashMap<>();
        event.properties().forEach(field -> {
            if (!OWN.contains(field.getKey()) && !field.getKey().startsWith("data")) {
                Json.optional(field.getValue()).ifPresent(text -> labels.put(field.getKey(), text));
            }
        });
        labels.putAll(json.texts(event.at("/data/labels"), "/data/labels"));
        return labels;
    }

    /** The plain fields of the data, and its metrics. */
    private Map<String, String> texts(JsonNode data) {
        Map<String, String> texts = new LinkedHashMap<>(json.texts(data.path("metrics"), "/data/metrics"));
        texts.putAll(json.texts(data.path("annotations"), "/data/annotations"));
        data.properties()
                .forEach(field ->
                        Json.optional(field.getValue()).ifPresent(text -> texts.putIfAbsent(field.getKey(), text)));
        return texts;
    }
}
