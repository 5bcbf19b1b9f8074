package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.stereotype.Component;

/** Grafana's own alerting, webhook contact point: Alertmanager's message, with an organisation and the queries' values. */
@Component
class GrafanaFormat implements AlertFormat {
    private final Json json = new Json(
            "a message of Grafana's webhook contact point",
            "let the contact point send its own payload; for one of your own use /alerts/generic.");
    private final PrometheusAlerts alerts = new PrometheusAlerts("grafana", json);

    @Override
    public String name() {
        return "grafana";
    }

    @Override
    public int mostBytes() {
        return PrometheusAlerts.MOST_BYTES;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return PrometheusAlerts.looksLike(message, "1");
    }

    @Override
    public Reading read(Message message) {
        JsonNode body = json.object(message.body());
        return alerts.read(body, "1", Json.optional(body.path("orgId")).orElse("0") + "/");
    }
}
