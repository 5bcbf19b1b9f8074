package dev.sternway.evidence;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;

/** Turns times, figures and names into words for people; the same on pages and in papers. */
public final class Words {
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT).withZone(ZoneOffset.UTC);
    private static final DateTimeFormatter DATE_TIME = DateTimeFormatter.ofPattern(
                    "yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    /** 03:14:15 in UTC. */
    public String time(Instant instant) {
        return instant == null ? "–" : TIME.format(instant);
    }

    /** 2026-05-03 03:14:15 UTC. */
    public String dateTime(Instant instant) {
        return instant == null ? "–" : DATE_TIME.format(instant);
    }

    /** The same of an ISO text; what is none stays as it is. */
    public String dateTime(String iso) {
        try {
            return dateTime(Instant.parse(iso));
        } catch (DateTimeParseException e) {
            return iso;
        }
    }

    /** 0.16 s, 4.2 s, 2 min 5 s, 1 h 20 min. */
    public String duration(Duration duration) {
        if (duration == null) {
            return "–";
        }
        long millis = duration.toMillis();
        if (millis < 1_000) {
            return millis == 0 ? "0 s" : String.format(Locale.ROOT, "%.2f s", millis / 1000.0);
        }
        if (millis < 10_000) {
            return String.format(Locale.ROOT, "%.1f s", millis / 1000.0);
        }
        long seconds = duration.toSeconds();
        if (seconds < 60) {
            return seconds + " s";
        }
        if (seconds < 3_600) {
            return seconds / 60 + " min" + (seconds % 60 == 0 ? "" : " " + seconds % 60 + " s");
        }
        return seconds / 3_600 + " h" + (seconds % 3_600 / 60 == 0 ? "" : " " + seconds % 3_600 / 60 + " min");
    }

    public String between(Instant from, Instant to) {
        return from == null || to == null ? "–" : duration(Duration.between(from, to));
    }

    /** 20,412. */
    public String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    /** {@code 1 row}, {@code 4,120 rows}, {@code 2 entries}. */
    public static String some(long number, String thing) {
        String many = thing.endsWith("y") ? thing.substring(0, thing.length() - 1) + "ies" : thing + "s";
        return new Words().count(number) + " " + (number == 1 ? thing : many);
    }

    /** {@code revertImage} is Revert image, {@code NOT_MET} is Not met, {@code incident-commander} is Incident commander. */
    public String plain(String name) {
        if (name == null || name.isBlank()) {
            return "–";
        }
        String words = name.equals(name.toUpperCase(Locale.ROOT))
                ? name.replace('_', ' ').toLowerCase(Locale.ROOT)
                : name.replaceAll("(?<=[a-z0-9])(?=[A-Z])", " ")
                        .replace('_', ' ')
                        .replace('-', ' ')
                        .toLowerCase(Locale.ROOT);
        return words.substring(0, 1).toUpperCase(Locale.ROOT) + words.substring(1);
    }

    /** The first characters of a hash; enough to tell two apart by eye. */
    public String brief(String hash) {
        return hash == null ? "–" : hash.substring(0, Math.min(12, hash.length()));
    }

    /** What level 1, 2 and 3 do. */
    public String level(Integer number) {
        if (number == null) {
            return "–";
        }
        return switch (number) {
            case 1 -> "Level 1: switch toggles";
            case 2 -> "Level 2: revert the release";
            case 3 -> "Level 3: restore the data";
            default -> "Level " + number;
        };
    }
}
