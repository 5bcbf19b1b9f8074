package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import org.springframework.stereotype.Component;

/** Prometheus Alertmanager's webhook, version 4: one message holds the alerts of one group. */
@Component
class AlertmanagerFormat implements AlertFormat {
    private final Json json = new Json(
            "a message of Alertmanager's webhook version 4",
            "point Alertmanager's webhook_configs at this address and send its own format.");
    private final PrometheusAlerts alerts = new PrometheusAlerts("alertmanager", json);

    @Override
    public String name() {
        return "alertmanager";
    }

    /** Ten thousand alerts in one message are 4.8 MB. */
    @Override
    public int mostBytes() {
        return PrometheusAlerts.MOST_BYTES;
    }

    @Override
    public boolean looksLike(JsonNode message) {
        return PrometheusAlerts.looksLike(message, "4");
    }

    @Override
    public Reading read(Message message) {
        return alerts.read(json.object(message.body()), "4", "");
    }
}
