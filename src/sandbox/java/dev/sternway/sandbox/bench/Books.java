package dev.sternway.sandbox.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Looks into Sternway's own database: the benchmark believes no answer of the product about itself. */
final class Books implements AutoCloseable {
    private static final int PORT_LINE = 3;

    private final Connection connection;
    private final long postmaster;

    /** @param data the data directory of a running Sternway with an embedded database */
    Books(Path data) throws IOException, SQLException {
        Path home = data.resolve("postgresql");
        List<String> postmaster = Files.readAllLines(home.resolve("data/postmaster.pid"));
        this.postmaster = Long.parseLong(postmaster.get(0).trim());
        this.connection = DriverManager.getConnection(
                "jdbc:postgresql://127.0.0.1:" + postmaster.get(PORT_LINE).trim() + "/sternway",
                "sternway",
                Files.readString(home.resolve("password")).trim());
    }

    /** The number of the database's first process, whose children are the others. */
    long postmaster() {
        return postmaster;
    }

    /** Per system, when the first step that touches it began, of incidents opened since: the switched container is made. */
    Map<String, Instant> firstActions(Instant since) throws SQLException {
        String sql = """
                select i.system_id, min(e.started_at) from incident i join evidence e on e.incident_id = i.id
                where e.kind = 'STEP' and e.step in ('prepareToggle', 'switchToggle') and i.opened_at >= ?
                group by i.system_id
                """;
        Map<String, Instant> first = new TreeMap<>();
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setTimestamp(1, Timestamp.from(since));
            try (ResultSet rows = query.executeQuery()) {
                while (rows.next()) {
                    first.put(rows.getString(1), rows.getTimestamp(2).toInstant());
                }
            }
        }
        return first;
    }

    /** Alerts whose series begins so: all of them, those that belong to an incident or are noted, those that wait. */
    record Kept(int all, int handled, int waiting) {}

    Kept kept(String seriesPrefix) throws SQLException {
        String sql = """
                select count(*), count(*) filter (where state in ('STARTED', 'JOINED', 'NOTED')),
                    count(*) filter (where state = 'WAITING')
                from alert where alert -> 'labels' ->> 'instance' like ?
                """;
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setString(1, seriesPrefix + "-%");
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return new Kept(row.getInt(1), row.getInt(2), row.getInt(3));
            }
        }
    }

    int incidentsSince(Instant since) throws SQLException {
        return count("select count(*) from incident where opened_at >= ?", since);
    }

    /** Incidents of one system that ran at the same time, and root processes beyond one for each incident. */
    int tooMany(Instant since) throws SQLException {
        return count("""
                        select count(*) from incident one join incident other
                            on one.system_id = other.system_id and one.id < other.id
                            and one.opened_at < coalesce(other.ended_at, now())
                            and other.opened_at < coalesce(one.ended_at, now())
                        where one.opened_at >= ?
                        """, since) + count("""
                        select count(*) from (
                            select business_key_ from act_hi_procinst
                            where proc_def_key_ = 'handle-incident' and start_time_ >= ?
                            group by business_key_ having count(*) > 1) twice
                        """, since);
    }

    int running() throws SQLException {
        return count("select count(*) from incident where ended_at is null and opened_at >= ?", Instant.EPOCH);
    }

    private int count(String sql, Instant since) throws SQLException {
        try (PreparedStatement query = connection.prepareStatement(sql)) {
            query.setTimestamp(1, Timestamp.from(since));
            try (ResultSet row = query.executeQuery()) {
                row.next();
                return row.getInt(1);
            }
        }
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }
}
