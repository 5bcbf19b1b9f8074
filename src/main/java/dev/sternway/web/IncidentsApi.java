package dev.sternway.web;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Chronicle;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Verdict;
import dev.sternway.process.OpenTasks.OpenTask;
import dev.sternway.web.IncidentReader.Listed;
import dev.sternway.web.IncidentRows.IncidentRow;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** Incidents for programs. */
@RestController
@RequestMapping("/api/incidents")
class IncidentsApi {
    static final MediaType MARKDOWN = new MediaType("text", "markdown", StandardCharsets.UTF_8);

    /** The head of the chain that an answer ends with: {@code <entries> <hash>}. */
    static final String HEAD = "Sternway-Evidence-Head";

    private final IncidentReader reader;

    IncidentsApi(IncidentReader reader) {
        this.reader = reader;
    }

    /** An incident in a few fields; severity and action are null before the decision. */
    record Summary(
            String id,
            String title,
            String state,
            String severity,
            String action,
            List<String> systems,
            String levelsTried,
            String waitsFor,
            Instant openedAt,
            Instant closedAt,
            Instant endedAt) {

        static Summary of(IncidentRow row, Chronicle.Decision decision) {
            return new Summary(
                    row.id(),
                    row.title(),
                    row.state(),
                    decision == null ? null : decision.severity(),
                    decision == null ? null : decision.action(),
                    List.of(row.systemId()),
                    row.levelsTried(),
                    row.waitsFor(),
                    row.openedAt(),
                    row.closedAt(),
                    row.endedAt());
        }
    }

    /**
     * An incident with all that was computed from its evidence; durations as ISO 8601.
     *
     * @param decisions every decision with what was known and what matched, the last first
     * @param brokenAt the first broken place of the evidence, or null when the chain holds
     */
    record Detail(
            @JsonUnwrapped Summary incident,
            Chronicle.Decision decision,
            List<DecisionView> decisions,
            List<Chronicle.Level> levels,
            List<OpenTask> tasks,
            PeopleView people,
            List<Chronicle.StoreLoss> losses,
            List<Chronicle.Kept> kept,
            VerdictAnswer verdict,
            boolean windowsShortened,
            Chain.Head evidenceHead,
            String brokenAt) {}

    /** The verdict with its bottom line. */
    record VerdictAnswer(boolean success, List<Verdict.PartVerdict> parts, List<String> notes) {
        static VerdictAnswer of(Verdict verdict) {
            return new VerdictAnswer(verdict.success(), verdict.parts(), verdict.notes());
        }
    }

    @GetMapping
    List<Summary> list() {
        return reader.list().stream()
                .map((Listed each) -> Summary.of(each.row(), each.decision()))
                .toList();
    }

    @GetMapping("/{id}")
    Detail one(@PathVariable String id) {
        IncidentView view = reader.view(id);
        return new Detail(
                Summary.of(view.row(), view.decision()),
                view.decision(),
                view.decisions(),
                view.chronicle().levels(),
                view.tasks(),
                view.people(),
                List.copyOf(view.losses()),
                List.copyOf(view.kept()),
                VerdictAnswer.of(view.verdict()),
                view.chronicle().windowsShortened(),
                view.head(),
                view.broken());
    }

    @GetMapping("/{id}/evidence")
    ResponseEntity<List<Evidence>> evidence(@PathVariable String id) {
        return evidenceOf(reader, id).body(reader.evidence(id));
    }

    static ResponseEntity.BodyBuilder evidenceOf(IncidentReader reader, String id) {
        Chain.Head head = reader.view(id).head();
        return ResponseEntity.ok().header(HEAD, head.entries() + " " + head.hash());
    }

    /** The newest plan, as it was written into the evidence. */
    @GetMapping("/{id}/plan")
    JsonNode plan(@PathVariable String id) {
        return new Chronicle(reader.evidence(id))
                .last(Evidence.Kind.PLAN)
                .orElseThrow(() -> new NothingYet("incident '" + id + "' has no plan yet"))
                .details();
    }

    /** What was told of the incident, to whom, and what became of it. */
    @GetMapping("/{id}/notifications")
    NotificationsView notifications(@PathVariable String id) {
        return reader.view(id).told();
    }

    /** Some of the incident's alerts, what fires first; at most 500 at once. */
    @GetMapping("/{id}/alerts")
    AlertsPage alerts(
            @PathVariable String id,
            @RequestParam(defaultValue = "0") int page,
            @RequestParam(defaultValue = "100") int size) {
        return reader.alerts(id, page, size);
    }

    @GetMapping("/{id}/verdict")
    VerdictAnswer verdict(@PathVariable String id) {
        return VerdictAnswer.of(Verdict.of(reader.evidence(id)));
    }

    @GetMapping("/{id}/report")
    ResponseEntity<String> report(@PathVariable String id) {
        return markdown(id, reader.report(id));
    }

    static ResponseEntity<String> markdown(String id, String text) {
        return ResponseEntity.ok()
                .contentType(MARKDOWN)
                .header(HttpHeaders.CONTENT_DISPOSITION, "inline; filename=\"" + fileName(id) + ".md\"")
                .body(text);
    }

    static String fileName(String id) {
        return id.replaceAll("[^A-Za-z0-9-]", "_");
    }
}
