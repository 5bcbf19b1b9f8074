package dev.sternway.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.sandbox.Oracle;
import dev.sternway.sandbox.demo.Pause;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/**
 * {@code kill -9} of Sternway at twelve places of one restore, behind the closed door of the swap among them: at each of
 * them the data is wholly the old or wholly the new one, and the restore comes to its end.
 */
@Tag("docker")
@Tag("slow")
@Tag("S0-15")
class KilledTwelveTimesInLevel3 {
    private static final Duration SOON = Duration.ofSeconds(90);
    private static final long A_GOOD_PART = 16_000_000;

    private Scene scene;
    private Oracle oracle;
    private String good;
    private String bad;
    private String failedDatabase;
    private int kills;

    @BeforeEach
    void anUpgradeHasDamagedTheData() throws SQLException {
        scene = Scene.open("s5");
        oracle = scene.sandbox().oracle();
        try (Connection connection = oracle.connect("shop");
                Statement statement = connection.createStatement()) {
            statement.execute("create table visits (id integer primary key, page text not null)");
            statement.execute("insert into visits select n, repeat(md5(n::text), 8) from generate_series(1, 120000) n");
        }
        scene.snapshot("1.4.0");
        good = rows();
        scene.sandbox().deployBad();
        bad = rows();
        failedDatabase = identity("shop");
    }

    @AfterEach
    void close() {
        if (scene != null) {
            scene.close();
        }
    }

    @Test
    void endsWhollyOldOrWhollyNewWhereverItIsKilled() throws SQLException {
        String incident = scene.alert("DATA_CORRUPTION");
        String copy = "shop_next_" + incident.toLowerCase().replace('-', '_');
        String kept = "shop_failed_" + incident.toLowerCase().replace('-', '_');
        killAndStartAgain(1);

        scene.awaitProof(incident, "backUpStore", "shop-db");
        killAndStartAgain(2);

        Pause.until("the copy is created", SOON, () -> identity(copy) != null);
        killAndStartAgain(3);

        Pause.until("a good part of the backup is loaded", SOON, () -> size(copy) > A_GOOD_PART);
        killAndStartAgain(4);

        scene.awaitProof(incident, "loadStoreBeside", "shop-db");
        killAndStartAgain(5);

        scene.awaitProof(incident, "measureLoss", "shop-db");
        killAndStartAgain(6);

        scene.confirmDataLoss(incident);
        killAndStartAgain(7);

        assertThat(scene.decideDataLoss(incident, "APPROVE").taken()).isTrue();
        killAndStartAgain(8);

        scene.awaitProof(incident, "stopService", "shop-api");
        killAndStartAgain(9);

        behindTheClosedDoor();

        scene.awaitProof(incident, "swapStore", "shop-db");
        String loaded = identity("shop");
        assertThat(loaded).isNotEqualTo(failedDatabase);
        killAndStartAgain(11);

        scene.awaitProof(incident, "proveStore", "shop-db");
        killAndStartAgain(12);

        scene.awaitProof(incident, "proveService", "shop-web");
        assertThat(kills).isEqualTo(12);
        assertThat(oracle.databases()).containsExactly("shop", kept);
        assertThat(identity("shop")).isEqualTo(loaded);
        assertThat(identity(kept)).isEqualTo(failedDatabase);
        assertThat(rows()).as("all rows").isEqualTo(good);
        assertThat(open("shop")).isTrue();
        assertThat(open(kept)).isFalse();
        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(toolsInTheContainer()).isEmpty();
        assertThat(oracle.query("select count(*)::text from pg_prepared_xacts where database like 'shop%'", "postgres"))
                .isEqualTo("0");
        scene.requireWholeEvidence(incident);
    }

    /** The comments of the renaming transaction wait for a lock: doors are shut, nothing is renamed yet. */
    private void behindTheClosedDoor() throws SQLException {
        try (Connection holder = oracle.connect("postgres");
                Statement statement = holder.createStatement()) {
            holder.setAutoCommit(false);
            statement.execute("lock table pg_shdescription in share mode");
            Pause.until("the door is closed", SOON, () -> !open("shop"));
            scene.killSternway();
            kills++;
            assertThat(open("shop")).as("left behind by the kill").isFalse();
            assertThat(identity("shop")).isEqualTo(failedDatabase);
            holder.rollback();
        }
        scene.startSternway();
    }

    private void killAndStartAgain(int number) {
        scene.killSternway();
        assertThat(++kills).isEqualTo(number);
        boolean swapped = !identity("shop").equals(failedDatabase);
        assertThat(rows()).as("all rows after kill " + number).isEqualTo(swapped ? good : bad);
        scene.startSternway();
    }

    /** Every row of every table, as one text. */
    private String rows() {
        List<String> tables = Arrays.asList(
                oracle.query("select string_agg(format('%I.%I', schemaname, tablename), ' ' order by 1) from ("
                                + "select schemaname, tablename from pg_tables"
                                + " where schemaname not in ('pg_catalog', 'information_schema') order by 1, 2) t")
                        .split(" "));
        StringBuilder all = new StringBuilder();
        for (String table : tables) {
            all.append(table)
                    .append(' ')
                    .append(oracle.query("select count(*) || ' ' || coalesce(sum(hashtextextended(t::text, 0)), 0)"
                            + " from " + table + " t"))
                    .append('\n');
        }
        return all.toString();
    }

    private boolean open(String database) {
        return "t"
                .equals(oracle.query(
                        "select case when datallowconn then 't' else 'f' end from pg_database where datname = '"
                                + database + "'",
                        "postgres"));
    }

    private long size(String database) {
        String bytes = oracle.query(
                "select pg_database_size(oid)::text from pg_database where datname = '" + database + "'", "postgres");
        return bytes == null ? 0 : Long.parseLong(bytes);
    }

    private String identity(String database) {
        return oracle.query("select oid::text from pg_database where datname = '" + database + "'", "postgres");
    }

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
}
