package dev.sternway.alert.mapping;

import java.math.BigDecimal;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Arrays;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What the decision may know of an alert: its name there, whether it is a label, and how its text is read. */
enum Fact {
    SYMPTOM(true, Kind.WORD),
    FEATURE(true, Kind.TEXT),
    SERVICE(true, Kind.TEXT),
    IMPORTANCE(true, Kind.IMPORTANCE),
    ERROR_RATE(false, Kind.FIGURE),
    LATENCY(false, Kind.SECONDS),
    DEGRADATION(false, Kind.FIGURE),
    SLOWDOWN(false, Kind.FIGURE),
    AFFECTED_USERS(false, Kind.FIGURE),
    SUSTAINED_FOR(false, Kind.DURATION),
    WITHIN_SLA(false, Kind.TRUTH),
    WORKAROUND(false, Kind.TRUTH);

    private enum Kind {
        TEXT,
        WORD,
        IMPORTANCE,
        FIGURE,
        SECONDS,
        DURATION,
        TRUTH
    }

    private static final Set<String> IMPORTANCES = Set.of("CRITICAL", "MAJOR", "MINOR");
    private static final Pattern NUMBER = Pattern.compile(
            "([-+]?(?:[0-9]{1,18}(?:\\.[0-9]{0,18})?|\\.[0-9]{1,18})(?:[eE][-+]?[0-9]{1,2})?)\\s*(\\S{0,7})");
    private static final Map<String, Double> IN_SECONDS =
            Map.of("", 1.0, "s", 1.0, "ms", 0.001, "us", 0.000001, "m", 60.0, "min", 60.0);
    private static final Set<String> UNITS = Set.of("", "%", "x");
    private static final Duration LONGEST = Duration.ofDays(30);

    private final boolean label;
    private final Kind kind;

    Fact(boolean label, Kind kind) {
        this.label = label;
        this.kind = kind;
    }

    /** The label's or annotation's name. */
    String key() {
        return name().toLowerCase(Locale.ROOT);
    }

    boolean isLabel() {
        return label;
    }

    /** @param setting the name in the configuration, with hyphens */
    static Optional<Fact> of(String setting) {
        return Arrays.stream(values())
                .filter(fact -> fact.setting().equals(setting))
                .findFirst();
    }

    String setting() {
        return key().replace('_', '-');
    }

    /** The text as the decision reads it; empty when it cannot be read. */
    Optional<String> read(String text, double factor) {
        String value = text.strip();
        return switch (kind) {
            case TEXT -> Optional.of(value);
            case WORD -> Optional.of(value.toUpperCase(Locale.ROOT).replaceAll("[\\s-]+", "_"));
            case IMPORTANCE -> Optional.of(value.toUpperCase(Locale.ROOT)).filter(IMPORTANCES::contains);
            case FIGURE -> figure(value, factor, false);
            case SECONDS -> figure(value, factor, true);
            case DURATION -> duration(value);
            case TRUTH ->
                switch (value.toLowerCase(Locale.ROOT)) {
                    case "true", "yes" -> Optional.of("true");
                    case "false", "no" -> Optional.of("false");
                    default -> Optional.empty();
                };
        };
    }

    private static Optional<String> figure(String text, double factor, boolean seconds) {
        Matcher number = NUMBER.matcher(text);
        if (!number.matches()) {
            return Optional.empty();
        }
        String unit = number.group(2);
        if (seconds ? !IN_SECONDS.containsKey(unit) : !UNITS.contains(unit)) {
            return Optional.empty();
        }
        double times = seconds ? factor * IN_SECONDS.get(unit) : factor;
        BigDecimal figure = new BigDecimal(number.group(1));
        return Optional.of((times == 1 ? figure : figure.multiply(BigDecimal.valueOf(times)))
                .stripTrailingZeros()
                .toPlainString());
    }

    /** {@code PT5M}, {@code 300s}, {@code 1h30m}, or seconds. */
    private static Optional<String> duration(String text) {
        String iso = text.matches("[0-9]{1,9}") ? text + "s" : text;
        try {
            Duration duration = Duration.parse(iso.startsWith("P") ? iso : "PT" + iso.toUpperCase(Locale.ROOT));
            boolean sensible = !duration.isNegative() && duration.compareTo(LONGEST) <= 0;
            return sensible ? Optional.of(iso) : Optional.empty();
        } catch (DateTimeParseException e) {
            return Optional.empty();
        }
    }
}
