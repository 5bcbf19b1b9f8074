package dev.sternway.step.backup;

import java.nio.file.Path;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where backups of other programs may be adopted from.
 *
 * @param adoptFrom folders of this machine; nothing outside of them is read; default {@code data/adopt}
 */
@ConfigurationProperties("sternway.backup")
record AdoptionSettings(@DefaultValue("data/adopt") List<Path> adoptFrom) {}
