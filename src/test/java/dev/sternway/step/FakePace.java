package dev.sternway.step;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** A pace at which waiting takes no time: pausing moves the clock. */
public final class FakePace implements Pace {
    public static final Instant BEGIN = Instant.parse("2026-11-20T12:00:00Z");

    public final List<Duration> pauses = new ArrayList<>();
    private Instant now = BEGIN;

    @Override
    public Instant now() {
        return now;
    }

    @Override
    public void pause(Duration time) {
        pauses.add(time);
        now = now.plus(time);
    }

    /** Time since the beginning. */
    public Duration elapsed() {
        return Duration.between(BEGIN, now);
    }
}
