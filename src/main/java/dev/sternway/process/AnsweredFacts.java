package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * What the tables were asked about last, for each incident: a thousand alerts that say the same need no second answer
 * before a decision minute has passed. Kept by each node for itself; whoever knows nothing asks.
 */
final class AnsweredFacts {
    private static final int MOST = 1_000;

    private record Answered(Instant at, Set<Map<String, Object>> facts) {}

    private final Map<String, Answered> last = new LinkedHashMap<>();

    /** True when the tables were asked about just these facts less than a decision minute ago, and said nothing new. */
    synchronized boolean isStill(String incidentId, List<AlertFacts> facts, Duration minute) {
        Answered before = last.get(incidentId);
        return before != null && before.at.plus(minute).isAfter(Variable.now()) && before.facts.equals(timeless(facts));
    }

    synchronized void keep(String incidentId, List<AlertFacts> facts) {
        if (last.size() >= MOST) {
            last.clear();
        }
        last.put(incidentId, new Answered(Variable.now(), timeless(facts)));
    }

    synchronized void forget(String incidentId) {
        last.remove(incidentId);
    }

    /** How long it has lasted changes with every look. */
    private static Set<Map<String, Object>> timeless(List<AlertFacts> facts) {
        Set<Map<String, Object>> all = new HashSet<>();
        for (AlertFacts each : facts) {
            Map<String, Object> values = new LinkedHashMap<>(each.facts().variables());
            values.remove(Variable.SUSTAINED_MINUTES.name());
            all.add(values);
        }
        return all;
    }
}
