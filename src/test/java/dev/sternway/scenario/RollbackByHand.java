package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.sandbox.demo.Pause;
import dev.sternway.sandbox.demo.Person;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * No alert came, and the failed release was recorded as good: a person asks for the release before it, another one
 * approves, and the shop runs on it again.
 */
@Tag("docker")
@Tag("S1-03")
class RollbackByHand {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final String REASON = "checkout fails since the upgrade";

    private Scene scene;

    @BeforeEach
    void theFailedReleaseIsTheNewestOneRecorded() {
        scene = Scene.open("s5");
        scene.snapshot("1.4.0");
        scene.sandbox().deployBad();
        scene.snapshot("1.5.0");
    }

    @AfterEach
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void goesBackToTheOlderReleaseThatWasChosenOnceSomebodyElseApproves() {
        Person theo = scene.person("theo");
        Person.Answer none = theo.tell("/api/rollbacks", Map.of("systems", Scene.SYSTEM, "reason", REASON));
        assertThat(none.status()).as(none.body()).isEqualTo(409);
        List<JsonNode> points = StreamSupport.stream(
                        none.json().path("restorePoints").spliterator(), false)
                .toList();
        assertThat(points)
                .hasSize(4)
                .allMatch(point -> point.path("usable").asBoolean(), none.body())
                .extracting(point -> point.path("version").asText())
                .containsExactly("1.5.0", "1.5.0", "1.4.0", "1.4.0");

        Person.Answer begun = theo.tell(
                "/api/rollbacks",
                Map.of("systems", Scene.SYSTEM, "release", "1.4.0", "severity", "CRITICAL", "reason", REASON));
        assertThat(begun.status()).as(begun.body()).isEqualTo(202);
        String incident = begun.json().at("/incidents/" + Scene.SYSTEM).asText();

        refusesASecondOneAndASnapshotMeanwhile(theo, incident);
        String task = scene.awaitTask("theo", incident, "userTask_approveRollback");
        Person.Answer own = theo.submit(task, Map.of("decision", "APPROVE"));
        assertThat(own.taken()).isFalse();
        assertThat(own.body()).contains("REQUESTER_MAY_NOT_APPROVE", "'theo' asked for this");
        assertThat(scene.sandbox().oracle().version()).isEqualTo("1.5.0");

        Person.Answer other = scene.person("carla")
                .submit(scene.awaitTask("carla", incident, "userTask_approveRollback"), Map.of("decision", "APPROVE"));
        assertThat(other.taken()).as(other.body()).isTrue();
        Pause.until(
                "both services are proved to be on 1.4.0",
                SOON,
                () -> scene.evidence(incident, "proveService", null).stream()
                                .filter(Scene::done)
                                .count()
                        == 2);

        assertThat(scene.sandbox().oracle().version()).isEqualTo("1.4.0");
        assertThat(scene.evidence(incident))
                .extracting(entry -> entry.path("step").asText())
                .containsSubsequence(
                        "requestRollback",
                        "checkAuthorisation",
                        "checkProcedure",
                        "checkTarget",
                        "checkBackup",
                        "planLevel",
                        "approveRollback",
                        "revertImage");
        scene.requireWholeEvidence(incident);
    }

    private void refusesASecondOneAndASnapshotMeanwhile(Person person, String incident) {
        Person.Answer second =
                person.tell("/api/rollbacks", Map.of("systems", Scene.SYSTEM, "release", "1.4.0", "reason", "again"));
        assertThat(second.status()).isEqualTo(409);
        assertThat(second.json().path("incidentId").asText()).isEqualTo(incident);
        Person.Answer snapshot = person.tell("/api/systems/" + Scene.SYSTEM + "/snapshots", Map.of("version", "1.5.1"));
        assertThat(snapshot.status()).isEqualTo(409);
        assertThat(snapshot.body()).contains("INCIDENT_RUNNING", incident);
    }
}
