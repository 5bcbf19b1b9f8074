package dev.sternway.step;

import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** The pace of the wall clock. */
@Component
final class RealPace implements Pace {
    @Override
    public Instant now() {
        return Instant.now();
    }

    @Override
    public void pause(Duration time) {
        try {
            Thread.sleep(TimeLimit.atMost(time).toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while waiting", e);
        }
    }
}
