package dev.sternway.decision;

import dev.sternway.alert.Alert;
import dev.sternway.catalogue.ManagedSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/**
 * What is known of an alert in the words of {@code assess-severity}; what is not known is null and matches no rule that
 * tests it.
 *
 * @param symptom label {@code symptom}, e.g. {@code FEATURE_FAILURE}
 * @param feature label {@code feature}: the toggle to begin with
 * @param errorRate annotation {@code error_rate}, per cent
 * @param sustainedMinutes how long it has lasted, in the system's decision minutes
 * @param affectedUsers annotation {@code affected_users}, per cent
 * @param degradation annotation {@code degradation}, per cent slower than the baseline
 */
public record Facts(
        String symptom,
        String feature,
        Double errorRate,
        Double sustainedMinutes,
        Double affectedUsers,
        Double degradation) {

    public static Facts of(Alert alert, ManagedSystem system, Instant now) {
        Duration minute = system.windows().decisionMinute();
        return new Facts(
                alert.label("symptom")
                        .map(text -> text.toUpperCase(Locale.ROOT))
                        .orElse(null),
                alert.label("feature").orElse(null),
                alert.figure("error_rate").orElse(null),
                (double) alert.sustained(now).toMillis() / minute.toMillis(),
                alert.figure("affected_users").orElse(null),
                alert.figure("degradation").orElse(null));
    }

    /** As process variables, all present, unknown ones null. */
    public Map<String, Object> variables() {
        Map<String, Object> variables = new HashMap<>();
        variables.put("symptom", symptom);
        variables.put("feature", feature);
        variables.put("errorRate", errorRate);
        variables.put("sustainedMinutes", sustainedMinutes);
        variables.put("affectedUsers", affectedUsers);
        variables.put("degradation", degradation);
        return variables;
    }
}
