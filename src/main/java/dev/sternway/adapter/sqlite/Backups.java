package dev.sternway.adapter.sqlite;

import dev.sternway.adapter.files.Mark;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.DataStore.Adopted;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.sqlite.SQLiteConnection;

/** Writes backups by SQLite's own online backup and reads them to their end. */
final class Backups {
    private static final String MAGIC = "SQLite format 3\0";
    /** The highest file format that this SQLite reads: 1 is a rollback journal, 2 a write-ahead log. */
    private static final int FORMAT = 2;

    private static final int TRIES = 50;
    private static final int PAUSE_MILLIS = 200;
    /** All pages in one step: one moment in time, whoever writes meanwhile. */
    private static final int ALL = -1;

    private final SqliteFile file;

    Backups(SqliteFile file) {
        this.file = file;
    }

    BackupSet.Part write(Path directory, Progress progress) {
        Path target = directory.resolve(file.store().id() + ".sqlite");
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        return file.outside("be backed up", () -> {
            if (SqliteFile.plain(file.live()).isEmpty()) {
                throw new OutsideException("file '" + file.live() + "' is not there, or is no plain file");
            }
            Files.createDirectories(directory);
            Files.deleteIfExists(partial);
            progress.report(0, "copying pages");
            Instant before = Instant.now();
            copy(partial);
            Map<String, Long> rows;
            String schemaVersion;
            String version;
            progress.report(80, "reading the copy");
            try (Connection connection = SqliteFile.readStill(partial)) {
                List<String> faults = Loader.faults(connection);
                if (!faults.isEmpty()) {
                    // The failed state is worth keeping all the same; whoever restores it is refused.
                    progress.report(85, "it is damaged: " + faults.get(0));
                }
                rows = Tables.count(connection);
                schemaVersion = SchemaVersions.of(connection, file.store());
                version = Tables.value(connection, "select sqlite_version()");
            }
            settle(partial, target);
            return new BackupSet.Part(
                    file.store().id(),
                    target.getFileName().toString(),
                    Files.size(target),
                    BackupFile.sha256(target),
                    rows,
                    schemaVersion,
                    version,
                    BackupSet.Format.SQLITE,
                    before);
        });
    }

    private void copy(Path partial) throws SQLException {
        try (Connection connection = SqliteFile.read(file.live())) {
            int result = connection
                    .unwrap(SQLiteConnection.class)
                    .getDatabase()
                    .backup("main", partial.toString(), null, PAUSE_MILLIS, TRIES, ALL);
            if (result != 0) {
                throw new OutsideException("SQLite gave up the backup of '" + file.live() + "' with code " + result
                        + (result == 5 ? ": it is locked by a long write" : ""));
            }
        }
    }

    private static void settle(Path partial, Path target) throws IOException {
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Mark.syncFolder(target);
    }

    /** Refuses whatever could not be loaded; the live file is not even opened. */
    BackupFile verified(BackupSet.Part part, Path directory) {
        BackupFile backup = BackupFile.verified(part, directory);
        Path path = backup.path();
        if (!part.storeId().equals(file.store().id())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    path,
                    "is of store '" + part.storeId() + "', not of '"
                            + file.store().id() + "'");
        }
        file.outside("be verified", () -> {
            header(path);
            content(part, path);
            return null;
        });
        backup.requireUnchanged();
        return backup;
    }

    private static void header(Path path) throws IOException {
        try (DataInputStream in = new DataInputStream(Files.newInputStream(path, LinkOption.NOFOLLOW_LINKS))) {
            byte[] header = new byte[32];
            in.readFully(header);
            if (!new String(header, 0, MAGIC.length(), StandardCharsets.ISO_8859_1).equals(MAGIC)) {
                throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, path, "is no SQLite database");
            }
            if (header[19] > FORMAT) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NEWER_SERVER,
                        path,
                        "has file format " + header[19] + ", this SQLite reads up to " + FORMAT);
            }
            int pageSize = (header[16] & 0xff) << 8 | header[17] & 0xff;
            long pages = (header[28] & 0xffL) << 24
                    | (header[29] & 0xffL) << 16
                    | (header[30] & 0xffL) << 8
                    | header[31] & 0xffL;
            if (Files.size(path) < pages * (pageSize == 1 ? 65_536 : pageSize)) {
                throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, path, "is shorter than its " + pages + " pages");
            }
        } catch (EOFException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, path, "ends within its header");
        }
    }

    private void content(BackupSet.Part part, Path path) {
        try (Connection connection = SqliteFile.readStill(path)) {
            List<String> faults = Loader.faults(connection);
            if (!faults.isEmpty()) {
                throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, path, String.join("; ", faults));
            }
            if (!part.rowsKnown()) {
                return;
            }
            Map<String, Long> rows = Tables.count(connection);
            if (!rows.equals(part.rows())) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        path,
                        "holds " + rows + " rows, the manifest says " + part.rows());
            }
            String schema = SchemaVersions.of(connection, file.store());
            if (file.store().schemaVersion() != null && !Objects.equals(schema, part.schemaVersion())) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        path,
                        "has schema version '" + schema + "', the manifest says '" + part.schemaVersion() + "'");
            }
        } catch (SQLException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, path, "cannot be read: " + e.getMessage());
        }
    }

    /** Refuses to go back to nothing; an emergency backup of an emptied database is written all the same. */
    void requireRows(BackupSet.Part part, Path path) {
        if (part.rowsKnown() && part.totalRows() == 0) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, path, "holds no rows at all");
        }
    }

    /** Takes over a file that another program wrote; one with a journal of its own is not whole without it. */
    Adopted adopt(Path source, Path folder) {
        return file.outside("adopt '" + source + "'", () -> {
            if (!Files.isRegularFile(source, LinkOption.NOFOLLOW_LINKS)) {
                throw refused(source, "is no plain file");
            }
            for (String side : List.of("-wal", "-journal")) {
                Path journal = Journals.side(source, side);
                if (Files.exists(journal) && Files.size(journal) > 0) {
                    throw refused(
                            source,
                            side.equals("-wal")
                                    ? "has rows in '" + journal.getFileName() + "' that are not in it"
                                    : "holds a change that was not finished, '" + journal.getFileName()
                                            + "' would take it back");
                }
            }
            Instant takenAt = Files.getLastModifiedTime(source).toInstant();
            Files.createDirectories(folder);
            Path target = folder.resolve(file.store().id() + ".sqlite");
            Path partial = target.resolveSibling(target.getFileName() + ".partial");
            Files.copy(source, partial, StandardCopyOption.REPLACE_EXISTING, LinkOption.NOFOLLOW_LINKS);
            settle(partial, target);
            header(target);
            String version;
            String schema;
            try (Connection connection = SqliteFile.readStill(target)) {
                List<String> faults = Loader.faults(connection);
                if (!faults.isEmpty()) {
                    throw refused(source, String.join("; ", faults));
                }
                version = Tables.value(connection, "select sqlite_version()");
                schema = SchemaVersions.of(connection, file.store());
            }
            return new Adopted(
                    new BackupSet.Part(
                            file.store().id(),
                            target.getFileName().toString(),
                            Files.size(target),
                            BackupFile.sha256(target),
                            null,
                            schema,
                            version,
                            BackupSet.Format.SQLITE,
                            takenAt),
                    takenAt);
        });
    }

    private static Refusal refused(Path source, String fact) {
        return new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "'" + source + "' " + fact,
                "choose a database that was written by SQLite's backup or VACUUM INTO.");
    }
}
