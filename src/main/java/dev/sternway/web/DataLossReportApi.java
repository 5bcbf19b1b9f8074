package dev.sternway.web;

import dev.sternway.evidence.Papers;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Gives the report of a loss of data, as it was written last (S4-18). */
@RestController
class DataLossReportApi {
    private final IncidentReader reader;
    private final Papers papers;

    DataLossReportApi(IncidentReader reader, Papers papers) {
        this.reader = reader;
        this.papers = papers;
    }

    @GetMapping({"/api/incidents/{id}/data-loss-report", "/incidents/{id}/data-loss-report"})
    ResponseEntity<String> report(@PathVariable String id) {
        reader.row(id);
        String markdown = papers.find(id, Papers.DATA_LOSS_REPORT)
                .orElseThrow(() -> new NothingYet("incident '" + id + "' has no data loss report"));
        return IncidentsApi.markdown(id + "-data-loss", markdown);
    }
}
