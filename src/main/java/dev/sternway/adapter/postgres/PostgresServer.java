package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.function.UnaryOperator;
import org.postgresql.ds.PGSimpleDataSource;

/** Short-lived plain connections to the server of one store; no pool, so that nothing holds a database open. */
final class PostgresServer {
    /** For what must answer at once. */
    static final Duration SHORT = Duration.ofSeconds(30);
    /** For what reads whole tables. */
    static final Duration LONG = Duration.ofHours(2);

    /** The database that one is in while others are created, renamed and dropped. */
    static final String MAINTENANCE = "postgres";

    private static final String PREFIX = "sternway:";

    private final ManagedSystem system;
    private final Store store;
    private final Secrets secrets;

    private final UnaryOperator<Connection> through;

    PostgresServer(ManagedSystem system, Store store, Secrets secrets) {
        this(system, store, secrets, UnaryOperator.identity());
    }

    /** @param through what every new session is seen through; tests let sessions die there */
    PostgresServer(ManagedSystem system, Store store, Secrets secrets, UnaryOperator<Connection> through) {
        this.system = system;
        this.store = store;
        this.secrets = secrets;
        this.through = through;
    }

    /** What is done with a connection. */
    @FunctionalInterface
    interface Work<T> {
        T on(Connection connection) throws SQLException;
    }

    Store store() {
        return store;
    }

    ManagedSystem system() {
        return system;
    }

    String password() {
        return store.password() == null ? null : secrets.resolve(store.password());
    }

    String applicationName(String purpose) {
        return PREFIX + purpose;
    }

    /** Runs in the database {@code postgres}, with everything resolved in the catalogue's schema. */
    <T> T outside(String purpose, Work<T> work) {
        return in(MAINTENANCE, purpose, SHORT, work);
    }

    <T> T in(String database, String purpose, Duration limit, Work<T> work) {
        try (Connection connection = open(database, purpose, limit)) {
            return work.on(connection);
        } catch (SQLException e) {
            throw failure(purpose, e);
        }
    }

    OutsideException failure(String purpose, SQLException cause) {
        return new OutsideException(
                "store '%s' of system '%s': PostgreSQL at %s:%d failed to %s: %s"
                        .formatted(store.id(), system.id(), store.host(), store.port(), purpose, cause.getMessage()),
                cause);
    }

    /** A session whose settings do not depend on what the database, the role or the other side sets. */
    Connection open(String database, String purpose, Duration limit) throws SQLException {
        Connection connection = plain(database, purpose, limit);
        try {
            Sql.run(
                    connection,
                    "set search_path = pg_catalog; set row_security = off; set datestyle = 'ISO, YMD';"
                            + " set intervalstyle = postgres; set timezone = 'UTC'; set bytea_output = hex;"
                            + " set extra_float_digits = 1; set xmloption = content");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    /** A session as the application has it: its own search path. */
    Connection plain(String database, String purpose, Duration limit) throws SQLException {
        Duration time = TimeLimit.atMost(limit);
        int seconds = Math.toIntExact(time.toSeconds()) + 1;
        PGSimpleDataSource source = new PGSimpleDataSource();
        source.setServerNames(new String[] {store.host()});
        source.setPortNumbers(new int[] {store.port()});
        source.setDatabaseName(database);
        source.setUser(store.user());
        source.setPassword(password());
        source.setApplicationName(applicationName(purpose));
        source.setConnectTimeout(Math.min(5, seconds));
        source.setLoginTimeout(Math.min(10, seconds));
        source.setSocketTimeout(seconds + (time.equals(limit) ? 5 : 1));
        source.setTcpKeepAlive(true);
        Connection connection = through.apply(source.getConnection());
        try {
            Sql.run(
                    connection,
                    "set statement_timeout = " + time.toMillis() + "; set lock_timeout = "
                            + Math.min(SHORT.toMillis(), time.toMillis())
                            + "; set idle_in_transaction_session_timeout = 0; set standard_conforming_strings = on;"
                            + " set default_transaction_read_only = off");
            return connection;
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }
}
