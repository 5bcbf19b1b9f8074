package dev.sternway.web;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Words;
import dev.sternway.port.Refusal;
import dev.sternway.process.DecideNow;
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

/** The page on which a person says why an incident is not monitored any longer. */
@Controller
class DecideNowPage {
    private final Incidents incidents;
    private final DecideNow decideNow;

    DecideNowPage(Incidents incidents, DecideNow decideNow) {
        this.incidents = incidents;
        this.decideNow = decideNow;
    }

    @ModelAttribute("words")
    Words words() {
        return new Words();
    }

    @ModelAttribute("user")
    String user(Principal user) {
        return user.getName();
    }

    @GetMapping("/incidents/{id}/decide-now")
    String ask(@PathVariable String id, Model model) {
        model.addAttribute("incident", find(id));
        return "decide-now";
    }

    @PostMapping("/incidents/{id}/decide-now")
    String decide(@PathVariable String id, @RequestParam String reason, Principal user, RedirectAttributes back) {
        Incidents.Incident incident = find(id);
        try {
            decideNow.decide(incident, user.getName(), reason);
            return "redirect:/incidents/{id}";
        } catch (Refusal refusal) {
            back.addFlashAttribute("refused", refusal.code() + ": " + refusal.explanation());
            back.addFlashAttribute("reason", reason);
            return "redirect:/incidents/{id}/decide-now";
        }
    }

    private Incidents.Incident find(String id) {
        return incidents.find(id).orElseThrow(() -> new ResponseStatusException(HttpStatus.NOT_FOUND));
    }
}
