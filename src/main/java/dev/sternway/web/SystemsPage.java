package dev.sternway.web;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Readiness;
import dev.sternway.port.OutsideException;
import java.security.Principal;
import java.util.List;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.ModelAttribute;

/** The managed systems for people: which could be taken back now, and what the others lack (S3-01). */
@Controller
class SystemsPage {
    private final Catalogue catalogue;
    private final Readiness readiness;

    SystemsPage(Catalogue catalogue, Readiness readiness) {
        this.catalogue = catalogue;
        this.readiness = readiness;
    }

    /**
     * One system.
     *
     * @param state null when it cannot be told now
     * @param why it cannot be told, else null
     */
    record Row(String id, String title, Readiness.State state, String why) {}

    @ModelAttribute("words")
    Words words() {
        return new Words();
    }

    @ModelAttribute("user")
    String user(Principal user) {
        return user == null ? "" : user.getName();
    }

    @GetMapping("/systems")
    String list(Model model) {
        List<Row> rows = catalogue.all().stream()
                .map(system -> {
                    try {
                        return new Row(system.id(), system.title(), readiness.of(system), null);
                    } catch (OutsideException engineIsAway) {
                        return new Row(system.id(), system.title(), null, engineIsAway.getMessage());
                    }
                })
                .toList();
        model.addAttribute("systems", rows);
        return "systems";
    }
}
