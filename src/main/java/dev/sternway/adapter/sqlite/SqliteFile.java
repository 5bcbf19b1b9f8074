package dev.sternway.adapter.sqlite;

import dev.sternway.adapter.files.HostFile;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import org.sqlite.SQLiteConfig;

/** The file of one store, what stands next to it, and short-lived connections to them. */
final class SqliteFile extends HostFile {
    private static final Duration BUSY = Duration.ofSeconds(5);

    SqliteFile(ManagedSystem system, Store store) {
        super(system, store);
    }

    /** Of a plain file; SQLite opens nothing else. */
    static Optional<String> plain(Path file) throws IOException {
        return Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) ? identity(file) : Optional.empty();
    }

    /** Reads a database that somebody may be writing to; its content is not changed. */
    static Connection read(Path file) throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return config.createConnection("jdbc:sqlite:" + file);
    }

    /** Reads a file that nobody writes to, without a lock and without leaving anything beside it. */
    static Connection readStill(Path file) throws SQLException {
        SQLiteConfig config = config();
        config.setReadOnly(true);
        return config.createConnection("jdbc:sqlite:file:" + file + "?immutable=1");
    }

    /** Opens a database that is there for what only its writer may do. */
    static Connection write(Path file) throws SQLException {
        return config().createConnection("jdbc:sqlite:file:" + file + "?mode=rw");
    }

    private static SQLiteConfig config() {
        SQLiteConfig config = new SQLiteConfig();
        config.setBusyTimeout(Math.toIntExact(TimeLimit.atMost(BUSY).toMillis()));
        return config;
    }
}
