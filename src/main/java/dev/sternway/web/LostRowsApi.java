package dev.sternway.web;

import dev.sternway.evidence.Chronicle;
import dev.sternway.process.LossReaders;
import dev.sternway.step.store.LostRowsArchive;
import org.springframework.core.io.InputStreamResource;
import org.springframework.http.CacheControl;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.security.core.Authentication;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RestController;

/** Gives out the rows that a restore would lose, to people from the page and to programs. */
@RestController
class LostRowsApi {
    private static final MediaType ZIP = MediaType.valueOf("application/zip");

    private final IncidentReader reader;
    private final LossReaders readers;
    private final LostRowsArchive archive;

    LostRowsApi(IncidentReader reader, LossReaders readers, LostRowsArchive archive) {
        this.reader = reader;
        this.readers = readers;
        this.archive = archive;
    }

    /** The archive as it was written; its name stands in the measured loss. */
    @GetMapping({"/api/incidents/{id}/lost-rows/{file}", "/incidents/{id}/lost-rows/{file}"})
    ResponseEntity<InputStreamResource> file(@PathVariable String id, @PathVariable String file, Authentication who) {
        Chronicle chronicle = new Chronicle(reader.evidence(id));
        readers.require(who.getName());
        Chronicle.LostRowsFile found = chronicle
                .lostRows(file)
                .orElseThrow(() -> new NothingYet("incident '" + id + "' has no lost rows '" + file + "'"));
        LostRowsArchive.Opened opened = archive.open(id, found.name(), found.sha256());
        readers.writeDown(id, who.getName(), found.name(), found.sha256());
        return ResponseEntity.ok()
                .contentType(ZIP)
                .contentLength(opened.bytes())
                .cacheControl(CacheControl.noStore())
                .header(
                        HttpHeaders.CONTENT_DISPOSITION,
                        "attachment; filename=\"" + IncidentsApi.fileName(id) + "-" + found.name() + "\"")
                .body(new InputStreamResource(opened.content()));
    }
}
