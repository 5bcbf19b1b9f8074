package dev.sternway.adapter.sqlite;

import dev.sternway.adapter.files.FileSwap;
import dev.sternway.adapter.files.HostFile;
import dev.sternway.adapter.files.PathStore;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/**
 * Stores in one SQLite file; its users are stopped for the swap, which then is one rename.
 *
 * <p>A copy of the file by the file system is never made while it is live: rows that stand in its journal would be lost, and
 * a journal that is left behind would bring old rows back.
 */
@Component
class SqliteDataStore extends PathStore {
    @Override
    public Store.Kind kind() {
        return Store.Kind.SQLITE;
    }

    @Override
    protected HostFile file(ManagedSystem system, Store store) {
        return new SqliteFile(system, store);
    }

    @Override
    protected FileSwap.Users users(HostFile file) {
        return new Journals((SqliteFile) file);
    }

    @Override
    protected void remove(Path beside) throws IOException {
        Journals.remove(beside);
    }

    @Override
    public String swapping(Store store) {
        return "one rename, while its services are stopped and nobody holds the file open";
    }

    @Override
    public Duration outage(Store store) {
        return Duration.ofSeconds(1);
    }

    @Override
    public Identity identify(ManagedSystem system, Store store) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside("be read", () -> {
            Path live = file.live();
            String identity = SqliteFile.plain(live)
                    .orElseThrow(() -> new OutsideException(
                            "file '" + live + "' of store '" + store.id() + "' is not there, or is no plain file"));
            try (Connection connection = SqliteFile.read(live)) {
                return new Identity(
                        identity,
                        Tables.value(connection, "select sqlite_version()"),
                        SchemaVersions.of(connection, store),
                        size(live));
            }
        });
    }

    private static long size(Path live) throws IOException {
        Path journal = Journals.side(live, "-wal");
        return Files.size(live) + (Files.exists(journal) ? Files.size(journal) : 0);
    }

    @Override
    public Map<String, Long> rows(ManagedSystem system, Store store) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside("be counted", () -> {
            try (Connection connection = SqliteFile.read(file.live())) {
                return Tables.count(connection);
            }
        });
    }

    @Override
    public List<String> obstacles(ManagedSystem system, Store store) {
        SqliteFile file = new SqliteFile(system, store);
        Path live = file.live();
        return file.outside("be looked at", () -> {
            if (SqliteFile.plain(live).isEmpty()) {
                return List.of("file '" + live + "' is not there, or is a link and no plain file");
            }
            List<String> found = new ArrayList<>();
            if (!Files.isWritable(live) || !Files.isWritable(live.getParent())) {
                found.add("file '" + live + "' or its folder cannot be written by Sternway");
            }
            tooSmall(live, size(live)).ifPresent(found::add);
            try (Connection connection = SqliteFile.read(live)) {
                Tables.count(connection);
            } catch (java.sql.SQLException e) {
                found.add("file '" + live + "' cannot be read by SQLite: " + e.getMessage());
            }
            return found;
        });
    }

    @Override
    public BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        return new Backups(new SqliteFile(system, store)).write(directory, progress);
    }

    @Override
    public void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        new Backups(new SqliteFile(system, store)).verified(part, directory);
    }

    @Override
    public void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        SqliteFile file = new SqliteFile(system, store);
        Backups backups = new Backups(file);
        BackupFile source = backups.verified(part, directory);
        backups.requireRows(part, source.path());
        file.alone("load '" + name + "'", () -> {
            Mandate.require();
            Path copy = file.beside(name);
            if (!isLoaded(part, copy)) {
                new Loader(file).load(part, source, copy, progress);
            }
            return null;
        });
    }

    @Override
    public Trial tryRestore(
            ManagedSystem system,
            Store store,
            BackupSet.Part part,
            Path directory,
            String name,
            List<Question> questions,
            Progress progress) {
        SqliteFile file = new SqliteFile(system, store);
        discard(system, store, name);
        file.outside("be looked at", () -> tooSmall(file.live(), part.bytes())).ifPresent(fact -> {
            throw new Refusal(ErrorCode.DISK_TOO_SMALL, fact, "make room on that disk, then try again.");
        });
        long begin = System.nanoTime();
        try {
            loadBeside(system, store, part, directory, name, progress);
            long loaded = System.nanoTime();
            return looked(file, store, name, questions, Duration.ofNanos(loaded - begin));
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public Optional<Trial> examine(
            ManagedSystem system, Store store, String name, List<Question> questions, Progress progress) {
        return Optional.of(looked(new SqliteFile(system, store), store, name, questions, Duration.ZERO));
    }

    private static Trial looked(SqliteFile file, Store store, String name, List<Question> questions, Duration load) {
        Path copy = file.beside(name);
        long begin = System.nanoTime();
        return file.outside("try '" + name + "'", () -> {
            try (Connection connection = SqliteFile.readStill(copy)) {
                List<String> faults = new ArrayList<>(Loader.faults(connection));
                for (Question question : questions) {
                    String answer = Tables.value(connection, question.query());
                    if (!question.expect().equals(answer)) {
                        faults.add("'" + question.id() + "' gives '" + answer + "' instead of '" + question.expect()
                                + "'");
                    }
                }
                Map<String, Long> rows = Tables.count(connection);
                return new Trial(
                        Files.size(copy),
                        rows,
                        SchemaVersions.of(connection, store),
                        load,
                        Duration.ofNanos(System.nanoTime() - begin),
                        faults,
                        List.of("every page and index read", "foreign keys followed", rows.size() + " tables counted"));
            }
        });
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        return new Backups(new SqliteFile(system, store)).adopt(source, folder);
    }

    @Override
    public Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        return compare(system, store, name, takenAt, Depth.EVERY_ROW, LostRows.NONE, progress);
    }

    @Override
    public Loss compare(
            ManagedSystem system,
            Store store,
            String name,
            Instant takenAt,
            Depth depth,
            LostRows lost,
            Progress progress) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside(
                "be compared",
                () -> new Loss(
                        takenAt,
                        Instant.now(),
                        RowComparison.compare(
                                file.live(), file.beside(name), store.timeColumns(), takenAt, lost, progress)));
    }

    @Override
    public String query(ManagedSystem system, Store store, String sql) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside("answer a check", () -> {
            try (Connection connection = SqliteFile.read(file.live())) {
                return Tables.value(connection, sql);
            }
        });
    }
}
