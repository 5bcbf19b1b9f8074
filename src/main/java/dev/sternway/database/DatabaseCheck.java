package dev.sternway.database;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Locale;
import javax.sql.DataSource;

/** What must hold of a database before anything is written to it. */
final class DatabaseCheck {

    private static final int OLDEST = 14;
    private static final int LOOKS = 3;

    private DatabaseCheck() {}

    static void check(DataSource dataSource, DatabaseAddress address, Duration maxClockSkew) {
        try (Connection connection = dataSource.getConnection()) {
            requireVersion(
                    connection.getMetaData().getDatabaseProductName(),
                    connection.getMetaData().getDatabaseMajorVersion());
            requireSameClock(skew(connection), maxClockSkew);
        } catch (SQLException e) {
            throw new OutsideException(
                    "database '" + address.url() + "' does not answer: " + e.getMessage()
                            + "\nHINT: check spring.datasource.url, username and password, and that it runs.",
                    e);
        }
    }

    static void requireVersion(String product, int major) {
        if (!product.toLowerCase(Locale.ROOT).equals("postgresql") || major < OLDEST) {
            throw new Refusal(
                    ErrorCode.DATABASE_UNSUPPORTED,
                    "database is '" + product + " " + major + "', Sternway needs PostgreSQL " + OLDEST + " or newer",
                    "set spring.datasource.url to such a server, or leave it empty for the embedded one.");
        }
    }

    /** Due dates and locks are written by this machine's clock and read by other nodes: they must agree. */
    static void requireSameClock(Duration skew, Duration maximum) {
        if (skew.abs().compareTo(maximum) > 0) {
            throw new Refusal(
                    ErrorCode.CLOCK_SKEWED,
                    "clock of this machine is '" + skew.toMillis() + " ms' away from the database's, allowed are '"
                            + maximum.toMillis() + " ms'",
                    "set both by NTP, then start again.");
        }
    }

    /** This machine's clock minus the database's; the quickest of a few looks, as a slow answer tells less. */
    private static Duration skew(Connection connection) throws SQLException {
        Duration best = Duration.ZERO;
        long quickest = Long.MAX_VALUE;
        for (int i = 0; i < LOOKS; i++) {
            long begin = System.nanoTime();
            Instant before = Instant.now();
            OffsetDateTime there;
            try (Statement statement = connection.createStatement();
                    ResultSet row = statement.executeQuery("select clock_timestamp()")) {
                row.next();
                there = row.getObject(1, OffsetDateTime.class);
            }
            long took = System.nanoTime() - begin;
            if (took < quickest) {
                quickest = took;
                best = Duration.between(there.toInstant(), before.plusNanos(took / 2));
            }
        }
        return best;
    }
}
