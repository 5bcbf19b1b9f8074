package dev.sternway.adapter.sqlite;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;
import org.sqlite.SQLiteConfig;

/** The file of one store, what stands next to it, and short-lived connections to them. */
final class SqliteFile {
    private static final Duration BUSY = Duration.ofSeconds(5);
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_][A-Za-z0-9_.-]{0,199}");
    /** A file lock holds between programs, not between threads of one. */
    private static final Map<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();
    /** A load may be under way in another thread. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final ManagedSystem system;
    private final Store store;
    private final Path live;

    SqliteFile(ManagedSystem system, Store store) {
        this.system = system;
        this.store = store;
        this.live = Path.of(store.path());
    }

    /** What is done with files and connections. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws SQLException, IOException;
    }

    Store store() {
        return store;
    }

    Path live() {
        return live;
    }

    /** A name next to the live file. */
    Path beside(String name) {
        if (!NAME.matcher(name).matches() || name.equals(live.getFileName().toString())) {
            throw new IllegalArgumentException("'" + name + "' cannot be used as the name of a file here");
        }
        return live.resolveSibling(name);
    }

    /** Changes whenever another file stands under the name; empty when there is none, or no plain file. */
    static Optional<String> identity(Path file) throws IOException {
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return Optional.of(Files.getAttribute(file, "unix:dev", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(file, "unix:ino", LinkOption.NOFOLLOW_LINKS));
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

    /** Does what nobody else, on this host, may do with the store at the same time. */
    <T> T alone(String purpose, Work<T> work) {
        return outside(purpose, () -> {
            ReentrantLock here = HERE.computeIfAbsent(live, path -> new ReentrantLock());
            if (!wait(here)) {
                throw new OutsideException("store '" + store.id() + "' is being worked on");
            }
            try (FileChannel channel = FileChannel.open(
                            live.resolveSibling(live.getFileName() + ".sternway-lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    throw new OutsideException("store '" + store.id() + "' is being worked on by another program");
                }
                return work.run();
            } finally {
                here.unlock();
            }
        });
    }

    private static boolean wait(ReentrantLock here) {
        try {
            return here.tryLock(TimeLimit.atMost(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while waiting for a file", e);
        }
    }

    <T> T outside(String purpose, Work<T> work) {
        try {
            return work.run();
        } catch (SQLException | IOException e) {
            throw new OutsideException(
                    "store '%s' of system '%s': file '%s' failed to %s: %s"
                            .formatted(store.id(), system.id(), live, purpose, e.getMessage()),
                    e);
        }
    }
}
