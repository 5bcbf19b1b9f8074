package dev.sternway.decision;

import dev.sternway.alert.Alert;
import dev.sternway.alert.format.AlertFormat;
import dev.sternway.alert.format.Message;
import dev.sternway.alert.mapping.Understanding;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import org.springframework.stereotype.Component;

/** Says what a message would be understood as and what would be decided, without keeping or starting anything. */
@Component
public class Explainer {
    private final Understanding understanding;
    private final Catalogue catalogue;

    Explainer(Understanding understanding, Catalogue catalogue) {
        this.understanding = understanding;
        this.catalogue = catalogue;
    }

    /**
     * Explains a message as if it came the moment its alerts began.
     *
     * @param format its name; empty: the one that the message looks like
     * @param tables what weighs the alerts of one system
     * @throws dev.sternway.port.Refusal when the message would be refused, naming the place in it
     */
    public Explanation explain(Optional<String> format, Message message, Function<List<AlertFacts>, Decision> tables) {
        AlertFormat reader = format.map(understanding::format).orElseGet(() -> understanding.guess(message));
        dev.sternway.alert.mapping.Understood understood = understanding.understand(reader, message);
        List<String> notes = new ArrayList<>(understood.notes());
        List<Explanation.Understood> alerts = new ArrayList<>();
        Map<ManagedSystem, List<AlertFacts>> firing = new LinkedHashMap<>();
        for (Alert alert : understood.alerts()) {
            List<ManagedSystem> systems = catalogue.matching(alert.labels());
            if (systems.isEmpty()) {
                notes.add("'" + alert.title() + "' is about no managed system: known are "
                        + catalogue.all().stream()
                                .map(system -> system.alerts().toString())
                                .toList());
                alerts.add(new Explanation.Understood(alert, null, Map.of()));
                continue;
            }
            ManagedSystem system = systems.get(0);
            if (systems.size() > 1) {
                notes.add("'" + alert.title() + "' fits several systems; the first counts: "
                        + systems.stream().map(ManagedSystem::id).toList());
            }
            Facts facts = Facts.of(alert, system, alert.startsAt());
            alerts.add(new Explanation.Understood(alert, system.id(), known(facts)));
            if (alert.status() == Alert.Status.FIRING) {
                firing.computeIfAbsent(system, any -> new ArrayList<>()).add(new AlertFacts(alert.key(), facts));
            }
        }
        List<Explanation.Decided> decisions = firing.entrySet().stream()
                .map(each -> new Explanation.Decided(each.getKey().id(), tables.apply(each.getValue())))
                .toList();
        if (decisions.isEmpty()) {
            notes.add("nothing would be started");
        }
        return new Explanation(reader.name(), notes, alerts, decisions);
    }

    private static Map<String, Object> known(Facts facts) {
        Map<String, Object> known = facts.variables();
        known.values().removeIf(Objects::isNull);
        return known;
    }
}
