package dev.sternway.catalogue;

import java.nio.file.Path;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where backups go.
 *
 * @param directory the folder that backup sets are written below; default {@code data/backups}
 * @param signingKey the file of the key that manifests are signed with; default {@code data/backup-signing-key}
 */
@ConfigurationProperties("sternway.backup")
record BackupSettings(
        @DefaultValue("data/backups") Path directory,
        @DefaultValue("data/backup-signing-key") Path signingKey) {}
