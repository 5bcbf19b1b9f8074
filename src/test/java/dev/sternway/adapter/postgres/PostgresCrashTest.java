package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.adapter.postgres.Databases.Mark;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash, a lost session or a crowd of clients leaves is found, and finished or taken back. */
@Tag("postgresql")
@Tag("long")
class PostgresCrashTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final String KEPT = "shop_failed_inc_1";
    private static final int CLIENTS = 50;

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private PostgresDataStore data;
    private ManagedSystem system;
    private Store store;
    private String good;

    @BeforeEach
    void freshShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        system = postgres.system();
        store = postgres.store();
        good = postgres.fingerprint(DATABASE);
    }

    private Part backUp() {
        return data.backUp(system, store, directory, Progress.NONE);
    }

    private void load(Part part, Progress progress) {
        data.loadBeside(system, store, part, directory, BESIDE, progress);
    }

    private void growShop() {
        postgres.execute(
                DATABASE, "insert into orders (customer, price) select 1, n from generate_series(1, 250000) n");
        good = postgres.fingerprint(DATABASE);
    }

    private String open(String database) {
        return postgres.value("postgres", "select datallowconn from pg_database where datname = '" + database + "'");
    }

    @Test
    void startsAnUnfinishedLoadOverAndEndsWhoStillWritesToIt() throws SQLException {
        Part part = backUp();
        postgres.execute(
                "postgres",
                "create database " + BESIDE,
                "comment on database " + BESIDE + " is "
                        + Sql.text(new Mark(Stage.LOADING, part.sha256(), null, null).text()));
        postgres.execute(BESIDE, "create table orders (id int)");
        try (Connection survivor = postgres.connect(BESIDE)) {
            load(part, Progress.NONE);

            assertThatThrownBy(() -> Sql.run(survivor, "insert into orders values (1)"))
                    .isInstanceOf(SQLException.class);
        }
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
    }

    @Test
    void startsOverWhenTheCrashCameBetweenCreationAndMark() {
        Part part = backUp();
        postgres.execute("postgres", "create database " + BESIDE);

        load(part, Progress.NONE);

        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
    }

    @Test
    void refusesANameThatSomethingElseHas() {
        Part part = backUp();
        postgres.execute("postgres", "create database " + BESIDE);
        postgres.execute(BESIDE, "create table somebody_elses (id int)");

        assertThat(catchThrowableOfType(Refusal.class, () -> load(part, Progress.NONE)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(catchThrowableOfType(Refusal.class, () -> data.discard(system, store, BESIDE)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(catchThrowableOfType(Refusal.class, () -> data.swap(system, store, BESIDE, KEPT)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.STORE_SHAPE_UNKNOWN);
        assertThat(postgres.databases()).containsExactly(DATABASE, BESIDE);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
    }

    @Test
    void throwsTheCopyAwayWhenTheLoadIsCalledOff() {
        growShop();
        Part part = backUp();

        assertThatThrownBy(() -> load(part, (percent, doing) -> {
                    if (doing.equals("loading")) {
                        throw new IllegalStateException("called off");
                    }
                }))
                .hasMessage("called off");

        assertThat(postgres.databases()).containsExactly(DATABASE);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
        Awaitility.await()
                .untilAsserted(() -> assertThat(ProcessHandle.current()
                                .descendants()
                                .map(each -> each.info().commandLine().orElse(""))
                                .filter(each -> each.contains("pg_restore")))
                        .isEmpty());
    }

    @Test
    void leavesNoCopyWhenATrialRestoreIsCalledOff() {
        growShop();
        Part part = backUp();

        assertThatThrownBy(() ->
                        data.tryRestore(system, store, part, directory, BESIDE, List.of(), (percent, doing) -> {
                            if (doing.equals("loading")) {
                                throw new IllegalStateException("called off");
                            }
                        }))
                .hasMessage("called off");
        assertThat(postgres.databases()).containsExactly(DATABASE);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);

        // And when the tool is killed, as with the machine's memory gone.
        assertThatThrownBy(() -> data.tryRestore(
                        system, store, part, directory, BESIDE, List.of(), (percent, doing) -> killTools()))
                .isInstanceOfAny(OutsideException.class, Refusal.class);
        assertThat(postgres.databases()).containsExactly(DATABASE);
        assertThat(data.tryRestore(system, store, part, directory, BESIDE, List.of(), Progress.NONE)
                        .faults())
                .isEmpty();
        assertThat(postgres.databases()).containsExactly(DATABASE);
    }

    private static void killTools() {
        ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().commandLine().orElse("").contains("pg_restore"))
                .forEach(each -> signal("KILL", each.pid()));
    }

    @Test
    void goesOnAfterTheLoadLostItsSessions() {
        growShop();
        Part part = backUp();
        AtomicBoolean cut = new AtomicBoolean();

        assertThatThrownBy(() -> load(part, (percent, doing) -> {
                    if (doing.equals("loading") && cut.compareAndSet(false, true)) {
                        postgres.execute(
                                "postgres",
                                "select pg_terminate_backend(pid) from pg_stat_activity"
                                        + " where application_name like 'sternway:load%'");
                    }
                }))
                .isInstanceOf(OutsideException.class);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);

        load(part, Progress.NONE);
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
    }

    @Test
    void givesALoadUpThatDoesNotMove() {
        growShop();
        Part part = backUp();
        PostgresServer server = new PostgresServer(system, store, postgres.secrets());
        Loader loader = new Loader(server, Duration.ofSeconds(1));
        try (PostgresTools tools = new HostTools(15, store, TestPostgres.PASSWORD)) {
            assertThatThrownBy(() -> loader.load(
                            part, BackupFile.verified(part, directory), tools, BESIDE, (percent, doing) -> stopTools()))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("has not moved");
        }
        assertThat(postgres.databases()).containsExactly(DATABASE);
    }

    private static void stopTools() {
        ProcessHandle.current()
                .descendants()
                .filter(each -> each.info().commandLine().orElse("").contains("pg_restore"))
                .forEach(each -> signal("STOP", each.pid()));
    }

    private static void signal(String signal, long pid) {
        try {
            new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                    .start()
                    .waitFor();
        } catch (IOException e) {
            throw new IllegalStateException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @Test
    void finishesASwapThatCrashedBehindClosedDoors() {
        Part part = backUp();
        load(part, Progress.NONE);
        postgres.execute(DATABASE, "delete from notes");
        postgres.execute(
                "postgres",
                "alter database shop allow_connections false",
                "alter database " + BESIDE + " allow_connections false");

        data.swap(system, store, BESIDE, KEPT);

        assertThat(open(DATABASE)).isEqualTo("t");
        assertThat(open(KEPT)).isEqualTo("f");
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
    }

    @Test
    void opensTheDoorsThatACrashedSwapLeftClosed() {
        load(backUp(), Progress.NONE);
        postgres.execute(
                "postgres",
                "alter database shop allow_connections false",
                "alter database " + BESIDE + " allow_connections false");
        assertThat(data.obstacles(system, store)).containsExactly("database 'shop' accepts no connections");

        data.settle(system, store, BESIDE);

        assertThat(open(DATABASE)).isEqualTo("t");
        assertThat(open(BESIDE)).isEqualTo("t");
        assertThat(data.obstacles(system, store)).isEmpty();
    }

    @Test
    void leavesTheOldDatabaseOpenWhenASessionDoesNotEnd() throws SQLException {
        load(backUp(), Progress.NONE);
        try (Connection stuck = postgres.connect(DATABASE)) {
            long pid = Sql.number(stuck, "select pg_backend_pid()");
            signal("STOP", pid);
            try {
                assertThat(catchThrowableOfType(Refusal.class, () -> data.swap(system, store, BESIDE, KEPT)))
                        .extracting(Refusal::code)
                        .isEqualTo(ErrorCode.STORE_IN_USE);
                assertThat(open(DATABASE)).isEqualTo("t");
                assertThat(open(BESIDE)).isEqualTo("t");
                assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
            } finally {
                signal("CONT", pid);
            }
        }
        data.swap(system, store, BESIDE, KEPT);
        assertThat(data.aside(system, store, KEPT).orElseThrow().stage()).isEqualTo(Stage.KEPT);
    }

    @Test
    void leavesTheOldDatabaseOpenWhenAPreparedTransactionHoldsIt() {
        load(backUp(), Progress.NONE);
        postgres.execute(DATABASE, "begin; insert into notes values ('x', 1); prepare transaction 'held'");

        assertThat(catchThrowableOfType(Refusal.class, () -> data.swap(system, store, BESIDE, KEPT)))
                .extracting(Refusal::code)
                .isEqualTo(ErrorCode.STORE_IN_USE);
        assertThat(open(DATABASE)).isEqualTo("t");
    }

    /** Fifty clients that reconnect in a loop: the door closes in front of them and they find the new database behind it. */
    @Test
    void shutsOutPoolersThatStormBack() throws Exception {
        load(backUp(), Progress.NONE);
        postgres.execute(DATABASE, "delete from notes");
        AtomicBoolean storming = new AtomicBoolean(true);
        AtomicInteger answers = new AtomicInteger();
        ExecutorService poolers = Executors.newFixedThreadPool(CLIENTS);
        List<Future<?>> all = java.util.stream.IntStream.range(0, CLIENTS)
                .<Future<?>>mapToObj(n -> poolers.submit(() -> {
                    while (storming.get()) {
                        try (Connection connection = postgres.connect(DATABASE)) {
                            while (storming.get()) {
                                Sql.number(connection, "select count(*) from tags");
                                answers.incrementAndGet();
                            }
                        } catch (SQLException shutOut) {
                            // Comes back at once.
                        }
                    }
                }))
                .toList();
        List<Long> outages = new java.util.ArrayList<>();
        try {
            for (int i = 0; i < 3; i++) {
                int before = answers.get();
                Awaitility.await()
                        .atMost(Duration.ofSeconds(30))
                        .until(() -> sessions(DATABASE) > CLIENTS / 2 && answers.get() > before + 100);
                String failed = i % 2 == 0 ? KEPT : BESIDE;
                outages.add(data.swap(system, store, i % 2 == 0 ? BESIDE : KEPT, failed));
                assertThat(sessions(failed))
                        .as("nobody is left in the old database")
                        .isZero();
                assertThat(open(failed)).isEqualTo("f");
            }
            int atSwap = answers.get();
            Awaitility.await().until(() -> answers.get() > atSwap + 100);
        } finally {
            storming.set(false);
            poolers.shutdown();
            poolers.awaitTermination(10, TimeUnit.SECONDS);
        }
        assertThat(all).allMatch(Future::isDone);
        assertThat(outages.stream().min(Long::compare).orElseThrow())
                .as("the store was away for %s ms", outages)
                .isLessThanOrEqualTo(500);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
    }

    private int sessions(String database) {
        return Integer.parseInt(postgres.value(
                "postgres",
                "select count(*) from pg_stat_activity where datname = '" + database
                        + "' and backend_type = 'client backend'"));
    }
}
