package dev.sternway.evidence;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** The ledger's few connections beside the main pool, to the same database; no bean, so that nobody else takes them. */
final class EvidenceConnections {
    private static final int MOST = 3;
    private static final Duration WAIT = Duration.ofSeconds(5);

    private EvidenceConnections() {}

    static HikariDataSource beside(DataSource main) {
        HikariConfig settings = new HikariConfig();
        try {
            if (main.isWrapperFor(HikariDataSource.class)) {
                main.unwrap(HikariDataSource.class).copyStateTo(settings);
            } else {
                settings.setDataSource(main);
            }
        } catch (SQLException e) {
            throw new IllegalStateException("the main data source cannot be read", e);
        }
        settings.setPoolName("evidence");
        settings.setMinimumIdle(1);
        settings.setMaximumPoolSize(MOST);
        settings.setConnectionTimeout(WAIT.toMillis());
        settings.setConnectionInitSql("set lock_timeout = '" + WAIT.toMillis() + "ms'");
        settings.setAutoCommit(true);
        settings.setReadOnly(false);
        // The first connection is made by the first entry: the database may still be on its way up.
        settings.setInitializationFailTimeout(-1);
        return new HikariDataSource(settings);
    }
}
