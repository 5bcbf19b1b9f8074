package dev.sternway.adapter.sqlite;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;

/**
 * Stores in one SQLite file; its users are stopped for the swap, which then is one rename.
 *
 * <p>A copy of the file by the file system is never made while it is live: rows that stand in its journal would be lost, and
 * a journal that is left behind would bring old rows back.
 */
@Component
class SqliteDataStore implements DataStore {
    /** Room for a copy, and for what is written meanwhile. */
    private static final double ROOM = 1.2;

    @Override
    public Store.Kind kind() {
        return Store.Kind.SQLITE;
    }

    @Override
    public Set<Capability> can(Store store) {
        return EnumSet.allOf(Capability.class);
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
            String identity = SqliteFile.identity(live)
                    .orElseThrow(() -> new OutsideException(
                            "file '" + live + "' of store '" + store.id() + "' is not there, or is no plain file"));
            try (Connection connection = SqliteFile.read(live)) {
                return new Identity(
                        identity,
                        Tables.value(connection, "select sqlite_version()"),
                        schema(connection, store),
                        size(live));
            }
        });
    }

    private static long size(Path live) throws IOException {
        Path journal = FileSwap.side(live, "-wal");
        return Files.size(live) + (Files.exists(journal) ? Files.size(journal) : 0);
    }

    private static String schema(Connection connection, Store store) throws java.sql.SQLException {
        return store.schemaVersion() == null ? null : Tables.value(connection, store.schemaVersion());
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
            if (SqliteFile.identity(live).isEmpty()) {
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

    private static Optional<String> tooSmall(Path live, long bytes) throws IOException {
        long free = Files.getFileStore(live).getUsableSpace();
        return free < bytes * ROOM
                ? Optional.of("the disk of file '" + live + "' has " + free + " bytes left, a copy needs "
                        + (long) (bytes * ROOM))
                : Optional.empty();
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
            new Loader(file).load(part, source, file.beside(name), progress);
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
        Path copy = file.beside(name);
        discard(system, store, name);
        file.outside("be looked at", () -> tooSmall(file.live(), part.bytes())).ifPresent(fact -> {
            throw new Refusal(ErrorCode.DISK_TOO_SMALL, fact, "make room on that disk, then try again.");
        });
        long begin = System.nanoTime();
        try {
            loadBeside(system, store, part, directory, name, progress);
            long loaded = System.nanoTime();
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
                            schema(connection, store),
                            Duration.ofNanos(loaded - begin),
                            Duration.ofNanos(System.nanoTime() - loaded),
                            faults,
                            List.of(
                                    "every page and index read",
                                    "foreign keys followed",
                                    rows.size() + " tables counted"));
                }
            });
        } finally {
            discard(system, store, name);
        }
    }

    @Override
    public Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        return new Backups(new SqliteFile(system, store)).adopt(source, folder);
    }

    @Override
    public List<String> copies(ManagedSystem system, Store store) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside("be looked at", () -> {
            String prefix = file.live().getFileName() + "_";
            try (Stream<Path> all = Files.list(file.live().getParent())) {
                return all.filter(path -> path.getFileName().toString().startsWith(prefix))
                        .filter(path -> Mark.read(path)
                                .filter(mark -> mark.stage() != Stage.KEPT)
                                .isPresent())
                        .map(path -> path.getFileName().toString())
                        .sorted()
                        .toList();
            }
        });
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
    public Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        SqliteFile file = new SqliteFile(system, store);
        return file.outside(
                "be looked at",
                () -> new Shape(
                        SqliteFile.identity(file.live()),
                        standing(file, file.beside(beside)),
                        standing(file, file.beside(kept))));
    }

    /** A second name of the live file, which a swap that was cut off left, is no file of its own. */
    private static Optional<String> standing(SqliteFile file, Path beside) throws IOException {
        Optional<String> live = SqliteFile.identity(file.live());
        return SqliteFile.identity(beside)
                .filter(identity -> live.filter(identity::equals).isEmpty());
    }

    @Override
    public Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        SqliteFile file = new SqliteFile(system, store);
        Path beside = file.beside(name);
        return file.outside("be looked at", () -> {
            Optional<String> identity = standing(file, beside);
            if (identity.isEmpty() && Files.exists(beside, LinkOption.NOFOLLOW_LINKS) && !sameAsLive(file, beside)) {
                return Optional.of(new Aside(Stage.UNKNOWN, "no plain file", null, null));
            }
            return identity.map(known -> Mark.read(beside)
                    .map(mark -> new Aside(mark.stage(), known, mark.backup(), mark.replacedBy()))
                    .orElse(new Aside(Stage.UNKNOWN, known, null, null)));
        });
    }

    private static boolean sameAsLive(SqliteFile file, Path beside) throws IOException {
        return Objects.equals(SqliteFile.identity(beside), SqliteFile.identity(file.live()));
    }

    @Override
    public long swap(ManagedSystem system, Store store, String beside, String kept) {
        SqliteFile file = new SqliteFile(system, store);
        return file.alone(
                "be swapped", () -> new FileSwap(file, () -> {}).swap(file.beside(beside), file.beside(kept)));
    }

    /** A file has no door: what a swap that was cut off left is cleared up by the next one. */
    @Override
    public void settle(ManagedSystem system, Store store, String beside) {
        Mandate.require();
    }

    @Override
    public void discard(ManagedSystem system, Store store, String name) {
        SqliteFile file = new SqliteFile(system, store);
        Path beside = file.beside(name);
        file.alone("discard '" + name + "'", () -> {
            boolean marked = Mark.read(beside).isPresent();
            if (!marked && Files.notExists(beside, LinkOption.NOFOLLOW_LINKS)) {
                return null;
            }
            if (!marked) {
                throw new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "file '" + beside + "' was not made by Sternway",
                        "discard only copies and kept databases.");
            }
            Mandate.require();
            FileSwap.remove(beside);
            return null;
        });
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
