package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders that backup sets have below the backup directory. */
final class BackupFolders {
    private BackupFolders() {}

    /** Removes the folder of a set with everything in it; a link in it goes, what it leads to stays. */
    static void remove(BackupLedger backups, String setId) {
        Path directory = backups.directory().toAbsolutePath().normalize();
        Path folder = directory.resolve(setId).normalize();
        if (!directory.equals(folder.getParent())) {
            throw new IllegalArgumentException("'" + setId + "' is no name of a folder");
        }
        if (!Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new OutsideException("the files of backup '" + setId + "' cannot be removed: " + e, e);
        }
    }
}
