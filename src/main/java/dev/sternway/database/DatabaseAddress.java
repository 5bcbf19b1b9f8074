package dev.sternway.database;

import com.zaxxer.hikari.HikariDataSource;
import java.time.Duration;

/** Where the product's database answers, and the way to a pool of connections to it. */
public record DatabaseAddress(String url, String user, String password) {

    private static final Duration CONNECTION_TIMEOUT = Duration.ofSeconds(30);

    /**
     * A pool of its own, for whoever must not share the main one; the caller closes it.
     *
     * @param name shown in logs and metrics
     * @param size the most connections it opens
     */
    public HikariDataSource pool(String name, int size) {
        HikariDataSource pool = new HikariDataSource();
        pool.setPoolName(name);
        pool.setJdbcUrl(url);
        pool.setUsername(user);
        pool.setPassword(password);
        pool.setMaximumPoolSize(size);
        pool.setMinimumIdle(Math.min(2, size));
        pool.setConnectionTimeout(CONNECTION_TIMEOUT.toMillis());
        pool.setInitializationFailTimeout(-1);
        pool.addDataSourceProperty("ApplicationName", name);
        pool.addDataSourceProperty("tcpKeepAlive", "true");
        return pool;
    }

    @Override
    public String toString() {
        return user + " at " + url;
    }
}
