package dev.sternway.adapter.sqlite;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.catalogue.Store;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The schema version of a SQLite file without a query in the catalogue. */
class SchemaVersionsTest {

    @TempDir
    Path folder;

    private String version(String query, String... statements) throws SQLException {
        Path file = folder.resolve("shop.sqlite");
        Store store = new Store("s", Store.Kind.SQLITE, null, null, 0, file.toString(), null, null, query, false);
        try (Connection connection = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement statement = connection.createStatement()) {
            for (String each : statements) {
                statement.execute(each);
            }
            return SchemaVersions.of(connection, store);
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "alembic_version (version_num text) | ('b2'), ('a1') | alembic a1,b2",
                "flyway_schema_history (installed_rank int, version text, success int) | (1, '1', 1), (2, '7', 1),"
                        + " (3, '8', 0), (4, null, 1) | flyway 7",
                "databasechangelog (id text, orderexecuted int, md5sum text) | ('x', 2, ''), ('y', 1, '') | liquibase x",
                "knex_migrations (id int, name text, batch int) | (1, '001.js', 1), (2, '002.js', 1) | knex 002.js",
                "migrations (id int, timestamp int, name text) | (1, 9, 'First9'), (2, 11, 'Next11') | typeorm Next11"
            })
    void isThatOfAKnownMigrationTool(String table, String rows, String wanted) throws SQLException {
        String name = table.substring(0, table.indexOf(' '));

        assertThat(version(null, "create table " + table, "insert into " + name + " values " + rows))
                .isEqualTo(wanted);
    }

    @Test
    void isNotGuessedFromATableThatOnlyHasTheName() throws SQLException {
        assertThat(version(null, "create table migrations (version integer)")).isNull();
    }

    @Test
    void isWhatTheCataloguesQuerySaysAndNothingWithoutItsTable() throws SQLException {
        assertThat(version("select max(v) from own")).isNull();
        assertThat(version("select max(v) from own", "create table own (v int)", "insert into own values (4)"))
                .isEqualTo("4");
    }

    @Test
    void ofAToolThatHasMigratedNothingIsNone() throws SQLException {
        assertThat(version(null, "create table knex_migrations (id int, name text, batch int)"))
                .isEqualTo("knex (none)");
    }
}
