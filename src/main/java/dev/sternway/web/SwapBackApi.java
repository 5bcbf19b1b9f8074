package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.process.SwapBacks;
import java.util.Map;
import java.util.Set;
import org.springframework.http.HttpStatus;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Asks for an incident's restore to be taken back; two other people confirm it in Tasklist. */
@RestController
@RequestMapping("/api/incidents")
class SwapBackApi {
    private static final Set<String> ROLES = Set.of("incident-commander", "tech-lead", "operator");
    private static final int LONGEST_REASON = 1000;

    private final Incidents incidents;
    private final SwapBacks swapBacks;

    SwapBackApi(Incidents incidents, SwapBacks swapBacks) {
        this.incidents = incidents;
        this.swapBacks = swapBacks;
    }

    /** Why it is asked for; kept in the evidence. */
    record SwapBackRequest(String reason) {}

    @PostMapping("/{id}/swap-back")
    @ResponseStatus(HttpStatus.ACCEPTED)
    Map<String, String> swapBack(@PathVariable String id, @RequestBody SwapBackRequest request, Authentication who) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(ROLES::contains)) {
            throw new AccessDeniedException(
                    "a swap back is asked for by an incident commander, a tech lead or an operator");
        }
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw new ResponseStatusException(
                    HttpStatus.BAD_REQUEST, "reason must be given, at most " + LONGEST_REASON + " characters");
        }
        Incidents.Incident incident = incidents.find(id).orElseThrow(() -> new IncidentNotFound(id));
        swapBacks.start(incident, who.getName(), reason.strip());
        return Map.of("incidentId", incident.id());
    }
}
