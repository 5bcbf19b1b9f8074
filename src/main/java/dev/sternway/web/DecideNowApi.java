package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.process.DecideNow;
import java.util.Map;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Ends the monitoring of an incident, so that people choose now; who may is decided by the engine's groups. */
@RestController
@RequestMapping("/api/incidents")
class DecideNowApi {
    private final Incidents incidents;
    private final DecideNow decideNow;

    DecideNowApi(Incidents incidents, DecideNow decideNow) {
        this.incidents = incidents;
        this.decideNow = decideNow;
    }

    /** Why it is not monitored any longer. */
    record DecideNowRequest(String reason) {}

    @PostMapping("/{id}/decide-now")
    Map<String, String> decide(@PathVariable String id, @RequestBody DecideNowRequest request, Authentication who) {
        Incidents.Incident incident = incidents.find(id).orElseThrow(() -> new IncidentNotFound(id));
        decideNow.decide(incident, who.getName(), request.reason());
        return Map.of("incidentId", incident.id(), "task", "Choose what is done");
    }
}
