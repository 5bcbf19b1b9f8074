package dev.sternway.database;

import java.nio.file.Path;
import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where and how the database is reached.
 *
 * @param dataDirectory directory of the embedded PostgreSQL, used when no {@code spring.datasource.url} is set; default
 *     {@code .sternway}
 * @param poolSize connections of the main pool, at least the job executor's threads and four more; default 32
 * @param maxClockSkew the most that the clocks of this machine and of the database may differ; default 2 s
 */
@ConfigurationProperties("sternway.database")
record DatabaseSettings(
        @DefaultValue(".sternway") Path dataDirectory,
        @DefaultValue("32") int poolSize,
        @DefaultValue("2s") Duration maxClockSkew) {}
