package dev.sternway.sandbox.bench;

import dev.sternway.sandbox.demo.Pause;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/**
 * The application, as the judge of downtime: it writes a row every 20 ms over an ordinary connection and comes back at
 * once when it loses that. Downtime is the longest time between two writes that were acknowledged.
 */
final class Client implements AutoCloseable {
    private static final long EVERY = TimeUnit.MILLISECONDS.toNanos(20);
    private static final Duration BACK_WITHIN = Duration.ofMinutes(5);

    /** A write that the server acknowledged. */
    private record Written(long n, long at) {}

    private final LocalPostgres server;
    private final List<Written> written = new ArrayList<>();
    private final Thread thread = new Thread(this::write, "client");
    private volatile boolean ended;
    private boolean stopped;
    private Connection connection;
    private long n;

    Client(LocalPostgres server) {
        this.server = server;
        thread.setDaemon(true);
        thread.start();
    }

    private void write() {
        long due = System.nanoTime();
        while (!ended) {
            attempt();
            due = Math.max(due + EVERY, System.nanoTime());
            try {
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
            } catch (InterruptedException e) {
                return;
            }
        }
    }

    private synchronized void attempt() {
        if (stopped) {
            return;
        }
        boolean was = connection != null;
        if (!tried() && was) {
            tried();
        }
    }

    private boolean tried() {
        try {
            if (connection == null) {
                connection = server.connect(Platform.DATABASE);
            }
            try (PreparedStatement statement = connection.prepareStatement("insert into heartbeats values (?)")) {
                statement.setLong(1, ++n);
                statement.executeUpdate();
            }
            written.add(new Written(n, System.nanoTime()));
            return true;
        } catch (SQLException away) {
            disconnect();
            return false;
        }
    }

    private void disconnect() {
        if (connection != null) {
            try {
                connection.close();
            } catch (SQLException gone) {
                // that is what was wanted
            }
            connection = null;
        }
    }

    /** Stops the application, as the sources do before they touch its database. */
    synchronized void stop() {
        stopped = true;
        disconnect();
    }

    synchronized void start() {
        stopped = false;
    }

    private synchronized int size() {
        return written.size();
    }

    /** Returns after a few more writes were acknowledged. */
    void awaitWrites() {
        int enough = size() + 5;
        Pause.until("the client writes again", BACK_WITHIN, () -> size() >= enough);
    }

    /** The longest time without an acknowledged write since then, in seconds. */
    synchronized double longestGap(long since) {
        long longest = 0;
        for (int i = 1; i < written.size(); i++) {
            if (written.get(i).at > since) {
                longest = Math.max(longest, written.get(i).at - written.get(i - 1).at);
            }
        }
        return longest / 1e9;
    }

    /** Writes that were acknowledged since then and are in none of the databases: there must be none. */
    long lost(long since, String... databases) throws SQLException {
        List<Long> acknowledged;
        synchronized (this) {
            acknowledged = written.stream()
                    .filter(each -> each.at > since)
                    .map(Written::n)
                    .toList();
        }
        Set<Long> there = new HashSet<>();
        for (String database : databases) {
            try (Connection own = server.connect(database);
                    Statement statement = own.createStatement();
                    ResultSet rows = statement.executeQuery("select n from heartbeats")) {
                while (rows.next()) {
                    there.add(rows.getLong(1));
                }
            }
        }
        return acknowledged.stream().filter(each -> !there.contains(each)).count();
    }

    @Override
    public void close() {
        ended = true;
        thread.interrupt();
        stop();
    }
}
