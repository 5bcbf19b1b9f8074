package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/** The message that Alertmanager made and Grafana took over: the alerts of one group. */
final class PrometheusAlerts {
    static final int MOST_BYTES = 8 * 1024 * 1024;

    private static final int MOST_ALERTS = 10_000;

    private final String source;
    private final Json json;

    PrometheusAlerts(String source, Json json) {
        this.source = source;
        this.json = json;
    }

    static boolean looksLike(JsonNode message, String version) {
        return message.path("alerts").isArray()
                && message.has("groupKey")
                && message.path("version").asText().equals(version);
    }

    /** @param scope begins the series of every alert; where several tenants share a product */
    Reading read(JsonNode message, String version, String scope) {
        JsonNode given = message.path("version");
        if (!given.asText().equals(version)) {
            throw json.malformed("/version: must be \"" + version + "\", got " + Json.shown(given));
        }
        JsonNode alerts = message.path("alerts");
        if (!alerts.isArray() || alerts.isEmpty()) {
            throw json.malformed("/alerts: must hold at least one alert");
        }
        if (alerts.size() > MOST_ALERTS) {
            throw json.malformed("/alerts: must hold at most " + MOST_ALERTS + " alerts, got " + alerts.size());
        }
        List<Reading.Found> found = new ArrayList<>();
        for (int i = 0; i < alerts.size(); i++) {
            found.add(new Reading.Found(alert(alerts.get(i), scope, "/alerts/" + i), alerts.get(i)));
        }
        long hidden = Math.max(0, message.path("truncatedAlerts").asLong());
        // What the shown alerts have in common says nothing of the hidden ones.
        Map<String, String> shared = json.texts(message.path("groupLabels"), "/groupLabels");
        Optional<Reading.Group> group =
                Json.optional(message.path("groupKey")).map(key -> new Reading.Group(scope + key, hidden, shared));
        List<String> notes = hidden == 0
                ? List.of()
                : List.of("the message leaves out " + hidden + " alerts of its group, which may be firing");
        return new Reading(found, notes, group, Optional.empty());
    }

    private Alert alert(JsonNode alert, String scope, String path) {
        Alert.Status status = switch (alert.path("status").asText()) {
            case "firing" -> Alert.Status.FIRING;
            case "resolved" -> Alert.Status.RESOLVED;
            default ->
                throw json.malformed(
                        path + "/status: must be \"firing\" or \"resolved\", got " + Json.shown(alert.path("status")));
        };
        Map<String, String> labels = json.texts(alert.path("labels"), path + "/labels");
        Map<String, String> annotations =
                new LinkedHashMap<>(json.texts(alert.path("annotations"), path + "/annotations"));
        // Grafana tells what its queries gave.
        json.texts(alert.path("values"), path + "/values")
                .forEach((name, value) -> annotations.putIfAbsent("value." + name, value));
        String startsAt = json.text(alert, "startsAt", path);
        String series = scope + json.text(alert, "fingerprint", path) + "/" + startsAt;
        return new Alert(
                source,
                series,
                series + "/" + status.name().toLowerCase(Locale.ROOT),
                status,
                annotations.getOrDefault("summary", labels.getOrDefault("alertname", "alert without a name")),
                json.instant(startsAt, path + "/startsAt"),
                labels,
                annotations);
    }
}
