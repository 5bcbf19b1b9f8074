package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.demo.Pause;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code kill -9} of Sternway while it loads the backup beside: it starts the load over, and swaps once. */
@Tag("docker")
class KilledDuringLoadOfLevel3 {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final long A_GOOD_PART = 16_000_000;

    private Scene scene;
    private Oracle oracle;

    @BeforeEach
    void anUpgradeHasDamagedTheData() throws SQLException {
        scene = Scene.open("s3");
        oracle = scene.sandbox().oracle();
        // Rows enough for a load that takes seconds.
        try (Connection connection = oracle.connect("shop");
                Statement statement = connection.createStatement()) {
            statement.execute("create table visits (id integer primary key, page text not null)");
            statement.execute("insert into visits select n, repeat(md5(n::text), 8) from generate_series(1, 120000) n");
        }
        scene.snapshot("1.4.0");
        scene.sandbox().deployBad();
    }

    @AfterEach
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void throwsTheUnfinishedCopyAwayLoadsAgainAndSwapsOnce() throws Exception {
        String failedDatabase = identity("shop");
        String incident = scene.alert("DATA_CORRUPTION");
        String copy = "shop_next_" + incident.toLowerCase().replace('-', '_');
        String kept = "shop_failed_" + incident.toLowerCase().replace('-', '_');

        Pause.until("a good part of the backup is loaded", SOON, () -> size(copy) > A_GOOD_PART);
        scene.killSternway();
        String unfinished = identity(copy);
        assertThat(scene.sandbox().oracle().databases()).containsExactly("shop", copy);

        scene.startAgainAndSeeItGoOn(incident);
        scene.awaitProof(incident, "measureLoss", "shop-db");
        assertThat(identity(copy)).as("loaded into a new database").isNotEqualTo(unfinished);
        String loaded = identity(copy);
        assertThat(toolsInTheContainer()).isEmpty();

        scene.confirmDataLoss(incident);
        assertThat(scene.decideDataLoss(incident, "APPROVE").taken()).isTrue();
        scene.awaitProof(incident, "proveService", "shop-web");

        assertThat(oracle.databases()).containsExactly("shop", kept);
        assertThat(identity("shop")).isEqualTo(loaded);
        assertThat(identity(kept)).isEqualTo(failedDatabase);
        assertThat(oracle.damagedProducts()).isZero();
        assertThat(oracle.schemaVersion()).isEqualTo("1");
        assertThat(oracle.rows("visits")).isEqualTo(120_000);
        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(proofs(incident, "loadStoreBeside")).hasSize(1);
        assertThat(proofs(incident, "swapStore")).hasSize(1);
        assertThat(emergencyBackups()).hasSize(1);
        assertThat(toolsInTheContainer()).isEmpty();
        scene.requireWholeEvidence(incident);
    }

    private long size(String database) {
        String bytes = oracle.query(
                "select pg_database_size(oid) from pg_database where datname = '" + database + "'", "postgres");
        return bytes == null ? 0 : Long.parseLong(bytes);
    }

    private String identity(String database) {
        return oracle.query("select oid from pg_database where datname = '" + database + "'", "postgres");
    }

    /** The command lines of PostgreSQL's tools that still run in the database's container. */
    private List<String> toolsInTheContainer() {
        return Arrays.stream(scene.sandbox()
                        .docker()
                        .topContainerCmd(scene.sandbox().names().database())
                        .exec()
                        .getProcesses())
                .map(columns -> String.join(" ", columns))
                .filter(line -> line.contains("pg_restore") || line.contains("pg_dump"))
                .toList();
    }

    private List<Path> emergencyBackups() throws IOException {
        try (Stream<Path> sets = Files.list(scene.backups())) {
            return sets.filter(set -> set.getFileName().toString().endsWith("-emergency"))
                    .toList();
        }
    }

    private List<JsonNode> proofs(String incident, String step) {
        return scene.evidence(incident, step, "shop-db").stream()
                .filter(entry -> entry.path("outcome").asText().equals("PROVED"))
                .toList();
    }
}
