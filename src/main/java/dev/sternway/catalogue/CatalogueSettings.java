package dev.sternway.catalogue;

import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the configuration is.
 *
 * @param configDirectory holds {@code systems/}; relative {@code file:} secrets start from it; default {@code config}
 */
@ConfigurationProperties("sternway")
record CatalogueSettings(@DefaultValue("config") String configDirectory) {}
