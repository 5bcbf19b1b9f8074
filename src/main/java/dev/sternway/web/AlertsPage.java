package dev.sternway.web;

import dev.sternway.alert.Alert;
import dev.sternway.alert.IncidentAlerts;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * Some of an incident's alerts.
 *
 * @param number of the page, from 0
 * @param total how many alerts there are, firing and resolved
 * @param more whether there is a page after this one
 */
record AlertsPage(String incident, int number, int size, long total, boolean more, List<One> alerts) {
    static final int MOST = 500;

    /**
     * An alert.
     *
     * @param over whether it has ended; true for what says that another has ended
     * @param state how it came to the incident: STARTED, JOINED or NOTED
     */
    record One(
            long id,
            String source,
            String key,
            Alert.Status status,
            String title,
            Instant startsAt,
            Instant receivedAt,
            boolean over,
            String state,
            Map<String, String> labels,
            Map<String, String> annotations) {

        private static One of(IncidentAlerts.Shown shown) {
            Alert alert = shown.alert();
            return new One(
                    shown.id(),
                    alert.source(),
                    alert.key(),
                    alert.status(),
                    alert.title(),
                    alert.startsAt(),
                    shown.receivedAt(),
                    shown.over(),
                    shown.state(),
                    alert.labels(),
                    alert.annotations());
        }
    }

    /** @param size cut to 1 to {@value #MOST} */
    static AlertsPage of(IncidentAlerts alerts, String incident, int number, int size) {
        int most = Math.max(1, Math.min(MOST, size));
        int page = Math.max(0, number);
        IncidentAlerts.Count count = alerts.count(incident);
        long total = count.firing() + count.resolved();
        return new AlertsPage(
                incident,
                page,
                most,
                total,
                (page + 1L) * most < total,
                alerts.page(incident, page, most).stream().map(One::of).toList());
    }
}
