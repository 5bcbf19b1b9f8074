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
 * <p>Whatever the format, labels and annotations have the names that the decision knows: labels {@code symptom},
 * {@code feature}, {@code service}, {@code importance}; annotations {@code error_rate}, {@code latency},
 * {@code degradation}, {@code slowdown}, {@code affected_users}, {@code sustained_for}, {@code within_sla},
 * {@code workaround}.
 *
 * @param series identifies the alert within the source across firing and resolved
 * @param key identifies the message of the alert within the source: a repeat has the same key
 * @param title what people read
 * @param startsAt when the monitoring system says that it began; of a resolved one, when it began or ended: it ends
 *     every firing one of its series that does not start later ({@link #ends})
 */
public record Alert(
        String source,
        String series,
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

    /** What was stored before alerts had a series, had it in the key. */
    public Alert {
        series = series == null ? key.replaceFirst("/(firing|resolved)$", "") : series;
    }

    /** True when this one says that the other is over, whichever of them came first. */
    public boolean ends(Alert firing) {
        return status == Status.RESOLVED
                && source.equals(firing.source)
                && series.equals(firing.series)
                && !firing.startsAt.isAfter(startsAt);
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

    /** When what it tells of began: a fixed time, however late one asks. */
    public Instant harmSince() {
        return startsAt.minus(sustained(startsAt));
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
