package dev.sternway.sandbox.demo;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.PrintStream;
import java.time.Duration;
import java.time.Instant;

/** Tells on the console what happens, each line with the seconds since the beginning. */
final class Narrator {
    private final Instant begin = Instant.now();
    private final PrintStream out = System.out;

    void chapter(String title) {
        out.println();
        out.println("== " + title);
    }

    void say(String text) {
        line(Instant.now(), text);
    }

    /** One line of the ledger, at its own time. */
    void entry(JsonNode entry) {
        String level = entry.path("level").isInt() ? "L" + entry.path("level").asInt() : "  ";
        String target = entry.path("target").asText("");
        Duration took = Duration.between(Timeline.time(entry, "startedAt"), Timeline.time(entry, "endedAt"));
        String seen = entry.path("seen").asText().replaceAll("\\s+", " ");
        line(
                Timeline.time(entry, "endedAt"),
                "%s %-18s %-10s %-8s %6d ms  %s"
                        .formatted(
                                level,
                                entry.path("step").asText(),
                                target.equals("null") ? "" : target,
                                entry.path("outcome").asText(),
                                took.toMillis(),
                                seen.substring(0, Math.min(150, seen.length()))));
    }

    private void line(Instant at, String text) {
        out.printf("%6.1f s  %s%n", Duration.between(begin, at).toMillis() / 1000.0, text);
        out.flush();
    }
}
