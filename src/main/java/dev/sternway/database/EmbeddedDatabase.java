package dev.sternway.database;

import dev.sternway.port.OutsideException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A real PostgreSQL that lives in Sternway's data directory and answers on 127.0.0.1 only. It outlives a crash of
 * Sternway and is adopted by the next one; an orderly end stops it.
 */
public final class EmbeddedDatabase implements AutoCloseable {

    private static final Logger LOG = LoggerFactory.getLogger(EmbeddedDatabase.class);
    private static final String DATABASE = "sternway";
    private static final Duration PATIENCE = Duration.ofSeconds(60);

    private final DataDirectory directory;
    private final Cluster cluster;
    private final int port;
    private final boolean adopted;

    private EmbeddedDatabase(DataDirectory directory, Cluster cluster, int port, boolean adopted) {
        this.directory = directory;
        this.cluster = cluster;
        this.port = port;
        this.adopted = adopted;
    }

    /**
     * Locks the data directory and gives the database in it: adopted when it still runs, else started, and made first
     * when there is none.
     */
    public static EmbeddedDatabase open(Path dataDirectory) {
        return open(dataDirectory, Map.of());
    }

    /** @param settings PostgreSQL settings over the usual ones, used when the server is started */
    static EmbeddedDatabase open(Path dataDirectory, Map<String, String> settings) {
        Instant begin = Instant.now();
        DataDirectory directory = DataDirectory.lock(dataDirectory);
        try {
            Cluster cluster = new Cluster(directory.path().resolve("postgresql"));
            cluster.create();
            Optional<Integer> found = runningPort(cluster);
            int port = found.orElseGet(() -> cluster.start(settings));
            EmbeddedDatabase database = new EmbeddedDatabase(directory, cluster, port, found.isPresent());
            database.createIfMissing(DATABASE);
            LOG.info(
                    "Embedded PostgreSQL in '{}' {} on 127.0.0.1:{} in {} ms.",
                    cluster.data(),
                    found.isPresent() ? "adopted" : "started",
                    port,
                    Duration.between(begin, Instant.now()).toMillis());
            return database;
        } catch (RuntimeException e) {
            directory.close();
            throw e;
        }
    }

    /** The product's database. */
    public DatabaseAddress address() {
        return address(DATABASE);
    }

    /** A database of this server, by its name. */
    public DatabaseAddress address(String database) {
        return address(cluster, port, database);
    }

    /** Whether the server was found running. */
    public boolean adopted() {
        return adopted;
    }

    /** Stops the server and frees the data directory. */
    @Override
    public void close() {
        try (directory) {
            cluster.stop();
            LOG.info("Embedded PostgreSQL in '{}' stopped.", cluster.data());
        }
    }

    private static DatabaseAddress address(Cluster cluster, int port, String database) {
        return new DatabaseAddress(
                "jdbc:postgresql://127.0.0.1:" + port + "/" + database, Cluster.USER, cluster.password());
    }

    /** Waits for a server that is just coming up or going down; empty when none runs (any more). */
    private static Optional<Integer> runningPort(Cluster cluster) {
        Instant deadline = Instant.now().plus(PATIENCE);
        String reason = "no port yet";
        while (Instant.now().isBefore(deadline)) {
            Optional<Cluster.Running> running = cluster.running();
            if (running.isEmpty()) {
                return Optional.empty();
            }
            int port = running.get().port();
            if (port > 0) {
                try {
                    connect(address(cluster, port, "postgres")).close();
                    return Optional.of(port);
                } catch (SQLException e) {
                    reason = e.getMessage();
                }
            }
            pause();
        }
        throw new OutsideException(
                "embedded PostgreSQL runs on '" + cluster.data() + "' but does not answer: " + reason);
    }

    private void createIfMissing(String name) {
        try (Connection connection = connect(address("postgres"));
                Statement statement = connection.createStatement()) {
            try (ResultSet found = statement.executeQuery("select 1 from pg_database where datname = '" + name + "'")) {
                if (found.next()) {
                    return;
                }
            }
            statement.execute("create database " + name);
        } catch (SQLException e) {
            throw new OutsideException("database '" + name + "' cannot be created: " + e.getMessage(), e);
        }
    }

    private static Connection connect(DatabaseAddress address) throws SQLException {
        return DriverManager.getConnection(address.url(), address.user(), address.password());
    }

    private static void pause() {
        try {
            Thread.sleep(100);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while waiting for the embedded PostgreSQL", e);
        }
    }
}
