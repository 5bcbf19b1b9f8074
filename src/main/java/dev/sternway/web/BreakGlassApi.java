package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.process.BreakGlass;
import java.util.Map;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Opens the task that an incident waits for to the person who asks, with a reason; who may is decided by the engine. */
@RestController
@RequestMapping("/api/incidents")
class BreakGlassApi {
    private final Incidents incidents;
    private final BreakGlass glass;

    BreakGlassApi(Incidents incidents, BreakGlass glass) {
        this.incidents = incidents;
        this.glass = glass;
    }

    /** Why nobody else can decide. */
    record BreakGlassRequest(String reason) {}

    @PostMapping("/{id}/break-glass")
    @ResponseStatus(HttpStatus.CREATED)
    Map<String, String> open(@PathVariable String id, @RequestBody BreakGlassRequest request, Authentication who) {
        Incidents.Incident incident = incidents.find(id).orElseThrow(() -> new IncidentNotFound(id));
        BreakGlass.Opened opened = glass.open(incident.id(), who.getName(), request.reason());
        return Map.of("incidentId", incident.id(), "taskId", opened.taskId(), "task", opened.taskName());
    }
}
