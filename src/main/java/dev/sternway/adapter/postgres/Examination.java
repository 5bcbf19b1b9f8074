package dev.sternway.adapter.postgres;

import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Question;
import dev.sternway.port.DataStore.Trial;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Savepoint;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Looks whether a copy that was loaded from a backup is whole, and leaves nothing in it: it may become the live one. */
final class Examination {
    private final PostgresServer server;
    private final List<String> faults = new ArrayList<>();
    private final List<String> findings = new ArrayList<>();

    Examination(PostgresServer server) {
        this.server = server;
    }

    /**
     * Looks at indexes, constraints, pages and answers; the loader has compared rows and schema version already.
     *
     * @param load how long loading took
     */
    Trial look(String copy, Duration load, List<Question> questions, Progress progress) {
        long begin = System.nanoTime();
        progress.report(95, "looking at indexes and constraints");
        record Seen(Map<String, Long> rows, long bytes, String schemaVersion) {}
        Seen seen = server.in(copy, "examine", PostgresServer.LONG, connection -> {
            indexes(connection);
            constraints(connection);
            return new Seen(
                    Tables.count(connection),
                    Sql.number(connection, "select pg_database_size(current_database())"),
                    new SchemaVersions(server).of(copy));
        });
        findings.add(seen.rows().values().stream().mapToLong(Long::longValue).sum() + " rows in "
                + seen.rows().size() + " tables");
        findings.add("schema version " + (seen.schemaVersion() == null ? "not known" : seen.schemaVersion()));
        progress.report(97, "looking at pages");
        pages(copy);
        questions.forEach(question -> ask(copy, question));
        return new Trial(
                seen.bytes(),
                seen.rows(),
                seen.schemaVersion(),
                load,
                Duration.ofNanos(System.nanoTime() - begin),
                List.copyOf(faults),
                List.copyOf(findings));
    }

    private void indexes(Connection connection) throws SQLException {
        Sql.list(
                        connection,
                        row -> row.getString(1),
                        "select indexrelid::regclass::text from pg_index where not (indisvalid and indisready)")
                .forEach(index -> faults.add("index '" + index + "' is not valid"));
        findings.add(
                Sql.number(connection, "select count(*) from pg_index where indexrelid >= 16384") + " indexes valid");
    }

    /** A constraint that the live database does not hold its rows to either is no fault of the backup. */
    private void constraints(Connection connection) throws SQLException {
        List<String> open = Sql.list(
                connection,
                row -> row.getString(1),
                "select conname || ' of ' || conrelid::regclass from pg_constraint"
                        + " where not convalidated and conrelid <> 0 order by 1");
        findings.add(Sql.number(connection, "select count(*) from pg_constraint where oid >= 16384") + " constraints");
        if (!open.isEmpty()) {
            findings.add("declared not valid, in the dump already: " + String.join(", ", open));
        }
    }

    /** By amcheck, which says so when an index and its table disagree, or a page is damaged. */
    private void pages(String copy) {
        server.in(copy, "amcheck", PostgresServer.LONG, connection -> {
            // Never committed: the copy stays without the extension.
            connection.setAutoCommit(false);
            try {
                Sql.run(connection, "create schema sternway_amcheck");
                Sql.run(connection, "create extension if not exists amcheck schema sternway_amcheck");
            } catch (SQLException e) {
                findings.add("pages not looked at, amcheck cannot be used: " + line(e));
                connection.rollback();
                return null;
            }
            String schema = Sql.value(
                    connection,
                    "select n.nspname from pg_extension e join pg_namespace n on n.oid = e.extnamespace"
                            + " where extname = 'amcheck'");
            int looked = 0;
            for (String index : Sql.list(
                    connection,
                    row -> row.getString(1),
                    "select i.indexrelid::text from pg_index i join pg_class c on c.oid = i.indexrelid"
                            + " join pg_am a on a.oid = c.relam where a.amname = 'btree' and c.relkind = 'i'"
                            + " and c.relpersistence <> 't' and i.indisvalid and i.indexrelid >= 16384")) {
                damaged(
                        connection,
                        "select " + Sql.name(schema) + ".bt_index_check(" + index + "::oid::regclass, true)");
                looked++;
            }
            for (String table : Sql.list(
                    connection,
                    row -> row.getString(1),
                    "select oid::text from pg_class where relkind in ('r', 'm') and oid >= 16384"
                            + " and relpersistence <> 't'")) {
                damaged(
                        connection,
                        "select string_agg(distinct msg, '; ') from " + Sql.name(schema) + ".verify_heapam(" + table
                                + "::oid::regclass)");
                looked++;
            }
            findings.add(looked + " indexes and tables looked through by amcheck");
            connection.rollback();
            return null;
        });
    }

    private void damaged(Connection connection, String sql) throws SQLException {
        // What was locked for one look is free again before the next: thousands of tables are too many for one lock
        // table.
        Savepoint before = connection.setSavepoint();
        try {
            String said = Sql.value(connection, sql);
            if (said != null && !said.isBlank()) {
                faults.add("a table is damaged: " + said);
            }
        } catch (SQLException e) {
            if (e.getSQLState() == null || !e.getSQLState().startsWith("XX")) {
                throw e;
            }
            faults.add("an index is damaged: " + line(e));
        } finally {
            connection.rollback(before);
        }
    }

    /** As the application would ask: in its own search path. */
    private void ask(String copy, Question question) {
        try (Connection connection = server.plain(copy, "check " + question.id(), PostgresServer.LONG)) {
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            String answer = Sql.value(connection, question.query());
            if (question.expect().equals(answer)) {
                findings.add("check '" + question.id() + "' answers '" + answer + "'");
            } else {
                faults.add(
                        "check '" + question.id() + "' answers '" + answer + "', wanted '" + question.expect() + "'");
            }
        } catch (SQLException e) {
            if (e.getSQLState() == null || e.getSQLState().startsWith("08")) {
                throw server.failure("check the copy", e);
            }
            faults.add("check '" + question.id() + "' fails: " + line(e));
        }
    }

    private static String line(SQLException e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("no reason given");
    }
}
