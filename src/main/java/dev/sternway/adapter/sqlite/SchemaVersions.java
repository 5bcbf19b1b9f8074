package dev.sternway.adapter.sqlite;

import dev.sternway.catalogue.Store;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * The schema version of a file: what the catalogue's query says; without a query, what the table of a known migration
 * tool says.
 */
final class SchemaVersions {

    /**
     * A migration tool.
     *
     * @param columns what its table must have, so that no other table of the same name is taken for it
     * @param query gives the version
     */
    private record Tool(String name, String table, Set<String> columns, String query) {}

    private static final List<Tool> TOOLS = List.of(
            new Tool(
                    "alembic",
                    "alembic_version",
                    Set.of("version_num"),
                    "select group_concat(version_num, ',')"
                            + " from (select version_num from alembic_version order by version_num)"),
            new Tool(
                    "flyway",
                    "flyway_schema_history",
                    Set.of("installed_rank", "version", "success"),
                    "select version from flyway_schema_history where success and version is not null"
                            + " order by installed_rank desc limit 1"),
            new Tool(
                    "liquibase",
                    "databasechangelog",
                    Set.of("id", "orderexecuted", "md5sum"),
                    "select id from databasechangelog order by orderexecuted desc limit 1"),
            new Tool(
                    "knex",
                    "knex_migrations",
                    Set.of("id", "name", "batch"),
                    "select name from knex_migrations order by id desc limit 1"),
            new Tool(
                    "typeorm",
                    "migrations",
                    Set.of("id", "timestamp", "name"),
                    "select name from migrations order by id desc limit 1"));

    private SchemaVersions() {}

    /** Null when there is no query and no known tool, or when the query's table is not there. */
    static String of(Connection connection, Store store) throws SQLException {
        if (store.schemaVersion() == null) {
            return detected(connection);
        }
        try {
            return Tables.value(connection, store.schemaVersion());
        } catch (SQLException e) {
            if (String.valueOf(e.getMessage()).contains("no such table")) {
                return null;
            }
            throw e;
        }
    }

    /** In order of the tools, e.g. {@code flyway 7}; an empty table says that nothing was migrated. */
    private static String detected(Connection connection) throws SQLException {
        List<String> versions = new ArrayList<>();
        for (Tool tool : TOOLS) {
            Set<String> columns = new TreeSet<>(
                    Tables.texts(connection, "select lower(name) from pragma_table_info(?)", tool.table()));
            if (columns.containsAll(tool.columns())) {
                String version = Tables.value(connection, tool.query());
                versions.add(tool.name() + " " + (version == null ? "(none)" : version));
            }
        }
        return versions.isEmpty() ? null : String.join(", ", versions);
    }
}
