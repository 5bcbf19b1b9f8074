package dev.sternway.step.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.step.ShopWorld;
import dev.sternway.step.StepResult;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** What is kept of a system before anything is touched. */
class CaptureStateTest {
    private final ShopWorld world = new ShopWorld();
    private final CaptureState step = new CaptureState(world.host);

    private StepResult run() {
        List<String> before = List.copyOf(world.host.effects);
        StepResult result = step.run(world.task("shop"));
        assertThat(world.host.effects).isEqualTo(before);
        return result;
    }

    @Test
    @Tag("S4-14")
    void namesTheServiceWithTheMostErrorsFirst() {
        world.host.named("shop-api").log =
                List.of("ERROR: no such column", "all is well", "java.lang.Exception: no", "error 17");
        world.host.named("shop-db").log = List.of("FATAL: out of disk");

        StepResult result = run();

        assertThat(result.outcome()).isEqualTo(Outcome.NOTED);
        assertThat(result.seen())
                .startsWith("api (runs since ")
                .containsSubsequence("3 error lines of the last 1000", "db (", "1 error lines of the last 1000");
    }

    @Test
    @Tag("S4-05")
    void countsOverAThousandLinesAndKeepsTheLastHundredWithoutSecrets() {
        world.host.named("shop-api").log = Collections.nCopies(1500, "error: password=hunter2hunter2 is wrong");

        JsonNode api = run().details().at("/services/0");

        assertThat(api.path("service").asText()).isEqualTo("api");
        assertThat(api.path("errorLines").asInt()).isEqualTo(1000);
        assertThat(api.path("lastLines")).hasSize(100);
        assertThat(api.at("/lastLines/0").asText()).isEqualTo("error: password=*** is wrong");
    }

    @Test
    void saysWhatIsNotThere() {
        world.host.containers.remove(world.host.named("shop-api").id);

        assertThat(run().seen()).contains("api (container 'shop-api' is not there, log unknown)");
    }
}
