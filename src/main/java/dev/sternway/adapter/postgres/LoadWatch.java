package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;

/** Tells how far a load is by the copy's size, and gives it up when nothing moves: tool stopped, or waiting for a lock. */
final class LoadWatch {
    private static final int LOADED_AT = 90;

    private final PostgresServer server;
    private final Connection outside;
    private final Found copy;
    private final Duration patience;
    private final Progress progress;
    private final long wantedBytes;
    private long bytes;
    private long movedAt = System.nanoTime();

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

    void look() {
        try {
            long now = size(copy);
            if (now != bytes || working()) {
                bytes = now;
                movedAt = System.nanoTime();
            }
        } catch (SQLException e) {
            throw server.failure("look at the load", e);
        }
        if (System.nanoTime() - movedAt > patience.toNanos()) {
            throw new OutsideException("the load of '" + copy.name() + "' has not moved for " + patience.toSeconds()
                    + " s and was given up");
        }
        progress.report((int) Math.min(LOADED_AT, bytes * LOADED_AT / wantedBytes), "loading");
    }

    private long size(Found database) throws SQLException {
        return Sql.number(outside, "select pg_database_size(?::oid)", database.oid());
    }

    /** Building an index does not show in the size for long; waiting for the client or a lock is no work. */
    private boolean working() throws SQLException {
        return Sql.number(
                        outside,
                        "select count(*) from pg_stat_activity where datid = ?::oid and state = 'active'"
                                + " and coalesce(wait_event_type, '') not in ('Client', 'Lock')",
                        copy.oid())
                > 0;
    }

    void abort() {
        server.outside("end the load", connection -> Databases.endSessions(connection, copy.oid()));
    }
}
