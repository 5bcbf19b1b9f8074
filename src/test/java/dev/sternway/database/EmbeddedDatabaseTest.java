package dev.sternway.database;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;

class EmbeddedDatabaseTest {

    @TempDir
    static Path programs;

    @TempDir
    Path data;

    /** Unpacking takes two seconds: once is enough. */
    @BeforeEach
    void bringPrograms() throws IOException {
        Path bin = Binaries.in(programs).home();
        Path link = data.resolve("postgresql").resolve(bin.getFileName());
        Files.createDirectories(link.getParent());
        Files.createSymbolicLink(link, bin);
    }

    @Test
    void survivesAKillAndIsAdoptedWithItsData() throws Exception {
        Process holder = hold();
        String url = ready(holder);
        jdbc(url).sql("create table kept as select 42 as answer").update();
        long postmaster = postmaster();

        holder.destroyForcibly().waitFor(10, TimeUnit.SECONDS);

        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            assertThat(database.adopted()).isTrue();
            assertThat(postmaster()).isEqualTo(postmaster);
            assertThat(jdbc(database.address().url())
                            .sql("select answer from kept")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(42);
        }
        awaitGone(postmaster);
    }

    @Test
    void refusesASecondSternwayOnTheSameData() throws Exception {
        Process holder = hold();
        ready(holder);

        assertThatThrownBy(() -> EmbeddedDatabase.open(data)).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.DATA_DIRECTORY_IN_USE);
            assertThat(refusal.getMessage())
                    .isEqualTo("data directory '" + data + "' is in use by process '" + holder.pid() + "'");
        });

        long postmaster = postmaster();
        stop(holder);
        awaitGone(postmaster);
        assertThat(data.resolve("postgresql/data/postmaster.pid")).doesNotExist();
    }

    @Test
    void startsAgainWhenTheServerDiedAndItsNumberIsAnothersNow() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            jdbc(database.address().url())
                    .sql("create table kept as select 1 as one")
                    .update();
        }
        Files.writeString(
                data.resolve("postgresql/data/postmaster.pid"),
                ProcessHandle.current().pid() + "\n" + data + "\n0\n5432\n\n127.0.0.1\n\nready\n");

        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            assertThat(database.adopted()).isFalse();
            assertThat(jdbc(database.address().url())
                            .sql("select one from kept")
                            .query(Integer.class)
                            .single())
                    .isEqualTo(1);
        }
    }

    @Test
    void keepsThePasswordToItsOwnerAndAsksForIt() throws Exception {
        try (EmbeddedDatabase database = EmbeddedDatabase.open(data)) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(
                            data.resolve("postgresql/password"), LinkOption.NOFOLLOW_LINKS)))
                    .isEqualTo("rw-------");
            assertThat(database.address().toString())
                    .doesNotContain(database.address().password());
            assertThat(database.address().url()).startsWith("jdbc:postgresql://127.0.0.1:");
            assertThatThrownBy(() ->
                            new DriverManagerDataSource(database.address().url(), "sternway", "wrong").getConnection())
                    .isInstanceOf(SQLException.class);
            assertThat(jdbc(database.address())
                            .sql("show data_checksums")
                            .query(String.class)
                            .single())
                    .isEqualTo("on");
        }
    }

    @Test
    void refusesTheFilesOfAnotherMajorVersion() throws IOException {
        EmbeddedDatabase.open(data).close();
        Files.writeString(data.resolve("postgresql/data/PG_VERSION"), "16\n");

        assertThatThrownBy(() -> EmbeddedDatabase.open(data))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("was written by PostgreSQL 16, this is 17");
    }

    private Process hold() throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        DatabaseHolder.class.getName(),
                        data.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    private static String ready(Process holder) throws IOException {
        BufferedReader output = holder.inputReader();
        for (String line = output.readLine(); line != null; line = output.readLine()) {
            if (line.startsWith("READY ")) {
                return line.substring("READY ".length());
            }
        }
        throw new AssertionError("the database did not come up");
    }

    private static void stop(Process holder) throws Exception {
        holder.outputWriter().append("stop\n").flush();
        assertThat(holder.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(holder.exitValue()).isZero();
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(data.resolve("postgresql/data/postmaster.pid"))
                .get(0));
    }

    private static void awaitGone(long pid) {
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() ->
                        ProcessHandle.of(pid).filter(ProcessHandle::isAlive).isEmpty());
    }

    private JdbcClient jdbc(String url) throws IOException {
        return jdbc(new DatabaseAddress(
                url,
                "sternway",
                Files.readString(data.resolve("postgresql/password")).trim()));
    }

    private static JdbcClient jdbc(DatabaseAddress address) {
        return JdbcClient.create(new SimpleDriverDataSource(
                new org.postgresql.Driver(), address.url(), address.user(), address.password()));
    }
}
