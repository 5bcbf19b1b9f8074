package dev.sternway.alert;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.springframework.stereotype.Component;

/** Prometheus Alertmanager's webhook, version 4: one message holds the alerts of one group. */
@Component
class AlertmanagerFormat implements AlertFormat {
    private static final int MOST_ALERTS = 10_000;

    private final JsonMapper json = JsonMapper.builder(JsonFactory.builder()
                    .streamReadConstraints(StreamReadConstraints.builder()
                            .maxNestingDepth(20)
                            .maxStringLength(100_000)
                            .build())
                    .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                    .build())
            .build();

    @Override
    public String name() {
        return "alertmanager";
    }

    @Override
    public List<Alert> parse(byte[] body) {
        JsonNode message = read(body);
        JsonNode version = message.path("version");
        if (!version.asText().equals("4")) {
            throw malformed("/version: must be \"4\", got " + shown(version));
        }
        JsonNode alerts = message.path("alerts");
        if (!alerts.isArray() || alerts.isEmpty()) {
            throw malformed("/alerts: must hold at least one alert");
        }
        if (alerts.size() > MOST_ALERTS) {
            throw malformed("/alerts: must hold at most " + MOST_ALERTS + " alerts, got " + alerts.size());
        }
        List<Alert> parsed = new ArrayList<>();
        for (int i = 0; i < alerts.size(); i++) {
            parsed.add(alert(alerts.get(i), "/alerts/" + i));
        }
        return parsed;
    }

    private JsonNode read(byte[] body) {
        try {
            JsonNode message = json.readTree(body);
            if (message == null || !message.isObject()) {
                throw malformed("/: must be a JSON object");
            }
            return message;
        } catch (JsonProcessingException e) {
            // A limit that was broken has no location.
            JsonLocation at = e.getLocation();
            String place = at == null ? "" : "line " + at.getLineNr() + ", column " + at.getColumnNr() + ": ";
            throw malformed(place + e.getOriginalMessage());
        } catch (IOException e) {
            throw malformed(e.getMessage());
        }
    }

    private static Alert alert(JsonNode alert, String path) {
        Alert.Status status = switch (alert.path("status").asText()) {
            case "firing" -> Alert.Status.FIRING;
            case "resolved" -> Alert.Status.RESOLVED;
            default ->
                throw malformed(
                        path + "/status: must be \"firing\" or \"resolved\", got " + shown(alert.path("status")));
        };
        Map<String, String> labels = texts(alert.path("labels"), path + "/labels");
        Map<String, String> annotations = texts(alert.path("annotations"), path + "/annotations");
        String fingerprint = text(alert, "fingerprint", path);
        String startsAt = text(alert, "startsAt", path);
        String title = annotations.getOrDefault("summary", labels.getOrDefault("alertname", "alert without a name"));
        String series = fingerprint + "/" + startsAt;
        return new Alert(
                "alertmanager",
                series,
                series + "/" + status.name().toLowerCase(Locale.ROOT),
                status,
                title,
                instant(startsAt, path + "/startsAt"),
                labels,
                annotations);
    }

    private static String text(JsonNode alert, String field, String path) {
        JsonNode value = alert.path(field);
        if (!value.isTextual() || value.asText().isBlank()) {
            throw malformed(path + "/" + field + ": must be a text, got " + shown(value));
        }
        return value.asText();
    }

    private static Instant instant(String text, String path) {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw malformed(path + ": must be a time like 2026-11-20T03:12:45Z, got \"" + text + "\"");
        }
    }

    private static Map<String, String> texts(JsonNode object, String path) {
        if (object.isMissingNode() || object.isNull()) {
            return Map.of();
        }
        if (!object.isObject()) {
            throw malformed(path + ": must be an object, got " + shown(object));
        }
        Map<String, String> texts = new LinkedHashMap<>();
        object.fields()
                .forEachRemaining(
                        entry -> texts.put(entry.getKey(), entry.getValue().asText()));
        return texts;
    }

    private static String shown(JsonNode node) {
        String text = node.isMissingNode() ? "nothing" : node.toString();
        return text.length() > 80 ? text.substring(0, 80) + "…" : text;
    }

    private static Refusal malformed(String place) {
        return new Refusal(
                ErrorCode.ALERT_MALFORMED,
                "not a message of Alertmanager's webhook version 4: " + place,
                "point Alertmanager's webhook_configs at this address and send its own format.");
    }
}
