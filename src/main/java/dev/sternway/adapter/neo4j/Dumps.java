package dev.sternway.adapter.neo4j;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.UUID;

/** Writes dumps by Neo4j's own tool, from a copy of the database's files, and loads them beside the live database. */
final class Dumps {
    /** What a dump begins with, compressed by zstd or by gzip. */
    private static final Set<String> MAGIC = Set.of("DZV1", "DGV1");

    private final Store store;
    private final DataFolder data;
    private final GraphServer server;
    private final Cypher cypher;

    Dumps(Store store, DataFolder data, GraphServer server, Cypher cypher) {
        this.store = store;
        this.data = data;
        this.server = server;
        this.cypher = cypher;
    }

    /** The server is away while its files are copied; the dump is made from the copy. */
    BackupSet.Part write(Path directory, Progress progress) {
        String copy = DataFolder.database("sternway-dump-" + store.id());
        Path target = directory.resolve(store.id() + ".neo4j.dump");
        Path partial = directory.resolve(target.getFileName() + ".partial");
        return data.outside("be backed up", () -> {
            Files.createDirectories(directory);
            Files.deleteIfExists(partial);
            startAgain();
            progress.report(0, "counting");
            Map<String, Long> before = cypher.counts();
            String version = cypher.version();
            String schema = store.schemaVersion() == null ? null : cypher.value(store.schemaVersion());
            progress.report(5, "copying files, the server is stopped");
            data.remove(copy);
            data.mark(copy, new Mark(Stage.LOADING, copy, null, null, null));
            Instant snapshotAt = Instant.now();
            server.stop();
            try {
                data.copy(data.live(), copy);
                if (server.isRunning()) {
                    throw new OutsideException("the server was started while its files were copied");
                }
                data.mark(copy, new Mark(Stage.LOADING, copy, null, null, null));
            } finally {
                server.start();
            }
            progress.report(50, "waiting for the server");
            server.awaitReady();
            Map<String, Long> rows = least(before, cypher.counts());
            progress.report(60, "dumping");
            Files.createFile(
                    partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            server.adminToFile(partial, "database", "dump", copy, "--to-stdout");
            data.remove(copy);
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return new BackupSet.Part(
                    store.id(),
                    target.getFileName().toString(),
                    Files.size(target),
                    BackupFile.sha256(target),
                    rows,
                    schema,
                    version,
                    BackupSet.Format.NEO4J,
                    snapshotAt);
        });
    }

    /** A backup that was killed between stop and start has left the server stopped, and its unfinished copy. */
    void startAgain() {
        if (!server.isRunning()
                && data.mark(DataFolder.database("sternway-dump-" + store.id())).isPresent()) {
            server.start();
            server.awaitReady();
        }
    }

    /** Counted before the stop and after the start: what was written in between is in both or not promised. */
    private static Map<String, Long> least(Map<String, Long> before, Map<String, Long> after) {
        Map<String, Long> least = new TreeMap<>();
        before.forEach((name, count) -> {
            long both = Math.min(count, after.getOrDefault(name, 0L));
            if (both > 0 || name.equals(Cypher.NODES)) {
                least.put(name, both);
            }
        });
        return least;
    }

    /** The file is what was written, of this store, and not of a newer server. */
    BackupFile verified(BackupSet.Part part, Path directory) {
        BackupFile file = BackupFile.verified(part, directory);
        if (!part.storeId().equals(store.id())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file.path(),
                    "is of store '" + part.storeId() + "', not of '" + store.id() + "'");
        }
        data.outside("be verified", () -> {
            try (InputStream in = Files.newInputStream(file.path(), LinkOption.NOFOLLOW_LINKS)) {
                String magic = new String(in.readNBytes(4), StandardCharsets.ISO_8859_1);
                if (!MAGIC.contains(magic)) {
                    throw BackupFile.refusal(
                            magic.length() < 4 ? ErrorCode.BACKUP_TRUNCATED : ErrorCode.BACKUP_NOT_LOADABLE,
                            file.path(),
                            "is no dump of Neo4j");
                }
            }
            return null;
        });
        String running = cypher.version();
        if (part.serverVersion() != null && isNewer(part.serverVersion(), running)) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    file.path(),
                    "was taken of Neo4j " + part.serverVersion() + ", the server is " + running);
        }
        file.requireUnchanged();
        return file;
    }

    /** An older version does not open a newer store; the last number does not count. */
    static boolean isNewer(String theirs, String ours) {
        String[] left = theirs.split("[^0-9]+");
        String[] right = ours.split("[^0-9]+");
        for (int i = 0; i < Math.min(2, Math.min(left.length, right.length)); i++) {
            int order = Integer.compare(Integer.parseInt("0" + left[i]), Integer.parseInt("0" + right[i]));
            if (order != 0) {
                return order > 0;
            }
        }
        return false;
    }

    /** Only a load reads a dump to its end: into a database of its own, which is removed. */
    void readToItsEnd(BackupFile file, String reader) {
        String scratch = DataFolder.database("sternway-read-"
                + UUID.nameUUIDFromBytes((store.id() + "/" + reader).getBytes(StandardCharsets.UTF_8)));
        data.outside("be verified", () -> {
            data.remove(scratch);
            data.mark(scratch, new Mark(Stage.LOADING, scratch, null, null, null));
            try {
                unpack(file, scratch);
            } finally {
                data.remove(scratch);
            }
            file.requireUnchanged();
            return null;
        });
    }

    private void unpack(BackupFile file, String database) {
        try {
            server.load(file.path(), database);
        } catch (GraphServer.ToolFailed e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, file.path(), "cannot be loaded: " + e.getMessage());
        }
    }

    /** Loads it beside, looks at every record, and says so only then. */
    void load(BackupSet.Part part, Path directory, String name, Progress progress) {
        String database = DataFolder.database(name);
        BackupFile file = verified(part, directory);
        if (part.rowsKnown() && part.totalRows() == 0) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, file.path(), "holds no nodes at all");
        }
        data.outside("load '" + database + "'", () -> {
            if (isFinished(part, database)) {
                return null;
            }
            Mandate.require();
            data.remove(database);
            data.mark(database, new Mark(Stage.LOADING, name, part.sha256(), null, part.rows()));
            try {
                progress.report(5, "loading");
                unpack(file, database);
                file.requireUnchanged();
                progress.report(70, "checking every record");
                check(file, database);
                // The tool's user may be another one than the server's.
                data.own(database);
                Mandate.require();
                data.mark(database, new Mark(Stage.LOADED, name, part.sha256(), null, part.rows()));
            } catch (IOException | RuntimeException e) {
                data.remove(database);
                throw e;
            }
            return null;
        });
    }

    private void check(BackupFile file, String database) {
        try {
            server.admin("database", "check", database);
        } catch (GraphServer.ToolFailed e) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE, file.path(), "is not consistent: " + e.getMessage());
        }
    }

    /** Refuses what Sternway did not load. */
    private boolean isFinished(BackupSet.Part part, String database) throws IOException {
        Optional<Mark> mark = data.mark(database);
        boolean there = data.identity(database).isPresent();
        if (there && mark.filter(each -> each.stage() != Stage.KEPT).isEmpty()) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "database '" + database + "' is there already and is no copy that Sternway was loading",
                    "look what it holds, then rename or discard it.");
        }
        return data.isWhole(database)
                && mark.filter(each ->
                                each.stage() == Stage.LOADED && part.sha256().equals(each.backup()))
                        .isPresent();
    }
}
