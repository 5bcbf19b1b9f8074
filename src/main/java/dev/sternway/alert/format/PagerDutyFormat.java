package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Alert;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;
import org.springframework.stereotype.Component;

/** PagerDuty's webhooks, version 3: an incident there that begins, begins again or ends. */
@Component
class PagerDutyFormat implements AlertFormat {
    private static final Set<String> BEGINS = Set.of("incident.triggered", "incident.reopened");
    private static final String ENDS = "incident.resolved";
    /** What Sternway tells PagerDuty has the incident's id as its key; it must not come back as an alert. */
    private static final Pattern OWN = Pattern.compile("INC-\\d{4}-\\d{4,}(?:/|$)");

    private final Json json = new Json(
            "a message of PagerDuty's webhooks version 3",
            "let a webhook subscription of version 3 send to this address.");

    @Override
    public String name() {
        return "pagerduty";
    }

    @Override
    public boolean resentsRefusals() {
        return true;
    }

    @Override
    public boolean repeatsItself() {
        return false;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return message.path("event").has("event_type");
    }

    @Override
    public Reading read(Message message) {
        JsonNode event = json.object(message.body()).path("event");
        if (!event.isObject()) {
            throw json.malformed("/event: must be an object, got " + Json.shown(event));
        }
        String type = json.text(event, "event_type", "/event");
        if (!BEGINS.contains(type) && !type.equals(ENDS)) {
            return Reading.nothing("an event of type '" + type + "' begins and ends no alert");
        }
        JsonNode data = event.path("data");
        if (OWN.matcher(data.path("incident_key").asText()).lookingAt()) {
            return Reading.nothing("the incident at PagerDuty is one that Sternway opened there itself");
        }
        Alert.Status status = type.equals(ENDS) ? Alert.Status.RESOLVED : Alert.Status.FIRING;
        return Reading.of(
                new Alert(
                        name(),
                        json.text(data, "id", "/event/data"),
                        json.text(event, "id", "/event"),
                        status,
                        json.text(data, "title", "/event/data"),
                        json.instant(event, "occurred_at", "/event"),
                        labels(type, data),
                        annotations(data)),
                event);
    }

    private static Map<String, String> labels(String type, JsonNode data) {
        Map<String, String> labels = new LinkedHashMap<>();
        labels.put("event_type", type);
        put(labels, "service", data.at("/service/summary"));
        put(labels, "service_id", data.at("/service/id"));
        put(labels, "incident_key", data.path("incident_key"));
        put(labels, "urgency", data.path("urgency"));
        put(labels, "priority", data.at("/priority/summary"));
        put(labels, "team", data.at("/teams/0/summary"));
        return labels;
    }

    private static Map<String, String> annotations(JsonNode data) {
        Map<String, String> annotations = new LinkedHashMap<>();
        put(annotations, "number", data.path("number"));
        put(annotations, "link", data.path("html_url"));
        put(annotations, "resolve_reason", data.at("/resolve_reason/type"));
        return annotations;
    }

    private static void put(Map<String, String> texts, String name, JsonNode value) {
        Json.optional(value).ifPresent(text -> texts.put(name, text));
    }
}
