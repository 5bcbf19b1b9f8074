package dev.sternway.port;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class TimeLimitTest {
    private static final Duration HOUR = Duration.ofHours(1);

    @Test
    void limitsNothingByItself() {
        assertThat(TimeLimit.atMost(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void givesEachCallWhatIsLeft() {
        Duration left = TimeLimit.within(Duration.ofSeconds(7), () -> TimeLimit.atMost(HOUR));

        assertThat(left).isBetween(Duration.ofSeconds(5), Duration.ofSeconds(7));
        assertThat(TimeLimit.atMost(HOUR)).isEqualTo(HOUR);
    }

    @Test
    void leavesAShorterCallAsItIs() {
        Duration one = Duration.ofSeconds(1);

        assertThat(TimeLimit.<Duration>within(Duration.ofSeconds(7), () -> TimeLimit.atMost(one)))
                .isEqualTo(one);
    }

    @Test
    void beginsNoCallWhenTheTimeIsOver() {
        assertThatThrownBy(() -> TimeLimit.within(Duration.ZERO, () -> TimeLimit.atMost(HOUR)))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("time for this step is over");
    }

    @Test
    void isNotLengthenedFromWithin() {
        Duration left =
                TimeLimit.within(Duration.ofSeconds(2), () -> TimeLimit.within(HOUR, () -> TimeLimit.atMost(HOUR)));

        assertThat(left).isLessThanOrEqualTo(Duration.ofSeconds(2));
    }

    @Test
    void leavesALittleToPutThingsRightAfterwards() {
        Duration[] left = new Duration[1];

        TimeLimit.within(Duration.ZERO, () -> {
            TimeLimit.afterwards(Duration.ofSeconds(2), () -> left[0] = TimeLimit.atMost(HOUR));
            return null;
        });

        assertThat(left[0]).isBetween(Duration.ofSeconds(1), Duration.ofSeconds(2));
    }
}
