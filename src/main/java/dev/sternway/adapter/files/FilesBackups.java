package dev.sternway.adapter.files;

import dev.sternway.adapter.files.Entries.Contents;
import dev.sternway.adapter.files.Entries.Unsafe;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Map;

/** Writes archives of a store of files and reads them to their end. */
final class FilesBackups {
    /** Of the way in which archives are written; a higher one was written by a newer Sternway. */
    static final String VERSION = "1";

    private final HostFile file;

    FilesBackups(HostFile file) {
        this.file = file;
    }

    /** An archive that can be unpacked here, and what is in it. */
    record Verified(BackupFile file, Contents contents) {}

    Part write(Path directory, Progress progress) throws IOException {
        Instant before = Instant.now();
        Path target = directory.resolve(file.store().id() + ".tar.gz");
        try (Archive archive = Archive.begin(target)) {
            archive.root(file.live());
            archive.add(Tree.of(file.live()), progress);
            return part(target, archive.finish(), before);
        } catch (Unsafe e) {
            throw new Refusal(
                    ErrorCode.BACKUP_UNSAFE,
                    "'" + file.live() + "' cannot be backed up: it " + e.getMessage(),
                    "take the link away, or make what it leads to a store of its own.");
        }
    }

    /** @param counts null when they are not to be trusted yet */
    Part part(Path target, Map<String, Long> counts, Instant before) throws IOException {
        return new Part(
                file.store().id(),
                target.getFileName().toString(),
                Files.size(target),
                BackupFile.sha256(target),
                counts,
                null,
                VERSION,
                Format.TAR_GZIP,
                before);
    }

    /** Refuses whatever could not be unpacked; the live files are not even opened. */
    Verified verified(Part part, Path directory) {
        BackupFile backup = BackupFile.verified(part, directory);
        Path path = backup.path();
        requireOurs(part, path);
        Contents contents = read(path);
        if (!contents.folder() && !contents.single()) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE, path, "is neither of a directory nor of one single file");
        }
        if (part.rowsKnown() && !contents.counts().equals(part.rows())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    path,
                    "holds " + contents.counts() + " files, the manifest says " + part.rows());
        }
        backup.requireUnchanged();
        return new Verified(backup, contents);
    }

    private void requireOurs(Part part, Path path) {
        if (!part.storeId().equals(file.store().id())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    path,
                    "is of store '" + part.storeId() + "', not of '"
                            + file.store().id() + "'");
        }
        if (part.format() != Format.TAR_GZIP) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE, path, "is of format " + part.format() + ", and no archive of files");
        }
        if (part.serverVersion() != null
                && part.serverVersion().matches("\\d{1,9}")
                && Integer.parseInt(part.serverVersion()) > Integer.parseInt(VERSION)) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    path,
                    "was written in version " + part.serverVersion() + ", this Sternway reads up to " + VERSION);
        }
    }

    private static Contents read(Path path) {
        try {
            return Entries.each(path, true, (entry, content) -> {});
        } catch (Unsafe e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_UNSAFE, path, e.getMessage());
        } catch (EOFException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, path, "ends within its packed data");
        } catch (IOException e) {
            if (!Files.isReadable(path)) {
                throw new OutsideException("backup file '" + path + "' cannot be read: " + e.getMessage(), e);
            }
            boolean cut = String.valueOf(e.getMessage()).contains("runcated");
            throw BackupFile.refusal(
                    cut ? ErrorCode.BACKUP_TRUNCATED : ErrorCode.BACKUP_NOT_LOADABLE,
                    path,
                    "is no whole archive: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, path, "is no archive: " + e.getMessage());
        }
    }
}
