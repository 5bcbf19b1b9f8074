package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.sandbox.LoadGenerator;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.demo.Pause;
import dev.sternway.sandbox.demo.Timeline;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** An upgrade fails in three depths: a real alert comes in, three levels cure it, two people accept what is lost. */
@Tag("docker")
class CriticalAlertAfterUpgrade {
    private static final Duration WHOLE_STORY = Duration.ofMinutes(4);

    private Scene scene;
    private Oracle oracle;

    @BeforeEach
    void aShopWithTrafficIsWatched() {
        scene = Scene.open("s1");
        oracle = scene.sandbox().oracle();
        scene.sandbox().startMonitoring();
        LoadGenerator load = scene.sandbox().startLoad();
        scene.snapshot("1.4.0");
        long atBackup = load.counts().orders();
        Pause.until(
                "orders come in after the backup",
                WHOLE_STORY,
                () -> load.counts().orders() > atBackup + 20);
    }

    @AfterEach
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void endsWithTheOldReleaseTheOldDataAndFivePartsProved() {
        scene.sandbox().deployBad();
        String incident = scene.awaitIncident();
        scene.confirmDataLoss(incident);
        assertThat(scene.decideDataLoss(incident, "APPROVE").taken()).isTrue();
        Pause.until(
                "the incident is closed",
                WHOLE_STORY,
                () -> scene.state(incident).equals("CLOSED"));

        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(oracle.expressCheckout()).isEqualTo("off");
        assertThat(oracle.schemaVersion()).isEqualTo("1");
        assertThat(oracle.damagedProducts()).isZero();
        assertThat(oracle.errorShare(100)).isLessThanOrEqualTo(0.01);
        assertThat(oracle.databases())
                .containsExactly("shop", "shop_failed_" + incident.toLowerCase().replace('-', '_'));
        assertThat(oracle.containers())
                .contains(
                        scene.sandbox().names().api() + ".failed-" + incident,
                        scene.sandbox().names().web() + ".failed-" + incident);

        JsonNode told = scene.incident(incident);
        assertThat(told.path("severity").asText()).isEqualTo("CRITICAL");
        assertThat(told.path("action").asText()).isEqualTo("ROLL_BACK");
        assertThat(told.path("verdict").path("success").asBoolean())
                .as(told.path("verdict").toString())
                .isTrue();
        assertThat(told.path("verdict").path("parts")).hasSize(5);
        Timeline timeline = new Timeline(JsonNodeFactory.instance.arrayNode().addAll(scene.evidence(incident)));
        assertThat(timeline.levels()).extracting(Timeline.Level::level).containsExactly(1, 2, 3);
        assertThat(timeline.levels()).allMatch(Timeline.Level::withinBudget);
        assertThat(scene.person("vera")
                        .api("/api/incidents/" + incident + "/plan")
                        .isObject())
                .isTrue();
        scene.requireWholeEvidence(incident);
        swapsTheRestoreBack(incident);
    }

    /** The restore turns out to be the mistake: the failed database comes back, the restored one is kept. */
    private void swapsTheRestoreBack(String incident) {
        Pause.until(
                "the last watch has ended",
                WHOLE_STORY,
                () -> !scene.incident(incident).path("endedAt").isNull());
        String suffix = incident.toLowerCase().replace('-', '_');
        String restored = databaseId("shop");
        String failed = databaseId("shop_failed_" + suffix);

        assertThat(scene.commandLine("olga", "swap-back", incident, "--reason", "the rows were right", "--yes"))
                .contains("Swapping back; follow it at");
        scene.confirmDataLoss(incident);
        assertThat(scene.decideDataLoss(incident, "APPROVE").taken()).isTrue();
        Pause.until(
                "it is swapped back", WHOLE_STORY, () -> scene.state(incident).equals("SWAPPED_BACK"));

        assertThat(databaseId("shop")).isEqualTo(failed);
        assertThat(databaseId("shop_next_" + suffix)).isEqualTo(restored);
        assertThat(oracle.databases()).containsExactly("shop", "shop_next_" + suffix);
        assertThat(oracle.damagedProducts()).isPositive();
        assertThat(oracle.version())
                .as("its services run again, on the release that they had")
                .isEqualTo("1.4.0");
        scene.requireWholeEvidence(incident);
    }

    private String databaseId(String name) {
        return oracle.query("select oid from pg_database where datname = '" + name + "'", "postgres");
    }
}
