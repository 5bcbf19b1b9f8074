package dev.sternway.adapter.postgres;

import dev.sternway.port.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** What would stand in the way of loading beside and swapping, found before anything is touched. */
final class Obstacles {
    private static final int OLDEST = 14;
    private static final double ROOM = 1.2;

    private final PostgresServer server;
    private final String name;
    private final List<String> found = new ArrayList<>();

    Obstacles(PostgresServer server) {
        this.server = server;
        this.name = server.store().database();
    }

    List<String> inDatabase() {
        if (name.equals(PostgresServer.MAINTENANCE) || name.startsWith("template")) {
            return List.of("database '" + name + "' belongs to the server itself and cannot be swapped");
        }
        return server.outside("look for obstacles", connection -> {
            var live = Databases.find(connection, name);
            if (live.isEmpty()) {
                return List.of("there is no database '" + name + "'");
            }
            String oid = live.get().oid();
            version(connection);
            role(connection, oid);
            if (!live.get().open()) {
                found.add("database '" + name + "' accepts no connections");
            }
            each(
                    connection,
                    "a prepared transaction holds database '" + name + "': '%s'",
                    "select gid from pg_prepared_xacts where database = ?",
                    name);
            each(
                    connection,
                    "a replication slot is bound to database '" + name + "': '%s'",
                    "select slot_name from pg_replication_slots where database = ?",
                    name);
            each(
                    connection,
                    "a subscription writes to database '" + name + "': '%s'",
                    "select subname from pg_subscription where subdbid = ?::oid",
                    oid);
            each(
                    connection,
                    "a background worker is bound to database '" + name + "': '%s'",
                    "select distinct backend_type from pg_stat_activity where datid = ?::oid and backend_type not in"
                            + " ('client backend', 'autovacuum worker', 'parallel worker')",
                    oid);
            return found;
        });
    }

    private void version(Connection connection) throws SQLException {
        long major = Sql.number(connection, "select current_setting('server_version_num')::int / 10000");
        if (major < OLDEST) {
            found.add("the server is PostgreSQL " + major + ", at least " + OLDEST + " is needed");
        }
    }

    private void role(Connection connection, String oid) throws SQLException {
        String enough = Sql.value(
                connection,
                "select rolsuper or (rolcreatedb and pg_has_role(current_user, datdba, 'USAGE')"
                        + " and pg_has_role(current_user, 'pg_signal_backend', 'USAGE'))"
                        + " from pg_roles, pg_database d where rolname = current_user and d.oid = ?::oid",
                oid);
        if (!"t".equals(enough)) {
            found.add("role '" + server.store().user() + "' may not swap database '" + name
                    + "': it must be a superuser, or its owner with CREATEDB and pg_signal_backend");
        }
    }

    private void each(Connection connection, String sentence, String sql, Object parameter) throws SQLException {
        Sql.list(connection, row -> row.getString(1), sql, parameter)
                .forEach(what -> found.add(sentence.formatted(what)));
    }

    List<String> inTools(PostgresTools tools) {
        for (String tool : List.of("pg_dump", "pg_restore")) {
            try {
                tools.find(tool);
            } catch (PostgresTools.ToolMissing missing) {
                found.add(missing.getMessage());
            }
        }
        try {
            disk(tools);
        } catch (OutsideException cannotTell) {
            // Not every role may read where the data is.
        }
        return found;
    }

    private void disk(PostgresTools tools) {
        tooSmall(server, tools).ifPresent(found::add);
    }

    private record Need(String directory, long bytes) {}

    /** Says so when a copy of the live database would not find room. */
    static Optional<String> tooSmall(PostgresServer server, PostgresTools tools) {
        Need need = need(server);
        OptionalLong free = tools.freeBytes(need.directory());
        long wanted = (long) (need.bytes() * ROOM);
        return free.isPresent() && free.getAsLong() < wanted
                ? Optional.of("%d MB are free where the server keeps its data, a copy of database '%s' needs %d MB"
                        .formatted(free.getAsLong() >> 20, server.store().database(), wanted >> 20))
                : Optional.empty();
    }

    /** Free where the server keeps the live database, and would keep its copy. */
    static OptionalLong free(PostgresServer server, PostgresTools tools) {
        return tools.freeBytes(need(server).directory());
    }

    private static Need need(PostgresServer server) {
        String database = server.store().database();
        return server.outside(
                "measure the database",
                connection -> new Need(
                        Sql.value(
                                connection,
                                "select coalesce(nullif(pg_tablespace_location(dattablespace), ''),"
                                        + " current_setting('data_directory')) from pg_database where datname = ?",
                                database),
                        Sql.number(connection, "select pg_database_size(?)", database)));
    }
}
