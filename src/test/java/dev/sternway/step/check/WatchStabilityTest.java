package dev.sternway.step.check;

import static dev.sternway.step.check.CheckedWorld.HTTP;
import static dev.sternway.step.check.CheckedWorld.RATE;
import static dev.sternway.step.check.CheckedWorld.SQL;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.Check;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.step.FakePace;
import dev.sternway.step.StepResult;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class WatchStabilityTest {
    private static final Duration WINDOW = Duration.ofMinutes(5);

    private final CheckedWorld world = new CheckedWorld();

    @Test
    void isStableWhenNothingFailsForTheWholeWindow() {
        StepResult result = watch(HTTP, RATE, SQL);

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(result.details().path("stable").asBoolean()).isTrue();
        assertThat(result.seen()).isEqualTo("61 looks, no relapse");
        assertThat(world.pace.elapsed()).isEqualTo(WINDOW);
    }

    @Test
    void watchesTheWindowOfThePlansLevel() {
        watcher().run(world.task(HTTP));

        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofMinutes(5));
    }

    @Test
    void seesARelapseAfterThreeFailuresInARow() {
        world.status = second -> second < 60 ? 200 : 500;

        StepResult result = watch(HTTP, RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(result.details().path("stable").asBoolean(true)).isFalse();
        assertThat(result.details().path("check").asText()).isEqualTo("front");
        assertThat(result.seen()).startsWith("relapse after 70 s: 'The front answers' failed 3 times in a row: 500");
    }

    @Test
    void forgivesShortTrouble() {
        world.status = second -> second == 100 || second == 105 ? 500 : 200;

        assertThat(watch(HTTP).outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    void takesFlappingForARelapse() {
        world.status = second -> second % 20 == 0 ? 500 : 200;

        StepResult result = watch(HTTP);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(result.seen()).contains("went up and down 3 times");
    }

    @Test
    void takesDamagedRowsForARelapseAtOnce() {
        world.rows.put("select bad", "3");

        StepResult result = watch(SQL);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(world.pace.elapsed()).isZero();
    }

    @Test
    void asksTheStoreOnceAMinuteOnly() {
        watch(SQL);

        assertThat(world.queries).isEqualTo(6);
    }

    @Test
    void goesOnInTheMiddleAfterACrash() {
        StepResult result = watcher().watch(world.task(HTTP), FakePace.BEGIN.minus(Duration.ofMinutes(4)), WINDOW);

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofMinutes(1));
        assertThat(result.seen()).isEqualTo("13 looks, no relapse, nobody looked for 240 s");
    }

    @Test
    void looksThreeTimesEvenWhenTheWindowHasPassed() {
        StepResult result = watcher().watch(world.task(HTTP), FakePace.BEGIN.minus(Duration.ofHours(1)), WINDOW);

        assertThat(result.details().path("looks").asInt()).isEqualTo(3);
        assertThat(result.details().path("longestGapSeconds").asInt()).isEqualTo(3600);
    }

    @Test
    void doesNotEndInTheMiddleOfTrouble() {
        world.status = second -> second < 295 ? 200 : 500;

        StepResult result = watch(HTTP);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofSeconds(305));
    }

    @Test
    void forgetsNothingWhileTheInstrumentIsAway() {
        world.errors = second -> {
            boolean failing = second == 60 || second == 90 || second == 120;
            return failing ? Double.valueOf(0.5) : second < 60 ? Double.valueOf(0) : null;
        };

        StepResult result = watch(RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
    }

    @Test
    void isUnknownWhenACheckNeverAnswered() {
        world.errors = second -> null;

        StepResult result = watch(HTTP, RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(result.details().path("stable").asBoolean(true)).isFalse();
        assertThat(result.seen()).contains("never seen well: 'Few errors': no samples");
    }

    @Test
    void staysStableWhenTrafficEndsInTheNight() {
        world.requests = second -> second < 120 ? 100.0 : 0.0;

        assertThat(watch(HTTP, RATE).outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    void asksForTheLastTwoMinutesAtMost() {
        watch(RATE);

        assertThat(world.asked).contains("errors[5s]", "errors[120s]").doesNotContain("errors[125s]");
    }

    @Test
    void cannotTellWithoutChecks() {
        assertThat(watch().outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void reportsProgress() {
        world.status = second -> second == 150 ? 500 : 200;

        watch(HTTP);

        assertThat(world.progress).contains("50 31 looks, 'The front answers' failed 1 in a row");
        assertThat(world.progress).last().isEqualTo("100 61 looks, all well");
    }

    private StepResult watch(Check... checks) {
        return watcher().watch(world.task(checks), world.pace.now(), WINDOW);
    }

    private WatchStability watcher() {
        return new WatchStability(world.reader(), world.pace, CheckedWorld.settings());
    }
}
