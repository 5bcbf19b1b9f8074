package dev.sternway.sandbox.bench;

import dev.sternway.sandbox.Ports;
import dev.sternway.sandbox.demo.Pause;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A PostgreSQL of the benchmark's own, from the machine's package: its settings are the package's, writes reach the disk
 * as on a real server. Only autovacuum is off, so that none of it falls into the one way or the other.
 */
final class LocalPostgres implements AutoCloseable {
    static final String USER = "postgres";

    private static final Path INSTALLED = Path.of("/usr/lib/postgresql");
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(30);

    private final Path binaries;
    private final Path home;
    private final List<String> prefix;
    private final int port = Ports.free();
    private final String password;
    private final Process process;

    /** @param home a new directory; the server's data, its password and its log are in it */
    LocalPostgres(Path home) throws IOException {
        this.binaries = newest();
        this.home = home;
        this.password = password();
        Path passwordFile = secret("password", password + "\n");
        secret("pgpass", "*:*:*:" + USER + ":" + password + "\n");
        this.prefix = unprivileged();
        Process made = start(List.of(
                tool("initdb"),
                "-U",
                USER,
                "-A",
                "scram-sha-256",
                "--pwfile",
                passwordFile.toString(),
                "-E",
                "UTF8",
                "--locale",
                "C.UTF-8",
                "-D",
                home.resolve("data").toString()));
        if (await(made) != 0) {
            throw new IOException("initdb failed: " + Files.readString(log()));
        }
        this.process = start(List.of(
                tool("postgres"),
                "-D",
                home.resolve("data").toString(),
                "-p",
                Integer.toString(port),
                "-c",
                "unix_socket_directories=",
                "-c",
                "listen_addresses=127.0.0.1",
                "-c",
                "autovacuum=off"));
        Pause.until("PostgreSQL answers", STARTS_WITHIN, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException("PostgreSQL ended, see " + log());
            }
            connect(USER).close();
            return true;
        });
    }

    private static Path newest() throws IOException {
        if (Files.isDirectory(INSTALLED)) {
            try (Stream<Path> versions = Files.list(INSTALLED)) {
                return versions.map(version -> version.resolve("bin"))
                        .filter(each -> Files.isExecutable(each.resolve("postgres"))
                                && Files.isExecutable(each.resolve("pg_restore")))
                        .max(Path::compareTo)
                        .orElseThrow(() -> new IOException("no PostgreSQL with its tools below " + INSTALLED));
            }
        }
        throw new IOException("no PostgreSQL below " + INSTALLED);
    }

    private static String password() {
        byte[] bytes = new byte[16];
        new SecureRandom().nextBytes(bytes);
        return HexFormat.of().formatHex(bytes);
    }

    private Path secret(String name, String text) throws IOException {
        Path file = home.resolve(name);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        return Files.writeString(file, text);
    }

    /** PostgreSQL does not run as root: there it runs in a user namespace in which root is nobody. */
    private static List<String> unprivileged() {
        return "root".equals(System.getProperty("user.name")) ? List.of("unshare", "-U") : List.of();
    }

    private Process start(List<String> command) throws IOException {
        List<String> whole = new ArrayList<>(prefix);
        whole.addAll(command);
        return new ProcessBuilder(whole)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log().toFile()))
                .start();
    }

    private Path log() {
        return home.resolve("server.log");
    }

    private static int await(Process process) {
        try {
            return process.waitFor();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }

    int port() {
        return port;
    }

    String tool(String name) {
        return binaries.resolve(name).toString();
    }

    /**
     * Runs one of PostgreSQL's client tools as a shell would, and tells its exit code.
     *
     * @param input the file that it reads as {@code < FILE}, or null
     */
    int run(Path input, String tool, String... arguments) {
        List<String> command = new ArrayList<>(List.of(tool(tool)));
        command.addAll(Arrays.asList(arguments));
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(input == null ? Path.of("/dev/null").toFile() : input.toFile())
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        home.resolve("tools.log").toFile()));
        builder.environment().put("PGHOST", "127.0.0.1");
        builder.environment().put("PGPORT", Integer.toString(port));
        builder.environment().put("PGUSER", USER);
        builder.environment().put("PGPASSFILE", home.resolve("pgpass").toString());
        try {
            return await(builder.start());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.setProperty("user", USER);
        properties.setProperty("password", password);
        properties.setProperty("connectTimeout", "5");
        properties.setProperty("loginTimeout", "5");
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
    }

    void execute(String database, String... statements) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement()) {
            for (String sql : statements) {
                statement.execute(sql);
            }
        }
    }

    String value(String database, String sql) throws SQLException {
        try (Connection connection = connect(database);
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery(sql)) {
            return row.next() ? row.getString(1) : null;
        }
    }

    /** What is written so far reaches the disk now, not in somebody's measured time. */
    void settle() throws SQLException {
        execute(USER, "checkpoint");
    }

    String version() throws SQLException {
        return value(USER, "show server_version");
    }

    @Override
    public void close() {
        try {
            // SIGINT is PostgreSQL's fast shutdown, SIGTERM would wait for its clients.
            new ProcessBuilder("kill", "-INT", postmaster()).start().waitFor();
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (IOException e) {
            process.destroyForcibly();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String postmaster() throws IOException {
        return Files.readString(home.resolve("data/postmaster.pid"), StandardCharsets.UTF_8)
                .lines()
                .findFirst()
                .orElseThrow();
    }
}
