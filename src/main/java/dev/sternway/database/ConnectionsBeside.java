package dev.sternway.database;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.sql.SQLException;
import java.time.Duration;
import javax.sql.DataSource;

/** A few connections beside the main pool, to the same database; no bean, so that nobody else takes them. */
public final class ConnectionsBeside {
    private ConnectionsBeside() {}

    /**
     * A pool of its own; the caller closes it.
     *
     * @param name shown in logs and metrics
     * @param most the most connections it opens
     * @param wait how long one is waited for, and how long a statement waits for a lock
     */
    public static HikariDataSource of(DataSource main, String name, int most, Duration wait) {
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
        settings.setPoolName(name);
        settings.setMinimumIdle(1);
        settings.setMaximumPoolSize(most);
        settings.setConnectionTimeout(wait.toMillis());
        settings.setConnectionInitSql("set lock_timeout = '" + wait.toMillis() + "ms'");
        settings.setAutoCommit(true);
        settings.setReadOnly(false);
        // The first connection is made when it is needed: the database may still be on its way up.
        settings.setInitializationFailTimeout(-1);
        return new HikariDataSource(settings);
    }
}
