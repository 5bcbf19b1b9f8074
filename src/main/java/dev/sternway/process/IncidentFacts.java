package dev.sternway.process;

import dev.sternway.alert.Alert;
import dev.sternway.alert.HiddenAlerts;
import dev.sternway.alert.IncidentAlerts;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Facts;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.springframework.stereotype.Component;

/**
 * What the firing alerts of an incident say, each thing once: what the tables are asked with, in the process and by
 * whoever looks again.
 *
 * <p>Of a storm whose every alert has other figures only those count that no other of the same kind surpasses: the
 * strictest rules match them. Few alerts all count, but for those that only stand in for others and say nothing.
 */
@Component
class IncidentFacts {
    /** So many things are asked one by one. */
    private static final int FEW = 12;

    /** More are never asked: a decision is awaited. */
    private static final int MOST = 30;

    private final IncidentAlerts alerts;

    IncidentFacts(IncidentAlerts alerts) {
        this.alerts = alerts;
    }

    List<AlertFacts> of(String incidentId, ManagedSystem system, Instant now) {
        Map<Long, Alert> firing = new LinkedHashMap<>();
        alerts.firing(incidentId).forEach(alike -> firing.put(alike.id(), alike.alert()));
        return of(firing, system, now);
    }

    /** The same of alerts that belong to no incident yet. */
    static List<AlertFacts> of(Map<Long, Alert> alerts, ManagedSystem system, Instant now) {
        List<AlertFacts> all = new ArrayList<>();
        List<AlertFacts> silent = new ArrayList<>();
        alerts.forEach((id, alert) -> {
            AlertFacts each = new AlertFacts(Long.toString(id), Facts.of(alert, system, now));
            (HiddenAlerts.isStandIn(alert) && saysNothing(each.facts()) ? silent : all).add(each);
        });
        return distinct(all.isEmpty() ? silent : all);
    }

    /** Where it is and since when is known of whatever fires. */
    private static boolean saysNothing(Facts facts) {
        Map<String, Object> said = new LinkedHashMap<>(facts.variables());
        said.keySet().removeAll(List.of("feature", "service", "importance", "sustainedMinutes"));
        return said.values().stream().allMatch(Objects::isNull);
    }

    private static List<AlertFacts> distinct(List<AlertFacts> all) {
        if (all.size() <= FEW) {
            return all;
        }
        Map<Map<String, Object>, List<AlertFacts>> kinds = new LinkedHashMap<>();
        all.forEach(each -> kinds.computeIfAbsent(kind(each.facts()), kind -> new ArrayList<>())
                .add(each));
        List<List<AlertFacts>> unsurpassed =
                kinds.values().stream().map(IncidentFacts::unsurpassed).toList();
        List<AlertFacts> some = new ArrayList<>();
        // One of each kind, then a second one of each: no kind is crowded out.
        for (int i = 0; some.size() < MOST && some.size() < total(unsurpassed); i++) {
            for (List<AlertFacts> kind : unsurpassed) {
                if (i < kind.size() && some.size() < MOST) {
                    some.add(kind.get(i));
                }
            }
        }
        return some;
    }

    private static int total(List<List<AlertFacts>> lists) {
        return lists.stream().mapToInt(List::size).sum();
    }

    private static List<AlertFacts> unsurpassed(List<AlertFacts> alike) {
        List<AlertFacts> best = new ArrayList<>();
        for (AlertFacts each : alike) {
            if (best.stream().noneMatch(other -> surpasses(other.facts(), each.facts()))) {
                best.removeIf(other -> surpasses(each.facts(), other.facts()));
                best.add(each);
            }
        }
        return best;
    }

    private static boolean surpasses(Facts one, Facts other) {
        Map<String, Double> figures = figures(one);
        return figures(other).entrySet().stream()
                .allMatch(
                        figure -> figures.getOrDefault(figure.getKey(), Double.NEGATIVE_INFINITY) >= figure.getValue());
    }

    private static Map<String, Object> kind(Facts facts) {
        Map<String, Object> kind = new LinkedHashMap<>(facts.variables());
        kind.values().removeIf(value -> value == null || value instanceof Double);
        return kind;
    }

    private static Map<String, Double> figures(Facts facts) {
        Map<String, Double> figures = new LinkedHashMap<>();
        facts.variables().forEach((name, value) -> {
            if (value instanceof Double figure) {
                figures.put(name, figure);
            }
        });
        return figures;
    }
}
