package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Tells how far a load is by the bytes that it has brought. When nothing moves it names who is in the way, ends sessions
 * that have no business in the copy, and else gives the load up: the tool stands still, or waits for a lock that is not
 * ours to break.
 */
final class LoadWatch {
    private static final int LOADED_AT = 90;
    private static final int ENDS_AT_MOST = 3;

    private final PostgresServer server;
    private final Connection outside;
    private final Found copy;
    private final Duration patience;
    private final Progress progress;
    private final long wantedBytes;
    private long bytes;
    private long copied;
    private long movedAt = System.nanoTime();
    private int ended;

    LoadWatch(PostgresServer server, Connection outside, Found live, Found copy, Duration patience, Progress progress) {
        this.server = server;
        this.outside = outside;
        this.copy = copy;
        this.patience = patience;
        this.progress = progress;
        try {
            this.wantedBytes = Math.max(1, size(live));
        } catch (SQLException e) {
            throw server.failure("measure the live database", e);
        }
    }

    /** What the sessions of the load call themselves. */
    static String loadName(PostgresServer server, Found copy) {
        return server.applicationName("load " + copy.name());
    }

    void look() {
        List<Blocker> blockers;
        try {
            blockers = moves() ? List.of() : Blocker.of(outside, copy, loadName(server, copy));
            if (System.nanoTime() - movedAt > patience.toNanos()) {
                endOrGiveUp(blockers);
            }
        } catch (SQLException e) {
            throw server.failure("look at the load", e);
        }
        progress.report(
                (int) Math.min(LOADED_AT, bytes * LOADED_AT / wantedBytes),
                blockers.isEmpty()
                        ? "loading"
                        : "loading waits for " + blockers.get(0).name());
    }

    private boolean moves() throws SQLException {
        long size = size(copy);
        long read = Sql.number(
                outside,
                "select coalesce(sum(bytes_processed), 0)::bigint from pg_stat_progress_copy where datid = ?::oid",
                copy.oid());
        boolean moved = size != bytes || read != copied || working();
        if (moved) {
            bytes = size;
            copied = read;
            movedAt = System.nanoTime();
        }
        return moved;
    }

    private void endOrGiveUp(List<Blocker> blockers) throws SQLException {
        List<Blocker> intruders = blockers.stream().filter(Blocker::mayBeEnded).toList();
        if (intruders.isEmpty() || ended >= ENDS_AT_MOST) {
            String inTheWay = blockers.isEmpty()
                    ? "; no lock is in its way, its tool stands still"
                    : "; in its way: " + blockers.stream().map(Blocker::text).collect(Collectors.joining("; "));
            throw new OutsideException("the load of '" + copy.name() + "' has not moved for " + patience.toSeconds()
                    + " s and was given up" + inTheWay);
        }
        for (Blocker intruder : intruders) {
            intruder.end(outside);
            progress.note(
                    "ended " + intruder.text() + ", which had held up the load for " + patience.toSeconds() + " s");
        }
        ended++;
        movedAt = System.nanoTime();
    }

    private long size(Found database) throws SQLException {
        return Sql.number(outside, "select pg_database_size(?::oid)", database.oid());
    }

    /** Building an index does not show in the size for long; waiting for the client or a lock is no work. */
    private boolean working() throws SQLException {
        return Sql.number(
                        outside,
                        "select count(*) from pg_stat_activity where datid = ?::oid and state = 'active'"
                                + " and application_name = ? and coalesce(wait_event_type, '') not in ('Client', 'Lock')",
                        copy.oid(),
                        loadName(server, copy))
                > 0;
    }

    /** Shuts the tool out, also one that has not connected yet, and ends what it has begun. */
    void abort() {
        server.outside("end the load", connection -> {
            if (Databases.find(connection, copy.name())
                    .filter(found -> found.oid().equals(copy.oid()))
                    .isPresent()) {
                Databases.open(connection, copy.name(), false);
            }
            return Databases.endSessions(connection, copy.oid());
        });
    }
}
