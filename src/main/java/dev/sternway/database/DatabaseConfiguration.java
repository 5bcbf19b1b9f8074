package dev.sternway.database;

import com.zaxxer.hikari.HikariDataSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Condition;
import org.springframework.context.annotation.ConditionContext;
import org.springframework.context.annotation.Conditional;
import org.springframework.context.annotation.Configuration;
import org.springframework.context.annotation.Primary;
import org.springframework.core.env.Environment;
import org.springframework.core.type.AnnotatedTypeMetadata;

/** The one database of engine and product: the configured one, or the embedded one when none is configured. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(DatabaseSettings.class)
class DatabaseConfiguration {

    @Bean
    @Primary
    HikariDataSource dataSource(DatabaseAddress address, DatabaseSettings settings) {
        HikariDataSource dataSource = address.pool("sternway", settings.poolSize());
        try {
            DatabaseCheck.check(dataSource, address, settings.maxClockSkew());
            return dataSource;
        } catch (RuntimeException e) {
            dataSource.close();
            throw e;
        }
    }

    /** A PostgreSQL that someone else runs. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(Configured.class)
    static class ConfiguredDatabase {

        @Bean
        DatabaseAddress databaseAddress(Environment environment) {
            return new DatabaseAddress(
                    environment.getRequiredProperty("spring.datasource.url"),
                    environment.getProperty("spring.datasource.username", ""),
                    environment.getProperty("spring.datasource.password", ""));
        }
    }

    /** The PostgreSQL that comes with Sternway. */
    @Configuration(proxyBeanMethods = false)
    @Conditional(NotConfigured.class)
    static class OwnDatabase {

        @Bean(destroyMethod = "close")
        EmbeddedDatabase embeddedDatabase(DatabaseSettings settings) {
            return EmbeddedDatabase.open(settings.dataDirectory());
        }

        @Bean
        DatabaseAddress databaseAddress(EmbeddedDatabase database) {
            return database.address();
        }
    }

    /** Holds when an address is set. */
    static class Configured implements Condition {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !context.getEnvironment()
                    .getProperty("spring.datasource.url", "")
                    .isBlank();
        }
    }

    /** Holds when no address is set, or an empty one. */
    static class NotConfigured extends Configured {
        @Override
        public boolean matches(ConditionContext context, AnnotatedTypeMetadata metadata) {
            return !super.matches(context, metadata);
        }
    }
}
