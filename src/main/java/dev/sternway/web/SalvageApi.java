package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.process.SalvageRuns;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.server.ResponseStatusException;

/** Rows that a restore left behind: look, choose, undo. Who may, the tasks of the process say. */
@RestController
@RequestMapping("/api/incidents/{id}/salvage")
class SalvageApi {
    private static final int LONGEST_REASON = 1000;
    private static final int MOST_TABLES = 500;

    private final Incidents incidents;
    private final SalvageRuns salvages;

    SalvageApi(Incidents incidents, SalvageRuns salvages) {
        this.incidents = incidents;
        this.salvages = salvages;
    }

    /**
     * Which rows to bring back.
     *
     * @param tables as they are listed, {@code public.orders} or {@code store/public.orders}
     * @param rows {@code only-missing} (the default) or {@code all}
     */
    record ChoiceRequest(List<String> tables, String rows) {}

    /** Why it is undone; kept in the evidence. */
    record UndoRequest(String reason) {}

    @GetMapping
    SalvageRuns.Status status(@PathVariable String id) {
        return salvages.status(incident(id).id());
    }

    @PostMapping("/look")
    @ResponseStatus(HttpStatus.ACCEPTED)
    SalvageRuns.Status look(@PathVariable String id, Authentication who) {
        Incidents.Incident incident = incident(id);
        salvages.look(incident, who.getName());
        return salvages.status(incident.id());
    }

    @PostMapping
    @ResponseStatus(HttpStatus.ACCEPTED)
    SalvageRuns.Status choose(@PathVariable String id, @RequestBody ChoiceRequest request, Authentication who) {
        Incidents.Incident incident = incident(id);
        List<String> tables = request.tables();
        if (tables == null || tables.isEmpty() || tables.size() > MOST_TABLES || tables.contains(null)) {
            throw bad("tables must name 1 to " + MOST_TABLES + " tables");
        }
        String rows = request.rows() == null ? "only-missing" : request.rows();
        if (!rows.equals("all") && !rows.equals("only-missing")) {
            throw bad("rows must be all or only-missing, got '" + rows + "'");
        }
        salvages.choose(incident.id(), who.getName(), tables, rows.equals("only-missing"));
        return salvages.status(incident.id());
    }

    @PostMapping("/undo")
    @ResponseStatus(HttpStatus.ACCEPTED)
    SalvageRuns.Status undo(@PathVariable String id, @RequestBody UndoRequest request, Authentication who) {
        Incidents.Incident incident = incident(id);
        String reason = request.reason();
        if (reason == null || reason.isBlank() || reason.length() > LONGEST_REASON) {
            throw bad("reason must be given, at most " + LONGEST_REASON + " characters");
        }
        salvages.undo(incident, who.getName(), reason.strip());
        return salvages.status(incident.id());
    }

    private Incidents.Incident incident(String id) {
        return incidents.find(id).orElseThrow(() -> new IncidentNotFound(id));
    }

    private static ResponseStatusException bad(String message) {
        return new ResponseStatusException(HttpStatus.BAD_REQUEST, message);
    }
}
