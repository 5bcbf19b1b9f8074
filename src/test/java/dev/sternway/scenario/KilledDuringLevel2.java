package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.sandbox.Names;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.demo.Pause;
import java.time.Duration;
import java.util.List;
import java.util.function.Predicate;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of Sternway while it reverts a release: it goes on by itself, and nothing happens twice. */
@Tag("docker")
class KilledDuringLevel2 {
    private static final Duration SOON = Duration.ofSeconds(90);

    private Scene scene;
    private Oracle oracle;
    private Names names;
    private String failedApi;
    private String failedWeb;
    private DockerHistory history;

    @BeforeEach
    void anUpgradeHasFailed() throws Exception {
        scene = Scene.open("s2");
        oracle = scene.sandbox().oracle();
        names = scene.sandbox().names();
        scene.snapshot("1.4.0");
        scene.sandbox().deployBad();
        failedApi = oracle.inspect(names.api()).getId();
        failedWeb = oracle.inspect(names.web()).getId();
        history = DockerHistory.of(scene.sandbox());
    }

    @AfterEach
    void close() throws Exception {
        if (history != null) {
            history.close();
        }
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void goesOnByItselfAndReplacesEachServiceOnce() throws Exception {
        String incident = scene.alert("CRASH");

        scene.awaitProof(incident, "createReplacement", "shop-web");
        killAndStartAgain(incident);

        scene.awaitProof(incident, "stopService", "shop-api");
        killAndStartAgain(incident);

        // It answers once already, Sternway wants it several times in a row.
        Pause.until("the old API answers again", SOON, () -> oracle.version().equals("1.4.0"));
        killAndStartAgain(incident);

        scene.awaitProof(incident, "proveService", "shop-web");
        requireEachServiceReplacedOnce(incident);
    }

    @Test
    @Tag("slow")
    void mayBeKilledAfterEveryStep() throws Exception {
        String incident = scene.alert("CRASH");
        int seen = 0;
        int kills = 0;
        while (scene.evidence(incident, "proveService", "shop-web").stream().noneMatch(Scene::done)) {
            int before = seen;
            Pause.until("the next step is done", SOON, () -> steps(incident) > before);
            scene.killSternway();
            kills++;
            scene.startAgainAndSeeItGoOn(incident);
            seen = Math.max(before + 1, steps(incident) - 1);
        }
        assertThat(kills).isGreaterThan(5);
        requireEachServiceReplacedOnce(incident);
    }

    private int steps(String incident) {
        return (int) scene.evidence(incident).stream()
                .filter(entry -> entry.path("kind").asText().equals("STEP"))
                .count();
    }

    private void killAndStartAgain(String incident) {
        scene.killSternway();
        scene.startAgainAndSeeItGoOn(incident);
    }

    private void requireEachServiceReplacedOnce(String incident) {
        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(oracle.containers())
                .containsExactlyInAnyOrder(
                        names.database(),
                        names.api(),
                        names.web(),
                        failed(names.api(), incident),
                        failed(names.web(), incident));
        assertThat(oracle.inspect(failed(names.api(), incident)).getId()).isEqualTo(failedApi);
        assertThat(oracle.inspect(failed(names.web(), incident)).getId()).isEqualTo(failedWeb);
        assertThat(oracle.running(failed(names.api(), incident))).isFalse();
        assertThat(oracle.running(failed(names.web(), incident))).isFalse();

        List<String> replaced = List.of(names.api() + ".next-" + incident, names.web() + ".next-" + incident);
        assertThat(history.names("create")).as("%s", history).containsExactlyInAnyOrderElementsOf(replaced);
        assertThat(history.names("rename"))
                .as("%s", history)
                .containsExactlyInAnyOrder(
                        names.api(), names.web(), failed(names.api(), incident), failed(names.web(), incident));
        assertThat(history.names("start")).as("%s", history).containsExactlyInAnyOrder(names.api(), names.web());
        assertThat(history.names("destroy")).as("%s", history).isEmpty();

        for (String service : List.of("shop-api", "shop-web")) {
            assertThat(proofs(incident, "createReplacement", service)).hasSizeLessThanOrEqualTo(1);
            assertThat(proofs(incident, "revertImage", service)).hasSizeLessThanOrEqualTo(1);
        }
        scene.requireWholeEvidence(incident);
    }

    private List<JsonNode> proofs(String incident, String step, String service) {
        Predicate<JsonNode> proved = entry -> entry.path("outcome").asText().equals("PROVED")
                && entry.path("level").asInt() == 2;
        return scene.evidence(incident, step, service).stream().filter(proved).toList();
    }

    private static String failed(String container, String incident) {
        return container + ".failed-" + incident;
    }
}
