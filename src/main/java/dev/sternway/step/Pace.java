package dev.sternway.step;

import java.time.Duration;
import java.time.Instant;

/** The clock and the patience of steps that look again and again, so that tests need not wait. */
public interface Pace {
    Instant now();

    /**
     * Waits.
     *
     * @throws dev.sternway.port.OutsideException when interrupted, so that the step is tried again elsewhere
     */
    void pause(Duration time);
}
