package dev.sternway.catalogue;

import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Reads the catalogue once, at start-up. */
@Configuration(proxyBeanMethods = false)
@EnableConfigurationProperties(CatalogueSettings.class)
class CatalogueConfiguration {
    private static final Logger LOG = LoggerFactory.getLogger(CatalogueConfiguration.class);

    @Bean
    Catalogue catalogue(CatalogueSettings settings) {
        Path directory = Path.of(settings.configDirectory());
        Catalogue catalogue = new CatalogueLoader().load(directory);
        LOG.info(
                "catalogue '{}' holds {}",
                directory.toAbsolutePath().normalize(),
                catalogue.all().stream().map(ManagedSystem::id).toList());
        catalogue.warnings().forEach(warning -> LOG.warn("{}", warning));
        return catalogue;
    }

    @Bean
    Secrets secrets(CatalogueSettings settings) {
        return new Secrets(Path.of(settings.configDirectory()));
    }
}
