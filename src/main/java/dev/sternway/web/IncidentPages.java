package dev.sternway.web;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Words;
import dev.sternway.notification.SetUp;
import java.security.Principal;
import java.util.List;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.ResponseBody;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.context.request.WebRequest;

/** Incidents for people: the list, and one page for each. */
@Controller
class IncidentPages {
    private static final int ALERTS_ON_A_PAGE = 100;

    private final IncidentReader reader;
    private final SetUp setUp;

    IncidentPages(IncidentReader reader, SetUp setUp) {
        this.reader = reader;
        this.setUp = setUp;
    }

    @ModelAttribute("words")
    Words words() {
        return new Words();
    }

    @ModelAttribute("user")
    String user(Principal user) {
        return user == null ? "" : user.getName();
    }

    @GetMapping("/")
    String list(Model model) {
        model.addAttribute("incidents", reader.list());
        model.addAttribute("warnings", setUp.warnings());
        return "incidents";
    }

    @GetMapping("/incidents/{id}")
    String one(@PathVariable String id, Model model) {
        model.addAttribute("view", reader.view(id));
        return "incident";
    }

    /** The changing part of the page; 304 when nothing changed. */
    @GetMapping("/incidents/{id}/live")
    String live(@PathVariable String id, Model model, WebRequest request) {
        IncidentView view = reader.view(id);
        if (request.checkNotModified(view.version())) {
            return null;
        }
        model.addAttribute("view", view);
        return "incident :: live";
    }

    /** All alerts of the incident, page by page. */
    @GetMapping("/incidents/{id}/alerts")
    String alerts(@PathVariable String id, @RequestParam(defaultValue = "0") int page, Model model) {
        model.addAttribute("page", reader.alerts(id, page, ALERTS_ON_A_PAGE));
        return "alerts";
    }

    /** The list's changing part. */
    @GetMapping("/incidents/live")
    String liveList(Model model) {
        model.addAttribute("incidents", reader.list());
        return "incidents :: live";
    }

    @GetMapping("/incidents/{id}/report")
    @ResponseBody
    ResponseEntity<String> report(@PathVariable String id) {
        return IncidentsApi.markdown(id, reader.report(id));
    }

    /** The evidence as a file, for checking it elsewhere. */
    @GetMapping(path = "/incidents/{id}/evidence.json", produces = MediaType.APPLICATION_JSON_VALUE)
    @ResponseBody
    ResponseEntity<List<Evidence>> evidence(@PathVariable String id) {
        return IncidentsApi.evidenceOf(reader, id).body(reader.evidence(id));
    }

    @ExceptionHandler(IncidentNotFound.class)
    @ResponseStatus(HttpStatus.NOT_FOUND)
    String notFound(IncidentNotFound problem, Model model, Principal user) {
        model.addAttribute("message", problem.getMessage());
        model.addAttribute("user", user(user));
        return "not-found";
    }
}
