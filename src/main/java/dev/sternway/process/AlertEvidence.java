package dev.sternway.process;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Alert;
import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.Incidents;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Writes of alerts into the ledger: the first by itself, further ones summed up by look, however many come. */
@Component
class AlertEvidence {
    private static final String STEP = "receiveAlert";

    /** So many are named; all of them are in the inbox. */
    private static final int NAMED = 5;

    private final LedgerOutbox outbox;
    private final IncidentAlerts alerts;

    AlertEvidence(LedgerOutbox outbox, IncidentAlerts alerts) {
        this.outbox = outbox;
        this.alerts = alerts;
    }

    /** The alert that an incident began with. */
    void began(String incidentId, WaitingAlerts.Stored first) {
        Alert alert = first.alert();
        append(
                incidentId,
                first.systemId(),
                first.receivedAt(),
                alert.source(),
                "firing: " + alert.title(),
                JsonNodeFactory.instance
                        .objectNode()
                        .put("alertId", first.id())
                        .put("key", alert.key())
                        .put("startsAt", alert.startsAt().toString())
                        .put("receivedAt", first.receivedAt().toString()));
    }

    /** The alerts that came since the last look; nothing when none did. */
    void came(Incidents.ToWeigh incident) {
        long firing = incident.firing() - incident.toldFiring();
        long resolved = incident.resolved() - incident.toldResolved();
        if (firing + resolved <= 0) {
            return;
        }
        List<IncidentAlerts.Shown> newest = alerts.newest(incident.id(), Math.min(firing + resolved, NAMED));
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("joined", firing)
                .put("resolved", resolved)
                .put("firingSoFar", incident.firing())
                .put("resolvedSoFar", incident.resolved());
        ArrayNode named = details.putArray("newest");
        newest.forEach(each -> named.addObject()
                .put("alertId", each.id())
                .put("key", each.alert().key())
                .put("status", each.alert().status().name())
                .put("title", each.alert().title()));
        Instant since = newest.stream()
                .map(IncidentAlerts.Shown::receivedAt)
                .min(Instant::compareTo)
                .orElse(Instant.now());
        String source =
                newest.stream().map(each -> each.alert().source()).findFirst().orElse(Entry.SELF);
        append(incident.id(), incident.systemId(), since, source, seen(firing, resolved, newest), details);
    }

    private static String seen(long firing, long resolved, List<IncidentAlerts.Shown> newest) {
        if (firing + resolved == 1) {
            Alert alert = newest.get(0).alert();
            return (alert.status() == Alert.Status.FIRING ? "joins: " : "resolved: ") + alert.title();
        }
        StringBuilder text = new StringBuilder();
        text.append(firing).append(" alerts join, ").append(resolved).append(" are resolved; the last: ");
        newest.forEach(each -> text.append(each.alert().status() == Alert.Status.FIRING ? "" : "(resolved) ")
                .append(each.alert().title())
                .append("; "));
        return text.substring(0, text.length() - 2);
    }

    private void append(
            String incidentId, String systemId, Instant since, String source, String seen, ObjectNode details) {
        outbox.append(new Entry(
                incidentId,
                since,
                Instant.now(),
                systemId,
                null,
                Evidence.Kind.ALERT,
                STEP,
                systemId,
                "alerts of " + source + " are kept and acted on",
                seen,
                Evidence.Outcome.NOTED,
                source,
                null,
                details));
    }
}
