package dev.sternway.sandbox.bench;

import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.LinkedHashMap;
import java.util.Map;

/** The data of a small agent platform, in any size: four tables that grow, keys between them, and indexes. */
final class Platform {
    static final String DATABASE = "agentic_platform";

    private static final String[] TABLES = {"schema_version", "agents", "tasks", "sessions", "events"};
    private static final int AGENTS = 2_000;
    private static final int TASKS_PER_GB = 1_240_000;
    private static final int SESSIONS_PER_GB = 1_240_000;
    private static final int EVENTS_PER_GB = 2_480_000;

    private final LocalPostgres server;

    Platform(LocalPostgres server) {
        this.server = server;
    }

    /** Makes the database anew, as it was before the upgrade. */
    void make(double gigabytes) throws SQLException {
        int tasks = (int) (TASKS_PER_GB * gigabytes);
        server.execute(
                LocalPostgres.USER,
                "drop database if exists " + DATABASE + " with (force)",
                "create database " + DATABASE);
        server.execute(
                DATABASE,
                "create table schema_version (version text primary key)",
                "insert into schema_version values ('7')",
                "create table heartbeats (n bigint primary key)",
                "create table agents (id int primary key, name text not null, kind text not null)",
                "insert into agents select n, 'agent ' || n, 'kind ' || n % 7 from generate_series(1, " + AGENTS
                        + ") n",
                "create table tasks (id bigint, agent int not null, title text not null, state text not null,"
                        + " cost numeric(10, 2), created timestamptz not null, input text)",
                "insert into tasks select n, 1 + n % " + AGENTS + ", 'task ' || n, 'done', n % 997 / 100.0,"
                        + " timestamptz '2026-01-01Z' + n * interval '1 second', md5(n::text) || md5((n + 1)::text)"
                        + " || md5((n + 2)::text) from generate_series(1, " + tasks + ") n",
                "create table sessions (id bigint, agent int not null, token text not null, opened timestamptz)",
                "insert into sessions select n, 1 + n % " + AGENTS + ", md5(n::text) || md5((n + 7)::text),"
                        + " timestamptz '2026-01-01Z' + n * interval '1 second' from generate_series(1, "
                        + (int) (SESSIONS_PER_GB * gigabytes) + ") n",
                "create table events (id bigint, task bigint not null, at timestamptz not null, what text)",
                "insert into events select n, 1 + n % " + tasks
                        + ", timestamptz '2026-01-01Z' + n * interval '1 second',"
                        + " md5(n::text) || md5((n + 3)::text) from generate_series(1, "
                        + (int) (EVENTS_PER_GB * gigabytes) + ") n",
                "alter table tasks add primary key (id), add foreign key (agent) references agents",
                "alter table sessions add primary key (id), add foreign key (agent) references agents",
                "alter table events add primary key (id), add foreign key (task) references tasks",
                "create index on tasks (created)",
                "create index on sessions (token)",
                "create index on events (task)",
                "analyze");
    }

    /** What a failed upgrade does: another schema, rows spoiled, rows gone, rows that came since. */
    void damage() throws SQLException {
        server.execute(
                DATABASE,
                "update schema_version set version = '8'",
                "update tasks set title = 'spoiled' where id % 100 = 0",
                "delete from sessions where id % 100 = 0",
                "insert into agents select -n, 'since the upgrade', 'new' from generate_series(1, 200) n");
    }

    long bytes() throws SQLException {
        return Long.parseLong(server.value(DATABASE, "select pg_database_size('" + DATABASE + "')"));
    }

    /**
     * Count and checksum of all rows of every table, whatever their order; the client's own table is left out. Equal
     * prints mean equal data.
     */
    Map<String, String> fingerprint() throws SQLException {
        Map<String, String> prints = new LinkedHashMap<>();
        try (Connection connection = server.connect(DATABASE);
                Statement statement = connection.createStatement()) {
            for (String table : TABLES) {
                try (ResultSet row = statement.executeQuery("select count(*) || ' ' ||"
                        + " coalesce(sum(hashtextextended(t::text, 0)), 0) from " + table + " t")) {
                    row.next();
                    prints.put(table, row.getString(1));
                }
            }
            try (ResultSet row =
                    statement.executeQuery("select count(*) from pg_indexes where schemaname = 'public'")) {
                row.next();
                prints.put("indexes", row.getString(1));
            }
        }
        return prints;
    }
}
