package dev.sternway.decision;

import dev.sternway.alert.Alert;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What is known of an alert in the words of the decision tables; what is not known is null and matches no rule that
 * tests it.
 *
 * @param symptom label {@code symptom}, e.g. {@code FEATURE_FAILURE}; {@code docs/decisions.md} lists them
 * @param feature label {@code feature}: the toggle to begin with
 * @param service label {@code service}: the service that it is about
 * @param importance label {@code importance} of the feature or service: CRITICAL, MAJOR or MINOR
 * @param errorRate annotation {@code error_rate}, per cent
 * @param sustainedMinutes how long it has lasted, in the system's decision minutes
 * @param affectedUsers annotation {@code affected_users}, per cent
 * @param degradation annotation {@code degradation}, per cent slower than the baseline
 * @param slowdown annotation {@code slowdown}, times slower than the baseline
 * @param latencySeconds annotation {@code latency}, seconds until an answer comes
 * @param withinSla annotation {@code within_sla}: answers are as fast as was promised
 * @param workaround annotation {@code workaround}: users get there by another way
 */
public record Facts(
        String symptom,
        String feature,
        String service,
        String importance,
        Double errorRate,
        Double sustainedMinutes,
        Double affectedUsers,
        Double degradation,
        Double slowdown,
        Double latencySeconds,
        Boolean withinSla,
        Boolean workaround) {

    /** The names of the facts, as tables and cases spell them. */
    public static final List<String> NAMES = List.of(
            "symptom",
            "feature",
            "service",
            "importance",
            "errorRate",
            "sustainedMinutes",
            "affectedUsers",
            "degradation",
            "slowdown",
            "latencySeconds",
            "withinSla",
            "workaround");

    /** Nothing is known. */
    public static final Facts UNKNOWN = of(Map.of());

    public static Facts of(Alert alert, ManagedSystem system, Instant now) {
        Duration minute = system.windows().decisionMinute();
        return new Facts(
                alert.label("symptom").map(Facts::word).orElse(null),
                alert.label("feature").orElse(null),
                alert.label("service").flatMap(name -> service(name, system)).orElse(null),
                alert.label("importance").map(Facts::word).orElse(null),
                alert.figure("error_rate").orElse(null),
                (double) alert.sustained(now).toMillis() / minute.toMillis(),
                alert.figure("affected_users").orElse(null),
                alert.figure("degradation").orElse(null),
                alert.figure("slowdown").orElse(null),
                alert.figure("latency").orElse(null),
                flag(alert.annotations().get("within_sla")),
                flag(alert.annotations().get("workaround")));
    }

    /**
     * Facts by their names; a name that is not there is not known.
     *
     * @throws IllegalArgumentException naming the fact that is unknown or not of its type
     */
    public static Facts of(Map<String, ?> values) {
        values.keySet().stream()
                .filter(name -> !NAMES.contains(name))
                .findFirst()
                .ifPresent(name -> {
                    throw new IllegalArgumentException("there is no fact '" + name + "'; facts are " + NAMES);
                });
        return new Facts(
                Optional.ofNullable(text(values, "symptom")).map(Facts::word).orElse(null),
                text(values, "feature"),
                text(values, "service"),
                Optional.ofNullable(text(values, "importance")).map(Facts::word).orElse(null),
                number(values, "errorRate"),
                number(values, "sustainedMinutes"),
                number(values, "affectedUsers"),
                number(values, "degradation"),
                number(values, "slowdown"),
                number(values, "latencySeconds"),
                flag(values, "withinSla"),
                flag(values, "workaround"));
    }

    /** As process variables, all present, unknown ones null. */
    public Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("symptom", symptom);
        variables.put("feature", feature);
        variables.put("service", service);
        variables.put("importance", importance);
        variables.put("errorRate", errorRate);
        variables.put("sustainedMinutes", sustainedMinutes);
        variables.put("affectedUsers", affectedUsers);
        variables.put("degradation", degradation);
        variables.put("slowdown", slowdown);
        variables.put("latencySeconds", latencySeconds);
        variables.put("withinSla", withinSla);
        variables.put("workaround", workaround);
        return variables;
    }

    /**
     * The service that the alert names by its id or its container. A label may name anything else as well, an exporter or a
     * load balancer, and what is infrastructure is not taken back: then it is not known which service it is about.
     */
    private static Optional<String> service(String name, ManagedSystem system) {
        return system.services().stream()
                .filter(each -> !each.infrastructure())
                .filter(each -> each.id().equals(name) || name.equals(each.container()))
                .map(Service::id)
                .findFirst();
    }

    /** {@code data-corruption}, {@code Data corruption} and {@code DATA_CORRUPTION} are one word. */
    private static String word(String text) {
        return text.strip().toUpperCase(Locale.ROOT).replaceAll("[\\s-]+", "_");
    }

    private static Boolean flag(String text) {
        return text == null
                ? null
                : switch (text.strip().toLowerCase(Locale.ROOT)) {
                    case "true", "yes", "1" -> Boolean.TRUE;
                    case "false", "no", "0" -> Boolean.FALSE;
                    default -> null;
                };
    }

    private static String text(Map<String, ?> values, String name) {
        Object value = values.get(name);
        if (value == null || value instanceof String) {
            return (String) value;
        }
        throw new IllegalArgumentException(name + ": must be a text, got '" + value + "'");
    }

    private static Double number(Map<String, ?> values, String name) {
        Object value = values.get(name);
        if (value == null) {
            return null;
        }
        if (value instanceof Number number && Double.isFinite(number.doubleValue())) {
            return number.doubleValue();
        }
        throw new IllegalArgumentException(name + ": must be a number, got '" + value + "'");
    }

    private static Boolean flag(Map<String, ?> values, String name) {
        Object value = values.get(name);
        if (value == null || value instanceof Boolean) {
            return (Boolean) value;
        }
        throw new IllegalArgumentException(name + ": must be true or false, got '" + value + "'");
    }
}
