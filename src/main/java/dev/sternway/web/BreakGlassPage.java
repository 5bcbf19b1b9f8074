package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Words;
import dev.sternway.port.Refusal;
import dev.sternway.process.BreakGlass;
import java.security.Principal;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.server.ResponseStatusException;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** The page on which a person says why he breaks the glass. */
@Controller
class BreakGlassPage {
    private final Incidents incidents;
    private final BreakGlass glass;

    BreakGlassPage(Incidents incidents, BreakGlass glass) {
        this.incidents = incidents;
        this.glass = glass;
    }

    @ModelAttribute("words")
    Words words() {
        return new Words();
    }

    @ModelAttribute("user")
    String user(Principal user) {
        return user.getName();
    }

    @GetMapping("/incidents/{id}/break-glass")
    String ask(@PathVariable String id, Model model) {
        model.addAttribute("incident", find(id));
        return "break-glass";
    }

    @PostMapping("/incidents/{id}/break-glass")
    String open(@PathVariable String id, @RequestParam String reason, Principal user, RedirectAttributes back) {
        Incidents.Incident incident = find(id);
        try {
            glass.open(incident.id(), user.getName(), reason);
            return "redirect:/incidents/{id}";
        } catch (Refusal refusal) {
            back.addFlashAttribute("refused", refusal.code() + ": " + refusal.explanation());
            back.addFlashAttribute("reason", reason);
            return "redirect:/incidents/{id}/break-glass";
        }
    }

    private Incidents.Incident find(String id) {
        return incidents.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
