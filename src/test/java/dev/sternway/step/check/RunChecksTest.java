package dev.sternway.step.check;

import static dev.sternway.step.check.CheckedWorld.HTTP;
import static dev.sternway.step.check.CheckedWorld.RATE;
import static dev.sternway.step.check.CheckedWorld.SQL;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.catalogue.Check;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.OutsideException;
import dev.sternway.step.StepResult;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class RunChecksTest {
    private final CheckedWorld world = new CheckedWorld();

    @Test
    void isSufficientWhenAllPassTwiceInARow() {
        StepResult result = run(HTTP, RATE, SQL);

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(result.details().path("sufficient").asText()).isEqualTo("true");
        assertThat(result.seen()).isEqualTo("3 of 3 pass after 4 s");
        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofSeconds(4));
    }

    @Test
    void tellsEveryCheckForItself() {
        world.errors = second -> 0.31;

        JsonNode checks = run(HTTP, RATE, SQL).details().path("checks");

        assertThat(checks)
                .extracting(check -> check.path("check").asText())
                .containsExactly("front", "errors", "totals");
        assertThat(checks)
                .extracting(check -> check.path("outcome").asText())
                .containsExactly("PROVED", "NOT_MET", "PROVED");
        assertThat(checks.path(0).path("wanted").asText()).isEqualTo("GET http://shop/ answers 200 with /state 'open'");
        assertThat(checks.path(1).path("wanted").asText()).isEqualTo("at most 0.02000 over at least 20 requests");
        assertThat(checks.path(1).path("seen").asText()).isEqualTo("0.3100 over 60 s");
        assertThat(checks.path(1).path("title").asText()).isEqualTo("Few errors");
        assertThat(checks.path(1).path("part").asText()).isEqualTo("PERFORMANCE_ACCEPTABLE");
        assertThat(checks.path(2).path("seen").asText()).isEqualTo("'0'");
    }

    @Test
    void countsOnlySamplesBegunAfterTheProof() {
        world.requests = second -> second < 6 ? 5.0 : 50.0;

        run(RATE);

        assertThat(world.asked)
                .containsExactly(
                        "requests[2s]", "requests[4s]", "requests[6s]", "errors[6s]", "requests[8s]", "errors[8s]");
    }

    @Test
    void staysUnknownWithoutEnoughTraffic() {
        world.requests = second -> 12.9;

        StepResult result = run(HTTP, RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(result.details().path("sufficient").asText()).isEqualTo("unknown");
        assertThat(result.seen())
                .isEqualTo("1 of 2 pass after 60 s; 'Few errors' is unknown: 12 requests in 60 s, 20 are needed");
    }

    @Test
    void staysUnknownWithoutSamples() {
        world.errors = second -> null;

        assertThat(run(RATE).seen()).contains("'Few errors' is unknown: no samples in 60 s");
    }

    @Test
    void waitsForARateThatMayStillGetBetter() {
        world.errors = second -> second < 30 ? 0.5 : 0.01;

        StepResult result = run(HTTP, RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofSeconds(32));
    }

    @Test
    void measuresABadRateToTheEndOfTheWindow() {
        world.errors = second -> 0.5;

        StepResult result = run(RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(result.details().path("sufficient").asText()).isEqualTo("false");
        assertThat(world.pace.elapsed()).isEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void decidesAtOnceOnDamagedRows() {
        world.rows.put("select bad", "17");

        StepResult result = run(SQL, HTTP);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(result.seen()).contains("'No negative total' fails: '17'");
        assertThat(world.pace.elapsed()).isZero();
    }

    @Test
    void looksAtEveryOtherCheckBeforeItGivesUp() {
        world.rows.put("select bad", "17");

        JsonNode checks = run(SQL, RATE).details().path("checks");

        assertThat(checks.path(1).path("outcome").asText()).isEqualTo("UNKNOWN");
        assertThat(checks.path(1).path("seen").asText()).isEqualTo("0 over 2 s, once only");
    }

    @Test
    void takesARefusedConnectionForASickSystem() {
        world.status = second -> 0;

        StepResult result = run(HTTP);

        assertThat(result.outcome()).isEqualTo(Outcome.NOT_MET);
        assertThat(result.seen()).contains("did not answer");
    }

    @Test
    void takesAnUnreachableInstrumentForUnknown() {
        world.errors = second -> {
            throw new OutsideException("'http://prometheus:9090' did not answer");
        };

        assertThat(run(RATE).outcome()).isEqualTo(Outcome.UNKNOWN);
    }

    @Test
    void forgivesOneBadAnswer() {
        world.status = second -> second == 0 ? 503 : 200;

        assertThat(run(HTTP).outcome()).isEqualTo(Outcome.PROVED);
    }

    @Test
    void doesNotTakeASinglePassForGood() {
        world.status = second -> second == 60 ? 200 : second % 4 == 0 ? 200 : 503;

        StepResult result = run(HTTP, RATE);

        assertThat(result.outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(result.details().path("checks").path(0).path("seen").asText())
                .endsWith("once only");
    }

    @Test
    void cannotTellWithoutChecks() {
        assertThat(run().outcome()).isEqualTo(Outcome.UNKNOWN);
        assertThat(world.pace.pauses).hasSizeLessThanOrEqualTo(30);
    }

    @Test
    @Tag("S1-19")
    void reportsProgressOnTheWay() {
        world.errors = second -> second < 30 ? 0.5 : 0.01;

        run(HTTP, RATE);

        assertThat(world.progress).first().isEqualTo("0 0 of 2 checks pass");
        assertThat(world.progress).contains("50 1 of 2 checks pass");
        assertThat(world.progress).last().isEqualTo("53 2 of 2 checks pass");
    }

    private StepResult run(Check... checks) {
        return new RunChecks(world.reader(), world.pace, CheckedWorld.settings())
                .run(world.task(List.of(checks).toArray(Check[]::new)));
    }
}
