package dev.sternway.web;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.IncidentAlerts.Alike;
import java.util.Comparator;
import java.util.List;

/**
 * The alerts of an incident as its page shows them.
 *
 * @param worst the worst of those that fire, each with how many say the same; the highest figures first
 */
record AlertsView(IncidentAlerts.Count count, List<Alike> worst) {
    private static final int FEW = 5;

    static AlertsView of(IncidentAlerts alerts, String incidentId) {
        Comparator<Alike> worst = Comparator.comparing((Alike each) -> figure(each, "error_rate"))
                .thenComparing(each -> figure(each, "affected_users"))
                .thenComparing(Alike::count)
                .reversed();
        return new AlertsView(
                alerts.count(incidentId),
                alerts.firing(incidentId).stream().sorted(worst).limit(FEW).toList());
    }

    private static double figure(Alike each, String annotation) {
        return each.alert().figure(annotation).orElse(-1.0);
    }

    public boolean any() {
        return count.firing() + count.resolved() > 0;
    }

    /** Alerts that fired and are over. */
    public long over() {
        return count.firing() - count.still();
    }

    /** Figures of an alert in a few words; empty when it has none. */
    public static String figures(Alike each) {
        StringBuilder text = new StringBuilder();
        add(text, each, "error_rate", "% errors");
        add(text, each, "affected_users", "% of the users");
        add(text, each, "degradation", "% slower");
        add(text, each, "slowdown", "times slower");
        add(text, each, "latency", "s until an answer");
        return text.toString();
    }

    private static void add(StringBuilder text, Alike each, String annotation, String unit) {
        each.alert()
                .figure(annotation)
                .ifPresent(value -> text.append(text.isEmpty() ? "" : ", ")
                        .append(value == Math.rint(value) ? String.valueOf(Math.round(value)) : value.toString())
                        .append(' ')
                        .append(unit));
    }
}
