package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.process.FailedSteps;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.security.access.AccessDeniedException;
import org.springframework.security.core.Authentication;
import org.springframework.security.core.GrantedAuthority;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Tries the failed steps of an incident again, once what was wrong outside is mended. */
@RestController
@RequestMapping("/api/incidents")
class RetryApi {
    private static final Set<String> ROLES =
            Set.of("operator", "engineer", "devops", "on-call", "incident-commander", "tech-lead");

    private final Incidents incidents;
    private final FailedSteps failedSteps;

    RetryApi(Incidents incidents, FailedSteps failedSteps) {
        this.incidents = incidents;
        this.failedSteps = failedSteps;
    }

    @PostMapping("/{id}/retry")
    Map<String, List<String>> retry(@PathVariable String id, Authentication who) {
        if (who.getAuthorities().stream().map(GrantedAuthority::getAuthority).noneMatch(ROLES::contains)) {
            throw new AccessDeniedException("failed steps are tried again by one of " + ROLES);
        }
        Incidents.Incident incident = incidents.find(id).orElseThrow(() -> new IncidentNotFound(id));
        return Map.of("retried", failedSteps.retry(incident.id(), who.getName()));
    }
}
