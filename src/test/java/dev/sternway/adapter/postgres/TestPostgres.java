package dev.sternway.adapter.postgres;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.ManagedSystem.AlertMatch;
import dev.sternway.catalogue.ManagedSystem.Budgets;
import dev.sternway.catalogue.ManagedSystem.Windows;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A real PostgreSQL 15 from the machine's own package, one for all tests of a run, with a password to be kept. */
final class TestPostgres {
    static final String PASSWORD = "canary:pass\\word";
    static final String DATABASE = "shop";

    private static final Path BIN = Path.of("/usr/lib/postgresql/15/bin");
    private static TestPostgres running;

    final Path folder;
    final int port;
    private final Process process;

    /** Skips the test where the package is not installed. */
    static synchronized TestPostgres running() {
        assumeTrue(
                Files.isExecutable(BIN.resolve("pg_dump")),
                "PostgreSQL 15 with its tools is not installed (Debian package postgresql-15)");
        if (running == null) {
            running = new TestPostgres();
        }
        return running;
    }

    private TestPostgres() {
        try {
            folder = Files.createTempDirectory("test-postgres-");
            Path passwordFile = Files.writeString(folder.resolve("password"), PASSWORD + "\n");
            Path data = Files.createDirectory(folder.resolve("data"));
            if (isRoot()) {
                for (Path path : List.of(folder, passwordFile, data)) {
                    Files.getFileAttributeView(path, PosixFileAttributeView.class)
                            .setOwner(folder.getFileSystem()
                                    .getUserPrincipalLookupService()
                                    .lookupPrincipalByName("postgres"));
                }
            }
            run(
                    "initdb",
                    "-U",
                    "postgres",
                    "-A",
                    "scram-sha-256",
                    "--pwfile",
                    passwordFile.toString(),
                    "-E",
                    "UTF8",
                    "--locale",
                    "C.UTF-8",
                    "-N",
                    "-D",
                    data.toString());
            port = freePort();
            process = start(
                    "postgres",
                    "-D",
                    data.toString(),
                    "-p",
                    String.valueOf(port),
                    "-k",
                    folder.toString(),
                    "-c",
                    "listen_addresses=127.0.0.1",
                    "-c",
                    "fsync=off",
                    "-c",
                    "max_prepared_transactions=4",
                    "-c",
                    "wal_level=logical",
                    "-c",
                    "autovacuum_naptime=1s");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Runtime.getRuntime().addShutdownHook(new Thread(this::stop));
        Awaitility.await().atMost(Duration.ofSeconds(20)).ignoreExceptions().until(() -> {
            connect("postgres").close();
            return true;
        });
    }

    private static boolean isRoot() {
        return "root".equals(System.getProperty("user.name"));
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    private void run(String... command) throws IOException {
        Process once = start(command);
        try {
            if (once.waitFor() != 0) {
                throw new IOException(command[0] + " failed: " + Files.readString(folder.resolve("log")));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
    }

    /** PostgreSQL refuses to run as root. */
    private Process start(String... command) throws IOException {
        List<String> whole = new ArrayList<>();
        if (isRoot()) {
            whole.addAll(List.of("setpriv", "--reuid", "postgres", "--regid", "postgres", "--clear-groups", "--"));
        }
        whole.add(BIN.resolve(command[0]).toString());
        whole.addAll(Arrays.asList(command).subList(1, command.length));
        return new ProcessBuilder(whole)
                .directory(new java.io.File("/"))
                .redirectErrorStream(true)
                .redirectOutput(
                        ProcessBuilder.Redirect.appendTo(folder.resolve("log").toFile()))
                .start();
    }

    private void stop() {
        process.destroyForcibly();
        try {
            process.waitFor();
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                    Files.deleteIfExists(file);
                }
            }
        } catch (IOException | InterruptedException leftBehind) {
            // The folder of temporary files is cleaned by the machine.
        }
    }

    Connection connect(String database) throws SQLException {
        Properties properties = new Properties();
        properties.putAll(Map.of("user", "postgres", "password", PASSWORD, "ApplicationName", "test"));
        return DriverManager.getConnection("jdbc:postgresql://127.0.0.1:" + port + "/" + database, properties);
    }

    void execute(String database, String... statements) {
        try (Connection connection = connect(database)) {
            for (String statement : statements) {
                Sql.run(connection, statement);
            }
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    String value(String database, String sql) {
        try (Connection connection = connect(database)) {
            return Sql.value(connection, sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    List<String> databases() {
        try (Connection connection = connect("postgres")) {
            return Sql.list(
                    connection,
                    row -> row.getString(1),
                    "select datname from pg_database where oid >= 16384 order by 1");
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Every row of every table of a database, as one text: equal texts are equal databases, bit for bit. */
    String fingerprint(String database) {
        try (Connection connection = connect(database)) {
            StringBuilder whole = new StringBuilder();
            for (Tables.Table table : Tables.list(connection)) {
                whole.append(table)
                        .append(' ')
                        .append(Sql.value(
                                connection,
                                "select coalesce(md5(string_agg(t::text, '|' order by t::text collate \"C\")), '')"
                                        + " || ' ' || count(*) from " + table.quoted() + " t"))
                        .append('\n');
            }
            return whole.toString();
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Removes what earlier tests left and makes a small shop. */
    void freshShop() {
        for (String gid : values("select gid from pg_prepared_xacts")) {
            execute(DATABASE, "rollback prepared '" + gid + "'");
        }
        for (String slot : values("select slot_name from pg_replication_slots")) {
            execute("postgres", "select pg_drop_replication_slot('" + slot + "')");
        }
        for (String database : databases()) {
            execute("postgres", "drop database \"" + database + "\" with (force)");
        }
        execute("postgres", "create database " + DATABASE);
        execute(
                DATABASE,
                "create table schema_version (version text)",
                "insert into schema_version values ('7')",
                "create table customers (id serial primary key, name text not null)",
                "insert into customers (name) select 'customer ' || n from generate_series(1, 50) n",
                "create table orders (id bigint generated always as identity primary key,"
                        + " customer int references customers, price numeric(10,2), placed timestamptz default now())",
                "insert into orders (customer, price) select 1 + n % 50, n / 100.0 from generate_series(1, 5000) n",
                "create table tags (country text, code text, label text, primary key (country, code))",
                "insert into tags select 'c' || n % 7, 'Ä' || n, 'label' from generate_series(1, 200) n",
                "create table notes (word text, n int)",
                "insert into notes select 'note', n % 10 from generate_series(1, 100) n",
                "create index on orders (placed)");
    }

    private List<String> values(String sql) {
        try (Connection connection = connect("postgres")) {
            return Sql.list(connection, row -> row.getString(1), sql);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    Store store() {
        return new Store(
                "db",
                Store.Kind.POSTGRESQL,
                null,
                "127.0.0.1",
                port,
                DATABASE,
                "postgres",
                new SecretReference("file:password"),
                "select version from schema_version",
                false);
    }

    /** References to secrets start from the folder of this server. */
    Secrets secrets() {
        return new Secrets(folder);
    }

    ManagedSystem system() {
        return new ManagedSystem(
                "web-shop",
                "Web shop",
                new AlertMatch("system", "web-shop"),
                null,
                List.of(),
                List.of(store()),
                List.of(),
                List.of(),
                Budgets.DEFAULT,
                Windows.DEFAULT);
    }
}
