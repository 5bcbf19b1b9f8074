package dev.sternway.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * One message of a monitoring system, translated from its format.
 *
 * @param source the format it came in, e.g. {@code alertmanager}
 * @param key identifies the alert and its state within the source: a repeat has the same key
 * @param title what people read
 * @param startsAt when the monitoring system says that it began
 */
public record Alert(
        String source,
        String key,
        Status status,
        String title,
        Instant startsAt,
        Map<String, String> labels,
        Map<String, String> annotations) {

    /** Whether the alert is on or over. */
    public enum Status {
        FIRING,
        RESOLVED
    }

    public Optional<String> label(String name) {
        return Optional.ofNullable(labels.get(name)).filter(value -> !value.isBlank());
    }

    /** A number in an annotation, with or without a per cent sign; empty when there is none that can be read. */
    public Optional<Double> figure(String annotation) {
        String text = annotations.get(annotation);
        if (text == null) {
            return Optional.empty();
        }
        try {
            double value = Double.parseDouble(text.replace("%", "").trim());
            return Double.isFinite(value) ? Optional.of(value) : Optional.empty();
        } catch (NumberFormatException e) {
            return Optional.empty();
        }
    }

    /**
     * How long it has lasted: since {@link #startsAt}, and before that for as long as the annotation
     * {@code sustained_for} says ({@code PT5M}, {@code 300s} or {@code 5m}).
     */
    public Duration sustained(Instant now) {
        Duration before = Optional.ofNullable(annotations.get("sustained_for"))
                .flatMap(Alert::duration)
                .orElse(Duration.ZERO);
        Duration since = Duration.between(startsAt, now);
        return since.isNegative() ? before : before.plus(since);
    }

    private static Optional<Duration> duration(String text) {
        String iso = text.startsWith("P") ? text : "PT" + text.toUpperCase(Locale.ROOT);
        try {
            return Optional.of(Duration.parse(iso));
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
