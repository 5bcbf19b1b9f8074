package dev.sternway.web;

import dev.sternway.decision.Decisions;
import dev.sternway.web.DecisionView.NamedAlert;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Reads why something was decided, for pages and programs. */
@Component
class DecisionReader {
    private final Decisions decisions;
    private final JdbcClient jdbc;

    DecisionReader(Decisions decisions, JdbcClient jdbc) {
        this.decisions = decisions;
        this.jdbc = jdbc;
    }

    /** The decisions of an incident, the last first. */
    List<DecisionView> of(String incidentId) {
        List<Decisions.Recorded> recorded = decisions.of(incidentId);
        Map<String, NamedAlert> alerts = recorded.isEmpty() ? Map.of() : alerts(incidentId);
        List<DecisionView> views = new ArrayList<>(
                recorded.stream().map(each -> DecisionView.of(each, alerts)).toList());
        Collections.reverse(views);
        return views;
    }

    private Map<String, NamedAlert> alerts(String incidentId) {
        Map<String, NamedAlert> alerts = new HashMap<>();
        jdbc.sql("select id, source, alert ->> 'title' as title from alert where incident_id = ?")
                .param(incidentId)
                .query(row -> {
                    String id = row.getString("id");
                    alerts.put(id, new NamedAlert(id, row.getString("title"), row.getString("source")));
                });
        return alerts;
    }
}
