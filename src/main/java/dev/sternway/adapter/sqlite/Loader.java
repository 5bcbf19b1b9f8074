package dev.sternway.adapter.sqlite;

import dev.sternway.adapter.files.Mark;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Puts a backup as a new file next to the live one: whole, on the disk, owned as the live one, and looked through. */
final class Loader {
    private static final int BUFFER = 1 << 20;

    private final SqliteFile file;

    Loader(SqliteFile file) {
        this.file = file;
    }

    void load(BackupSet.Part part, BackupFile source, Path copy, Progress progress) throws IOException, SQLException {
        new Mark(Stage.LOADING, part.sha256(), null).write(copy);
        try {
            write(source.path(), copy, part.bytes(), progress);
            source.requireUnchanged();
            progress.report(90, "looking through the copy");
            check(part, copy);
            Mandate.require();
            new Mark(Stage.LOADED, part.sha256(), null).write(copy);
        } catch (IOException | SQLException | RuntimeException e) {
            throwAway(copy, e);
            throw e;
        }
    }

    private void write(Path source, Path copy, long bytes, Progress progress) throws IOException {
        try (InputStream in = Files.newInputStream(source, LinkOption.NOFOLLOW_LINKS);
                FileChannel out = FileChannel.open(
                        copy, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            file.own(copy);
            byte[] buffer = new byte[BUFFER];
            long done = 0;
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                ByteBuffer chunk = ByteBuffer.wrap(buffer, 0, read);
                while (chunk.hasRemaining()) {
                    done += out.write(chunk);
                }
                progress.report((int) (done * 90 / Math.max(1, bytes)), "copying");
            }
            out.force(true);
        }
        Mark.syncFolder(copy);
    }

    private static void check(BackupSet.Part part, Path copy) throws IOException, SQLException {
        if (!BackupFile.sha256(copy).equals(part.sha256())) {
            throw BackupFile.refusal(ErrorCode.BACKUP_SWAPPED, copy, "is not what was verified a moment ago");
        }
        try (Connection connection = SqliteFile.readStill(copy)) {
            List<String> faults = faults(connection);
            if (!faults.isEmpty()) {
                throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, copy, String.join("; ", faults));
            }
            if (part.rowsKnown() && !Tables.count(connection).equals(part.rows())) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        copy,
                        "gave " + Tables.count(connection) + " rows, its manifest says " + part.rows());
            }
        }
    }

    /** What SQLite itself finds wrong, at most ten sentences. */
    static List<String> faults(Connection connection) throws SQLException {
        List<String> faults = new ArrayList<>(Tables.texts(connection, "pragma integrity_check(10)"));
        faults.remove("ok");
        Tables.texts(connection, "select \"table\" || ' row ' || rowid from pragma_foreign_key_check limit 10")
                .forEach(row -> faults.add("a foreign key of " + row + " leads nowhere"));
        return faults;
    }

    private static void throwAway(Path copy, Exception cause) {
        try {
            Journals.remove(copy);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }
}
