package dev.sternway.decision;

import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/** What counts of a decision when two are compared: not which rules matched, but what follows from them. */
public final class Outcome {

    /** The fields by their names. */
    public static final Set<String> FIELDS = new LinkedHashSet<>(List.of(
            "severity",
            "action",
            "scenario",
            "scope",
            "level",
            "service",
            "restoreReason",
            "preAuthorised",
            "decideWithin",
            "response",
            "downtimeBudget",
            "approverGroups"));

    private Outcome() {}

    /** The fields with their values as texts, null where there is none. */
    public static Map<String, String> of(Decision decision) {
        Map<String, String> values = new LinkedHashMap<>();
        values.put("severity", text(decision.severity()));
        values.put("action", text(decision.action()));
        values.put("scenario", text(decision.scenario()));
        values.put("scope", text(decision.scope()));
        values.put("level", text(decision.level()));
        values.put("service", decision.service());
        values.put("restoreReason", text(decision.restoreReason()));
        values.put("preAuthorised", text(decision.preAuthorised()));
        values.put("decideWithin", text(decision.decideWithin()));
        values.put("response", text(decision.response()));
        values.put("downtimeBudget", text(decision.downtimeBudget()));
        values.put("approverGroups", decision.approverGroups());
        return values;
    }

    /** The fields of {@code before} that are another now. */
    public static List<String> changed(Map<String, String> before, Map<String, String> after) {
        return before.keySet().stream()
                .filter(field -> !Objects.equals(before.get(field), after.get(field)))
                .toList();
    }

    private static String text(Object value) {
        return value == null ? null : value.toString();
    }
}
