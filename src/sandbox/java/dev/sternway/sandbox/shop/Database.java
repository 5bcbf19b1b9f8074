package dev.sternway.sandbox.shop;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import javax.sql.DataSource;

/** The shop's database: connections and the migrations of the release. */
final class Database {
    private static final long MIGRATION_LOCK = 1_400_150;

    private Database() {}

    /** A pool on the database that the environment names; waits up to a minute for the server. */
    static DataSource open() throws IOException {
        HikariConfig config = new HikariConfig();
        config.setJdbcUrl(System.getenv("DATABASE_URL"));
        config.setUsername(System.getenv("DATABASE_USER"));
        config.setPassword(Files.readString(Path.of(System.getenv("DATABASE_PASSWORD_FILE")))
                .strip());
        config.setMaximumPoolSize(8);
        config.setMinimumIdle(2);
        config.setConnectionTimeout(2_000);
        config.setValidationTimeout(1_000);
        config.setInitializationFailTimeout(60_000);
        return new HikariDataSource(config);
    }

    /** Brings the schema to the release's version; a newer schema is left as it is. */
    static void migrate(DataSource database, Release release) throws SQLException {
        try (Connection connection = database.getConnection()) {
            connection.setAutoCommit(false);
            try (Statement statement = connection.createStatement()) {
                statement.execute("select pg_advisory_xact_lock(" + MIGRATION_LOCK + ")");
                statement.execute("create table if not exists schema_history (version integer primary key, "
                        + "title text not null, applied_at timestamptz not null default now())");
                int version = version(statement);
                for (Release.Migration migration : release.migrations()) {
                    if (migration.version() > version) {
                        apply(connection, migration);
                    }
                }
                connection.commit();
            }
        }
    }

    private static int version(Statement statement) throws SQLException {
        try (ResultSet row = statement.executeQuery("select coalesce(max(version), 0) from schema_history")) {
            row.next();
            return row.getInt(1);
        }
    }

    private static void apply(Connection connection, Release.Migration migration) throws SQLException {
        System.out.println("migrating to schema " + migration.version() + ": " + migration.title());
        try (Statement statement = connection.createStatement()) {
            for (String sql : migration.statements()) {
                statement.execute(sql);
            }
        }
        try (PreparedStatement insert =
                connection.prepareStatement("insert into schema_history (version, title) values (?, ?)")) {
            insert.setInt(1, migration.version());
            insert.setString(2, migration.title());
            insert.executeUpdate();
        }
    }
}
