package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/**
 * A session that holds a lock which a load waits for.
 *
 * @param pid 0 for a prepared transaction, which has no session
 * @param inCopy whether it is connected to the copy itself
 * @param seconds since its transaction began
 * @param query what it runs or ran last, without the values in it
 */
record Blocker(int pid, String program, String user, String database, boolean inCopy, long seconds, String query) {

    /** Who is in the way of the sessions in the copy, but for those of the load itself. */
    static List<Blocker> of(Connection outside, Found copy, String load) throws SQLException {
        return Sql.list(
                outside,
                row -> new Blocker(
                        row.getInt(1),
                        row.getString(2),
                        row.getString(3),
                        row.getString(4),
                        row.getBoolean(5),
                        row.getLong(6),
                        row.getString(7)),
                "select w.pid, coalesce(nullif(b.application_name, ''), b.backend_type, 'a prepared transaction'),"
                        + " coalesce(b.usename, ''), coalesce(b.datname, ''),"
                        + " coalesce(b.datid = ?::oid and b.backend_type = 'client backend', false),"
                        + " coalesce(extract(epoch from now() - coalesce(b.xact_start, b.state_change)), 0)::bigint,"
                        + " left(regexp_replace(coalesce(b.query, ''), '''[^'']*''', '''…''', 'g'), 160)"
                        + " from (select distinct unnest(pg_blocking_pids(a.pid)) as pid from pg_stat_activity a"
                        + " where a.datid = ?::oid and a.application_name = ?) w"
                        + " left join pg_stat_activity b on b.pid = w.pid"
                        + " where coalesce(b.application_name, '') <> ? order by 1",
                copy.oid(),
                copy.oid(),
                load,
                load);
    }

    /** A session in the copy is nobody's business but ours; one elsewhere may be doing what people need. */
    boolean mayBeEnded() {
        return inCopy;
    }

    void end(Connection outside) throws SQLException {
        Sql.list(outside, row -> row.getBoolean(1), "select pg_terminate_backend(?)", pid);
    }

    /** In a few words, for the page. */
    String name() {
        return pid == 0 ? "a prepared transaction" : "'" + program + "' of '" + user + "', process " + pid;
    }

    String text() {
        return pid == 0
                ? "a prepared transaction"
                : "%s, in database '%s' for %d s: %s".formatted(name(), database, seconds, query);
    }
}
