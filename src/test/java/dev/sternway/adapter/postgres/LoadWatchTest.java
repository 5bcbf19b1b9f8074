package dev.sternway.adapter.postgres;

import static dev.sternway.adapter.postgres.TestPostgres.DATABASE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicReference;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** S4-33: a load that does not move names who is in its way, ends who has no business there, and else gives up cleanly. */
@Tag("postgresql")
@Tag("S4-33")
@Tag("long")
class LoadWatchTest {
    private static final String BESIDE = "shop_next_inc_1";
    private static final Duration PATIENCE = Duration.ofSeconds(1);

    @TempDir
    Path directory;

    private TestPostgres postgres;
    private PostgresDataStore data;
    private Part part;
    private String good;
    private final Told told = new Told();

    /** What was reported and noted. */
    private static final class Told implements Progress {
        final List<String> doing = Collections.synchronizedList(new ArrayList<>());
        final List<String> notes = Collections.synchronizedList(new ArrayList<>());

        @Override
        public void report(int percent, String what) {
            doing.add(what);
        }

        @Override
        public void note(String done) {
            notes.add(done);
        }
    }

    /** The real tools; something happens right before one of them begins to load. */
    private static final class ToolsAfter extends PostgresTools {
        private final PostgresTools real;
        private final Runnable first;
        final AtomicReference<Executed> loaded = new AtomicReference<>();

        ToolsAfter(PostgresTools real, Runnable first) {
            super(15);
            this.real = real;
            this.first = first;
        }

        @Override
        Executed run(List<String> command, String applicationName) {
            if (!applicationName.contains(":load ")) {
                return real.run(command, applicationName);
            }
            first.run();
            loaded.set(real.run(command, applicationName));
            return loaded.get();
        }

        @Override
        Executed runToFile(List<String> command, String applicationName, Path output) {
            return real.runToFile(command, applicationName, output);
        }

        @Override
        String bring(Path file) {
            return real.bring(file);
        }

        @Override
        String bringFolder(Path folder) {
            return real.bringFolder(folder);
        }

        @Override
        List<String> connection() {
            return real.connection();
        }

        @Override
        OptionalLong freeBytes(String folder) {
            return real.freeBytes(folder);
        }

        @Override
        String place() {
            return real.place();
        }

        @Override
        public void close() {
            real.close();
        }
    }

    @BeforeEach
    void freshShop() {
        postgres = TestPostgres.running();
        postgres.freshShop();
        data = new PostgresDataStore(postgres.secrets(), null);
        good = postgres.fingerprint(DATABASE);
    }

    private void backUp() {
        part = data.backUp(postgres.system(), postgres.store(), directory, Progress.NONE);
    }

    private ToolsAfter tools(Runnable first) {
        return new ToolsAfter(new HostTools(15, postgres.store(), TestPostgres.PASSWORD), first);
    }

    private void load(PostgresTools tools, Progress progress) {
        PostgresServer server = new PostgresServer(postgres.system(), postgres.store(), postgres.secrets());
        new Loader(server, PATIENCE).load(part, BackupFile.verified(part, directory), tools, BESIDE, progress);
    }

    /** A session that holds a lock until it is closed or ended. */
    private Connection holding(String database, String name, String... statements) {
        try {
            Connection connection = postgres.connect(database);
            Sql.run(connection, "set application_name = '" + name + "'");
            connection.setAutoCommit(false);
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
            return connection;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static boolean lives(Connection connection) {
        try {
            return Sql.number(connection, "select 1") == 1;
        } catch (SQLException e) {
            return false;
        }
    }

    @Test
    void namesAndEndsASessionThatHoldsTheCopyUp() {
        backUp();
        AtomicReference<Connection> intruder = new AtomicReference<>();
        try (ToolsAfter tools = tools(() -> intruder.set(holding(
                BESIDE,
                "curious",
                "lock table pg_attribute in share mode",
                "select 'secret', count(*) from pg_class")))) {
            load(tools, told);
        }

        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
        assertThat(lives(intruder.get())).isFalse();
        assertThat(told.doing).anyMatch(each -> each.startsWith("loading waits for 'curious' of 'postgres', process "));
        assertThat(told.notes)
                .singleElement()
                .satisfies(
                        note -> assertThat(note)
                                .matches(
                                        "ended 'curious' of 'postgres', process \\d+, in database '" + BESIDE
                                                + "' for \\d+ s: select '…', count\\(\\*\\) from pg_class, which had held up the load for 1 s"));
    }

    /** It may be what people work with: they are told, and choose. */
    @Test
    void namesButNeverEndsASessionOfAnotherDatabase() throws SQLException {
        postgres.execute("postgres", "drop role if exists clerk", "create role clerk");
        postgres.execute(DATABASE, "alter table notes owner to clerk");
        backUp();
        postgres.execute(DATABASE, "alter table notes owner to postgres");
        try (Connection reporting = holding(DATABASE, "reporting", "drop role clerk");
                ToolsAfter tools = tools(() -> {})) {
            assertThatThrownBy(() -> load(tools, told))
                    .isInstanceOf(OutsideException.class)
                    .hasMessageContaining("has not moved for 1 s and was given up")
                    .hasMessageContaining("in its way: 'reporting' of 'postgres', process ")
                    .hasMessageContaining("in database 'shop' for ")
                    .hasMessageEndingWith("drop role clerk");

            assertThat(lives(reporting)).isTrue();
            reporting.rollback();
        }
        assertThat(told.notes).isEmpty();
        assertThat(postgres.databases()).containsExactly(DATABASE);

        try (ToolsAfter tools = tools(() -> {})) {
            load(tools, told);
        }
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
        postgres.execute("postgres", "drop database " + BESIDE, "drop role clerk");
    }

    /** In a container a tool cannot be interrupted: called off before it has connected, it finds the door shut. */
    @Test
    void shutsOutAToolThatHadNotConnectedWhenTheLoadWasCalledOff() {
        backUp();
        CountDownLatch begins = new CountDownLatch(1);
        CountDownLatch goes = new CountDownLatch(1);
        try (ToolsAfter tools = tools(() -> {
            begins.countDown();
            awaitWhateverComes(goes);
        })) {
            assertThatThrownBy(() -> load(tools, (percent, doing) -> {
                        assertThat(begins.getCount()).isZero();
                        throw new IllegalStateException("called off");
                    }))
                    .hasMessage("called off");
            assertThat(postgres.databases()).containsExactly(DATABASE);

            goes.countDown();
            Awaitility.await().until(() -> tools.loaded.get() != null);
            assertThat(tools.loaded.get().exitCode()).isNotZero();
        }
        assertThat(postgres.databases()).containsExactly(DATABASE);
        assertThat(postgres.fingerprint(DATABASE)).isEqualTo(good);
    }

    /** And when it connects while it is being called off, it is ended before the copy's name is free again. */
    @Test
    void endsAToolThatConnectsWhileTheLoadIsCalledOff() {
        backUp();
        CountDownLatch goes = new CountDownLatch(1);
        try (ToolsAfter tools = tools(() -> awaitWhateverComes(goes))) {
            assertThatThrownBy(() -> load(tools, (percent, doing) -> {
                        goes.countDown();
                        throw new IllegalStateException("called off");
                    }))
                    .hasMessage("called off");

            assertThat(tools.loaded.get()).as("the tool has ended").isNotNull();
            assertThat(postgres.databases()).containsExactly(DATABASE);
        }
        try (ToolsAfter tools = tools(() -> {})) {
            load(tools, told);
        }
        assertThat(postgres.fingerprint(BESIDE)).isEqualTo(good);
    }

    private static void awaitWhateverComes(CountDownLatch latch) {
        boolean interrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            // The tool itself would not know of it.
            Thread.interrupted();
        }
    }
}
