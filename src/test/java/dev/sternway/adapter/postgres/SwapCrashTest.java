package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.adapter.postgres.Databases.Mark;
import dev.sternway.adapter.postgres.DyingSessions.Fault;
import dev.sternway.adapter.postgres.DyingSessions.Killed;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A swap on a real server dies at each of its statements, one after the other: what is live is wholly the old or wholly
 * the new database, its door can be opened, and the next attempt ends as if nothing had been.
 */
@Tag("postgresql")
@Tag("long")
class SwapCrashTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String KEPT = "shop_failed_inc_1";
    private static final String MASTER_BAD = "master_bad";
    private static final String MASTER_NEXT = "master_next";
    private static final int AT_MOST = 100;

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private PostgresDataStore data;
    private Part part;
    private String good;
    private String bad;
    private String badOid;
    private String nextOid;

    @BeforeEach
    void aLoadedCopyBesideADamagedShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        good = postgres.fingerprint(DATABASE);
        part = data.backUp(postgres.system(), postgres.store(), directory, Progress.NONE);
        data.loadBeside(postgres.system(), postgres.store(), part, directory, BESIDE, Progress.NONE);
        postgres.execute(DATABASE, "delete from notes", "update customers set name = 'spoiled'");
        bad = postgres.fingerprint(DATABASE);
        postgres.execute(
                "postgres",
                "alter database " + DATABASE + " rename to " + MASTER_BAD,
                "alter database " + BESIDE + " rename to " + MASTER_NEXT,
                "comment on database " + MASTER_NEXT + " is null");
    }

    private void again() {
        postgres.execute(
                "postgres",
                "drop database if exists " + DATABASE + " with (force)",
                "drop database if exists " + BESIDE + " with (force)",
                "drop database if exists " + KEPT + " with (force)",
                "create database " + DATABASE + " template " + MASTER_BAD,
                "create database " + BESIDE + " template " + MASTER_NEXT,
                "comment on database " + BESIDE + " is "
                        + Sql.text(new Mark(Stage.LOADED, part.sha256(), null, null).text()));
        badOid = oid(DATABASE);
        nextOid = oid(BESIDE);
    }

    private PostgresServer server(DyingSessions sessions) {
        return new PostgresServer(postgres.system(), postgres.store(), postgres.secrets(), sessions);
    }

    private Swap swap() {
        return new Swap(new PostgresServer(postgres.system(), postgres.store(), postgres.secrets()));
    }

    private String oid(String database) {
        return postgres.value("postgres", "select oid from pg_database where datname = '" + database + "'");
    }

    private boolean open(String database) {
        return "t"
                .equals(postgres.value(
                        "postgres", "select datallowconn from pg_database where datname = '" + database + "'"));
    }

    /** Only two shapes are whole: before the swap, and after it. */
    private boolean requireOldOrNew(String when) {
        List<String> shape = java.util.Arrays.asList(oid(DATABASE), oid(BESIDE), oid(KEPT));
        assertThat(shape)
                .as(when)
                .isIn(java.util.Arrays.asList(badOid, nextOid, null), java.util.Arrays.asList(nextOid, null, badOid));
        return shape.get(1) == null;
    }

    private void requireSwapped(String when) {
        assertThat(requireOldOrNew(when)).as(when + ": swapped").isTrue();
        assertThat(open(DATABASE)).as(when + ": the live one is open").isTrue();
        assertThat(open(KEPT)).as(when + ": the kept one is closed").isFalse();
        assertThat(postgres.fingerprint(DATABASE)).as(when).isEqualTo(good);
        postgres.execute("postgres", "alter database " + KEPT + " allow_connections true");
        assertThat(postgres.fingerprint(KEPT)).as(when).isEqualTo(bad);
        assertThat(data.copies(postgres.system(), postgres.store()))
                .as(when + ": no copy is forgotten")
                .isEmpty();
        Awaitility.await()
                .untilAsserted(() -> assertThat(postgres.value(
                                "postgres",
                                "select count(*) from pg_stat_activity where application_name like 'sternway:%'"))
                        .as(when + ": no session is left")
                        .isEqualTo("0"));
    }

    @Test
    @Tag("S0-15")
    void isWhollyOldOrNewAfterAKillAtEachStatement() {
        int at = 0;
        while (true) {
            again();
            DyingSessions sessions = new DyingSessions(Fault.KILLED, ++at);
            boolean killed = false;
            try {
                new Swap(server(sessions)).swap(BESIDE, KEPT);
            } catch (Killed e) {
                killed = true;
            }
            String when = "killed at statement " + at + ", " + sessions.what();
            boolean swapped = requireOldOrNew(when);

            // As the step does when the engine runs it again: doors first, then the swap.
            if (!swapped) {
                swap().settle(BESIDE);
                assertThat(open(DATABASE)).as(when).isTrue();
                assertThat(postgres.fingerprint(DATABASE)).as(when).isEqualTo(bad);
            }
            swap().swap(BESIDE, KEPT);
            requireSwapped(when);
            if (!killed) {
                break;
            }
        }
        assertThat(at).as("statements of a swap").isBetween(15, AT_MOST);
    }

    /** The program lives on: it opens the door itself before it tells of the failure. */
    @ParameterizedTest
    @EnumSource(
            value = Fault.class,
            names = {"LOST_BEFORE", "LOST_AFTER", "OUT_OF_TIME"})
    void leavesAnOpenDoorWhenAStatementFails(Fault fault) {
        int at = 0;
        boolean failed;
        do {
            again();
            DyingSessions sessions = new DyingSessions(fault, ++at);
            failed = false;
            try {
                new Swap(server(sessions)).swap(BESIDE, KEPT);
            } catch (RuntimeException e) {
                failed = true;
            }
            String when = fault + " at statement " + at + ", " + sessions.what();
            boolean swapped = requireOldOrNew(when);
            assertThat(open(DATABASE)).as(when).isTrue();
            assertThat(postgres.fingerprint(DATABASE)).as(when).isEqualTo(swapped ? good : bad);
            if (!swapped) {
                swap().swap(BESIDE, KEPT);
            }
            requireSwapped(when);
            failed |= sessions.what() != null;
        } while (failed);
        assertThat(at).as("statements of a swap").isBetween(15, AT_MOST);
    }

    /** A kept database is opened for the moment in which it is entered. */
    @Test
    void closesAKeptDatabaseThatAKillLeftOpen() {
        again();
        swap().swap(BESIDE, KEPT);
        int at = 0;
        boolean killed;
        do {
            DyingSessions sessions = new DyingSessions(Fault.KILLED, ++at);
            killed = false;
            try (Connection inside = new Swap(server(sessions)).enter(KEPT, "look", Duration.ofSeconds(5))) {
                assertThat(inside).isNotNull();
            } catch (Killed e) {
                killed = true;
            } catch (java.sql.SQLException e) {
                throw new AssertionError(e);
            }
            swap().settle(KEPT);
            assertThat(open(KEPT))
                    .as("killed at statement " + at + ", " + sessions.what())
                    .isFalse();
            assertThat(open(DATABASE)).isTrue();
        } while (killed);
        assertThat(at).isGreaterThan(3);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
    }

    /** And the copy itself: whatever a kill leaves of a load, the next one ends with a whole copy. */
    @Test
    void loadsAWholeCopyAfterAKillAtEachStatement() {
        again();
        String live = postgres.fingerprint(DATABASE);
        int at = 0;
        boolean killed;
        do {
            postgres.execute("postgres", "drop database if exists " + BESIDE + " with (force)");
            DyingSessions sessions = new DyingSessions(Fault.KILLED, ++at);
            killed = false;
            try {
                load(sessions);
            } catch (Killed e) {
                killed = true;
            }
            String when = "killed at statement " + at + ", " + sessions.what();
            assertThat(open(DATABASE)).as(when).isTrue();
            data.loadBeside(postgres.system(), postgres.store(), part, directory, BESIDE, Progress.NONE);
            assertThat(postgres.fingerprint(BESIDE)).as(when).isEqualTo(good);
            assertThat(postgres.fingerprint(DATABASE)).as(when).isEqualTo(live);
            assertThat(data.copies(postgres.system(), postgres.store()))
                    .as(when)
                    .containsExactly(BESIDE);
            assertThat(data.aside(postgres.system(), postgres.store(), BESIDE)
                            .orElseThrow()
                            .stage())
                    .isEqualTo(Stage.LOADED);
        } while (killed);
        assertThat(at).as("statements of a load").isBetween(15, AT_MOST);
    }

    private void load(DyingSessions sessions) {
        try (PostgresTools tools = new HostTools(15, postgres.store(), TestPostgres.PASSWORD)) {
            new Loader(server(sessions), Duration.ofSeconds(60))
                    .load(
                            part,
                            dev.sternway.catalogue.BackupFile.verified(part, directory),
                            tools,
                            BESIDE,
                            Progress.NONE);
        }
    }

    /** A discarded database is gone, or as it was. */
    @Test
    void discardsAfterAKillAtEachStatement() {
        int at = 0;
        boolean killed;
        do {
            again();
            swap().swap(BESIDE, KEPT);
            DyingSessions sessions = new DyingSessions(Fault.KILLED, ++at);
            killed = false;
            try {
                server(sessions).outside("discard", connection -> {
                    Databases.drop(connection, Databases.find(connection, KEPT).orElseThrow());
                    return null;
                });
            } catch (Killed e) {
                killed = true;
            }
            data.discard(postgres.system(), postgres.store(), KEPT);
            assertThat(oid(KEPT)).isNull();
            assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
        } while (killed);
        assertThat(at).isGreaterThan(3);
    }
}
