package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.util.Comparator;
import java.util.stream.Stream;

/** The folders that backup sets have below the backup directory. */
final class BackupFolders {
    /** What an adoption prepares its copy in begins with it. */
    static final String ASIDE = ".adopting-";

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
        removeTree(folder);
    }

    /** Moves a file that was prepared on the same disk into a folder, which is made when it is not there. */
    static void move(Path file, Path folder) {
        try {
            Files.createDirectories(folder);
            Files.move(
                    file,
                    folder.resolve(file.getFileName()),
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new OutsideException("'" + file + "' cannot be moved into '" + folder + "': " + e, e);
        }
    }

    /** Removes what was prepared and is not needed any more. */
    static void removeAside(Path folder) {
        if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
            removeTree(folder);
        }
    }

    /** Removes what an adoption that was cut off left; one that still copies changes its folder or a file in it. */
    static void sweepAside(BackupLedger backups, Instant before) {
        try (Stream<Path> all =
                Files.isDirectory(backups.directory()) ? Files.list(backups.directory()) : Stream.of()) {
            for (Path folder : all.filter(each -> each.getFileName().toString().startsWith(ASIDE))
                    .filter(each -> Files.isDirectory(each, LinkOption.NOFOLLOW_LINKS))
                    .toList()) {
                if (lastChange(folder).isBefore(before)) {
                    removeTree(folder);
                }
            }
        } catch (IOException | UncheckedIOException e) {
            throw new OutsideException("'" + backups.directory() + "' cannot be looked through: " + e, e);
        }
    }

    private static Instant lastChange(Path folder) throws IOException {
        Instant last = Instant.MIN;
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Instant changed = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS)
                        .toInstant();
                last = changed.isAfter(last) ? changed : last;
            }
        }
        return last;
    }

    private static void removeTree(Path folder) {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            throw new OutsideException("'" + folder + "' cannot be removed: " + e, e);
        }
    }
}
