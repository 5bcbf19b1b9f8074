package dev.sternway.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The schema version of a database: what the catalogue's query says; without a query, what the table of a known
 * migration tool says.
 */
final class SchemaVersions {

    /**
     * A migration tool.
     *
     * @param columns what its table must have, so that no other table of the same name is taken for it
     * @param query gives the version, with %s for the table
     */
    private record Tool(String name, String table, Set<String> columns, String query) {}

    private static final List<Tool> TOOLS = List.of(
            new Tool(
                    "alembic",
                    "alembic_version",
                    Set.of("version_num"),
                    "select string_agg(version_num, ',' order by version_num) from %s"),
            new Tool(
                    "flyway",
                    "flyway_schema_history",
                    Set.of("installed_rank", "version", "success"),
                    "select version from %s where success and version is not null order by installed_rank desc limit 1"),
            new Tool(
                    "liquibase",
                    "databasechangelog",
                    Set.of("id", "orderexecuted", "md5sum"),
                    "select id from %s order by orderexecuted desc limit 1"),
            new Tool(
                    "knex",
                    "knex_migrations",
                    Set.of("id", "name", "batch"),
                    "select name from %s order by id desc limit 1"),
            new Tool(
                    "typeorm",
                    "migrations",
                    Set.of("id", "timestamp", "name"),
                    "select name from %s order by id desc limit 1"));

    private final PostgresServer server;

    SchemaVersions(PostgresServer server) {
        this.server = server;
    }

    /** Null when there is no query and no known tool, or when the query's table is not there. */
    String of(String database) throws SQLException {
        String query = server.store().schemaVersion();
        if (query == null) {
            try (Connection connection = server.open(database, "schema version", PostgresServer.SHORT)) {
                connection.setAutoCommit(false);
                connection.setReadOnly(true);
                return detected(connection);
            }
        }
        // In the search path of the application.
        try (Connection plain = server.plain(database, "schema version", PostgresServer.SHORT)) {
            plain.setAutoCommit(false);
            plain.setReadOnly(true);
            return Sql.value(plain, query);
        } catch (SQLException e) {
            if (notThere(e)) {
                return null;
            }
            throw e;
        }
    }

    /** In order of schema and tool, e.g. {@code flyway 7}; an empty table says that nothing was migrated. */
    private static String detected(Connection connection) throws SQLException {
        List<String> versions = new ArrayList<>();
        for (Tool tool : TOOLS) {
            List<Tables.Table> tables = Sql.list(
                    connection,
                    row -> new Tables.Table(row.getString(1), row.getString(2)),
                    "select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace"
                            + " where c.relkind in ('r', 'p') and c.relname = ? and n.nspname !~ '^pg_'"
                            + " and (select count(*) from pg_attribute a where a.attrelid = c.oid and a.attnum > 0"
                            + " and not a.attisdropped and a.attname in (" + texts(tool.columns()) + ")) = "
                            + tool.columns().size() + " order by 1",
                    tool.table());
            for (Tables.Table table : tables) {
                String version = Sql.value(connection, tool.query().formatted(table.quoted()));
                versions.add(tool.name() + " " + (version == null ? "(none)" : version));
            }
        }
        return versions.isEmpty() ? null : String.join(", ", versions);
    }

    private static String texts(Set<String> names) {
        return names.stream().sorted().map(Sql::text).collect(Collectors.joining(", "));
    }

    private static boolean notThere(SQLException e) {
        return e.getSQLState() != null && e.getSQLState().startsWith("42");
    }
}
