package dev.sternway.database;

import com.zaxxer.hikari.HikariDataSource;
import dev.sternway.port.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.springframework.boot.SpringApplication;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * A fresh database for a test class, with the product's tables in it. All share one embedded server per JVM, whose files
 * stay in {@code target} so that the next run starts at once.
 *
 * <p>{@code @RegisterExtension static final TestDatabase DATABASE = TestDatabase.create();} gives it back by itself; for
 * a Spring context hand {@link #url()}, {@link #user()} and {@link #password()} to {@code spring.datasource.*}.
 */
public final class TestDatabase implements AfterAllCallback, AutoCloseable {

    private static final String TEMPLATE = "template_sternway";
    private static final AtomicInteger NUMBER = new AtomicInteger();
    private static EmbeddedDatabase server;

    private final String name;
    private final DatabaseAddress address;
    private HikariDataSource pool;

    private TestDatabase(String name) {
        this.name = name;
        this.address = server.address(name);
    }

    /** A new database with the product's tables, as Flyway makes them. */
    public static synchronized TestDatabase create() {
        return copyOf(TEMPLATE);
    }

    /** A new database with nothing in it. */
    public static synchronized TestDatabase empty() {
        return copyOf("template0");
    }

    public String url() {
        return address.url();
    }

    public String user() {
        return address.user();
    }

    public String password() {
        return address.password();
    }

    public DatabaseAddress address() {
        return address;
    }

    /** A small pool, closed with the database. */
    public synchronized HikariDataSource dataSource() {
        if (pool == null) {
            pool = address.pool(name, 10);
        }
        return pool;
    }

    public JdbcClient jdbc() {
        return JdbcClient.create(dataSource());
    }

    @Override
    public void afterAll(ExtensionContext context) {
        close();
    }

    /** Drops the database, whoever is still in it. */
    @Override
    public synchronized void close() {
        if (pool != null) {
            pool.close();
        }
        execute("drop database if exists " + name + " with (force)");
    }

    private static TestDatabase copyOf(String template) {
        start();
        String name = "test_" + NUMBER.incrementAndGet();
        execute("create database " + name + " template " + template);
        return new TestDatabase(name);
    }

    private static void start() {
        if (server != null) {
            return;
        }
        Map<String, String> fast = Map.of(
                "fsync", "off", "synchronous_commit", "off", "full_page_writes", "off", "max_connections", "300");
        server = firstFree(fast);
        // After all Spring contexts: one that closes without its database waits for a connection.
        SpringApplication.getShutdownHandlers().add(server::close);
        leftovers().forEach(name -> execute("drop database " + name + " with (force)"));
        execute("create database " + TEMPLATE);
        DatabaseAddress template = server.address(TEMPLATE);
        Flyway.configure()
                .dataSource(template.url(), template.user(), template.password())
                .load()
                .migrate();
    }

    /** Test runs side by side take a directory each. */
    private static EmbeddedDatabase firstFree(Map<String, String> settings) {
        for (int i = 1; ; i++) {
            try {
                return EmbeddedDatabase.open(Path.of("target", "test-database-" + i), settings);
            } catch (Refusal inUse) {
                if (i == 16) {
                    throw inUse;
                }
            }
        }
    }

    private static List<String> leftovers() {
        List<String> names = new ArrayList<>();
        try (Connection connection = connect();
                Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(
                        "select datname from pg_database where datname like 'test\\_%' or datname = '" + TEMPLATE
                                + "'")) {
            while (rows.next()) {
                names.add(rows.getString(1));
            }
            return names;
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void execute(String sql) {
        try (Connection connection = connect();
                Statement statement = connection.createStatement()) {
            statement.execute(sql);
        } catch (SQLException e) {
            throw new IllegalStateException(sql, e);
        }
    }

    private static Connection connect() throws SQLException {
        DatabaseAddress postgres = server.address("postgres");
        return DriverManager.getConnection(postgres.url(), postgres.user(), postgres.password());
    }
}
