package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import dev.sternway.adapter.postgres.Databases.Mark;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import dev.sternway.port.TimeLimit;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;

/**
 * Exchanges two databases by renaming them: doors closed, sessions ended, then one transaction that renames both and
 * opens the new one.
 *
 * <p>Before that transaction the live database is the old one, behind a closed door at worst; after it everything is
 * done. So a crash leaves either a door to be found and passed, or nothing to do.
 */
final class Swap {
    private static final Duration ENDING = Duration.ofSeconds(5);
    /** Between two looks at sessions that end: most of them are gone at once, and everybody waits outside. */
    private static final Duration SHORTEST = Duration.ofMillis(1);

    private static final Duration LONGEST = Duration.ofMillis(10);
    /** Doors are opened again even when there is no time left for the swap. */
    private static final Duration REOPENING = Duration.ofSeconds(2);
    /** Object in use; not allowed to end a session. */
    private static final Set<String> IN_USE = Set.of("55006", "42501");

    private final PostgresServer server;
    private final String name;

    Swap(PostgresServer server) {
        this.server = server;
        this.name = server.store().database();
    }

    long swap(String beside, String kept) {
        try (Connection outside = server.open(PostgresServer.MAINTENANCE, "swap " + name, PostgresServer.SHORT)) {
            // Two swaps of one database, one of them started anew after a crash, go one after the other.
            alone(outside);
            Mandate.require();
            Optional<Found> live = Databases.find(outside, name);
            Optional<Found> next = Databases.find(outside, beside);
            Optional<Found> previous = Databases.find(outside, kept);
            if (isDone(live, next, previous)) {
                Databases.open(outside, name, true);
                return 0;
            }
            if (live.isEmpty() || next.isEmpty() || previous.isPresent() || !isReady(next.get())) {
                throw unknown(live, next, previous, beside, kept);
            }
            return swap(outside, live.get(), next.get(), kept);
        } catch (SQLException e) {
            throw server.failure("swap", e);
        }
    }

    /** Waits until nobody else swaps the database or passes the door of one that it replaced. */
    private void alone(Connection outside) throws SQLException {
        Sql.run(outside, "select pg_advisory_lock(hashtext('sternway swap'), hashtext(" + Sql.text(name) + "))");
    }

    /**
     * A session in a database beside the live one; the door of a kept one is open only while it is entered.
     *
     * @param purpose shown by the server
     */
    Connection enter(String beside, String purpose, Duration limit) throws SQLException {
        try (Connection outside = server.open(PostgresServer.MAINTENANCE, purpose, PostgresServer.SHORT)) {
            alone(outside);
            if (Databases.find(outside, beside)
                    .filter(found -> found.isAt(Stage.KEPT))
                    .isEmpty()) {
                return server.open(beside, purpose, limit);
            }
            Databases.open(outside, beside, true);
            try {
                return server.open(beside, purpose, limit);
            } finally {
                Databases.open(outside, beside, false);
            }
        }
    }

    private static boolean isDone(Optional<Found> live, Optional<Found> next, Optional<Found> previous) {
        return live.isPresent()
                && next.isEmpty()
                && previous.map(Found::mark)
                        .filter(mark -> live.get().oid().equals(mark.replacedBy()))
                        .isPresent();
    }

    private static boolean isReady(Found next) {
        Mark mark = next.mark();
        return mark != null && (mark.stage() == Stage.LOADED || mark.stage() == Stage.KEPT);
    }

    private Refusal unknown(
            Optional<Found> live, Optional<Found> next, Optional<Found> previous, String beside, String kept) {
        return new Refusal(
                ErrorCode.STORE_SHAPE_UNKNOWN,
                "the databases are not as a swap needs them: '%s' %s, '%s' %s, '%s' %s"
                        .formatted(
                                name,
                                live.isPresent() ? "is there" : "is missing",
                                beside,
                                next.map(found -> isReady(found) ? "is ready" : "is not a finished copy")
                                        .orElse("is missing"),
                                kept,
                                previous.isPresent() ? "is there already" : "is free"),
                "look at the databases of the server; nothing was touched.");
    }

    private long swap(Connection outside, Found live, Found next, String kept) throws SQLException {
        // Doors that a crash or an earlier swap left closed: one last look inside is needed on both sides.
        Databases.open(outside, live.name(), true);
        Databases.open(outside, next.name(), true);
        try (Connection inLive = server.open(live.name(), "swap", PostgresServer.SHORT);
                Connection inNext = server.open(next.name(), "swap", PostgresServer.SHORT)) {
            long closedAt = System.nanoTime();
            try {
                together(outside, () -> {
                    Databases.open(outside, live.name(), false);
                    Databases.open(outside, next.name(), false);
                });
                // Ends everybody but the two sessions held here, so that no number is given after it is read.
                endSessions(outside, live, pid(inLive));
                together(inNext, () -> Sequences.advance(inNext, Sequences.read(inLive)));
                inLive.close();
                inNext.close();
                endSessions(outside, live, 0);
                endSessions(outside, next, 0);
                // The last moment: behind the closed doors nothing has changed yet.
                Mandate.require();
                rename(outside, live, next, kept);
            } catch (SQLException | RuntimeException e) {
                reopen(next.name(), e);
                throw refusedOr(e);
            }
            return Duration.ofNanos(System.nanoTime() - closedAt).toMillis();
        }
    }

    private static int pid(Connection connection) throws SQLException {
        return (int) Sql.number(connection, "select pg_backend_pid()");
    }

    private void endSessions(Connection outside, Found database, int except) throws SQLException {
        long until = System.nanoTime() + TimeLimit.atMost(ENDING).toNanos();
        Duration pause = SHORTEST;
        while (true) {
            List<String> left = Sql.list(
                    outside,
                    row -> row.getString(1),
                    "select pid || ' ' || coalesce(nullif(application_name, ''), backend_type)"
                            + " || case when pg_terminate_backend(pid) then '' else ' (not ended)' end"
                            + " from pg_stat_activity where datid = ?::oid and pid <> ? and pid <> pg_backend_pid()",
                    database.oid(),
                    except);
            if (left.isEmpty()) {
                return;
            }
            if (System.nanoTime() > until) {
                throw new Refusal(
                        ErrorCode.STORE_IN_USE,
                        "database '" + database.name() + "' has sessions that do not end: " + left,
                        "end them, then retry the task; the old database is open again.");
            }
            LockSupport.parkNanos(pause.toNanos());
            pause = pause.compareTo(LONGEST) < 0 ? pause.multipliedBy(2) : LONGEST;
        }
    }

    private void rename(Connection outside, Found live, Found next, String kept) throws SQLException {
        Mark was = next.mark();
        boolean goesBack = was.stage() == Stage.KEPT;
        Mark mark = new Mark(Stage.KEPT, was.backup(), next.oid(), live.comment());
        together(outside, () -> {
            Sql.run(outside, "alter database " + Sql.name(live.name()) + " rename to " + Sql.name(kept));
            Sql.run(outside, "alter database " + Sql.name(next.name()) + " rename to " + Sql.name(name));
            Databases.comment(outside, kept, mark.text());
            Databases.comment(outside, name, goesBack ? was.comment() : live.comment());
            Databases.open(outside, name, true);
        });
    }

    /** What is done in one transaction. */
    @FunctionalInterface
    private interface Changes {
        void make() throws SQLException;
    }

    /** All of it or nothing, written to the disk once. */
    private static void together(Connection connection, Changes changes) throws SQLException {
        connection.setAutoCommit(false);
        try {
            changes.make();
            connection.commit();
        } catch (SQLException | RuntimeException | Error e) {
            // Whatever it is, also a limit that is over: leaving the transaction any other way would commit half of it.
            connection.rollback();
            throw e;
        }
        connection.setAutoCommit(true);
    }

    /** By name and by a connection of its own: should the renaming have been committed after all, the new one is open. */
    private void reopen(String beside, Exception cause) {
        try {
            TimeLimit.afterwards(REOPENING, () -> settle(beside));
        } catch (RuntimeException alsoFailed) {
            cause.addSuppressed(alsoFailed);
        }
    }

    /** Opens the live database and a copy that waits; closes a kept one. */
    void settle(String beside) {
        server.outside("open '" + name + "' again", connection -> {
            if (Databases.find(connection, name).filter(found -> !found.open()).isPresent()) {
                Databases.open(connection, name, true);
            }
            Optional<Found> aside = Databases.find(connection, beside);
            if (aside.filter(found -> !found.open() && found.isAt(Stage.LOADED)).isPresent()) {
                Databases.open(connection, beside, true);
            }
            if (aside.filter(found -> found.open() && found.isAt(Stage.KEPT)).isPresent()) {
                Databases.open(connection, beside, false);
                Databases.endSessions(connection, aside.get().oid());
            }
            return null;
        });
    }

    private <E extends Exception> RuntimeException refusedOr(E failure) throws SQLException {
        if (failure instanceof SQLException sql) {
            if (sql.getSQLState() != null && IN_USE.contains(sql.getSQLState())) {
                return new Refusal(
                        ErrorCode.STORE_IN_USE,
                        "database '" + name + "' is still in use: " + sql.getMessage(),
                        "end what uses it, then retry the task; the old database is open again.");
            }
            throw sql;
        }
        return (RuntimeException) failure;
    }
}
