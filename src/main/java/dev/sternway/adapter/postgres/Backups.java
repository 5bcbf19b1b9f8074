package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Writes dumps. */
final class Backups {
    private final PostgresServer server;

    Backups(PostgresServer server) {
        this.server = server;
    }

    /** Dumps the database and counts its rows in one and the same snapshot. */
    BackupSet.Part write(PostgresTools tools, Path directory, Progress progress) {
        String database = server.store().database();
        String pgDump = tools.find("pg_dump");
        Path file = directory.resolve(server.store().id() + ".dump");
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        try (Connection connection = server.open(database, "count", PostgresServer.LONG)) {
            Files.createDirectories(directory);
            connection.setAutoCommit(false);
            connection.setReadOnly(true);
            connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            String snapshot = Sql.value(connection, "select pg_export_snapshot()");
            Instant snapshotAt = Instant.now().truncatedTo(ChronoUnit.MILLIS);
            progress.report(0, "counting rows");
            Map<String, Long> rows = Tables.count(connection);
            dump(tools, pgDump, snapshot, partial, new Copied(server, rows, progress));
            String serverVersion = serverVersion(connection);
            connection.rollback();
            String schemaVersion = new SchemaVersions(server).of(database);
            settle(partial, file);
            return new BackupSet.Part(
                    server.store().id(),
                    file.getFileName().toString(),
                    Files.size(file),
                    BackupFile.sha256(file),
                    rows,
                    schemaVersion,
                    serverVersion,
                    BackupSet.Format.CUSTOM,
                    snapshotAt);
        } catch (SQLException e) {
            throw server.failure("back up", e);
        } catch (IOException e) {
            throw new OutsideException("backup file '" + file + "' cannot be written: " + e.getMessage(), e);
        }
    }

    private void dump(PostgresTools tools, String pgDump, String snapshot, Path partial, Copied copied) {
        List<String> command = new ArrayList<>(
                List.of(pgDump, "-Fc", "-Z", "1", "--snapshot=" + snapshot, "--lock-wait-timeout=30000"));
        command.addAll(tools.connection());
        command.addAll(List.of("-d", server.store().database()));
        Executed executed = Watched.run(
                "pg_dump",
                () -> tools.runToFile(command, copied.applicationName(), partial),
                copied::look,
                copied::abort);
        if (executed.exitCode() != 0) {
            throw new OutsideException("pg_dump of database '" + server.store().database() + "' failed: "
                    + executed.errors().strip());
        }
    }

    /** Visible under its name only when it is whole and on the disk. */
    private static void settle(Path partial, Path file) throws IOException {
        try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
            channel.force(true);
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        try (FileChannel folder = FileChannel.open(file.getParent(), StandardOpenOption.READ)) {
            folder.force(true);
        }
    }

    static String serverVersion(Connection connection) throws SQLException {
        return Sql.value(connection, "show server_version").split(" ")[0];
    }

    /** How far a dump is: rows that the server says it has copied, against the rows counted before. */
    private static final class Copied {
        private final PostgresServer server;
        private final long total;
        private final Progress progress;
        private final Map<String, Long> copied = new HashMap<>();

        Copied(PostgresServer server, Map<String, Long> rows, Progress progress) {
            this.server = server;
            this.total = Math.max(
                    1, rows.values().stream().mapToLong(Long::longValue).sum());
            this.progress = progress;
        }

        String applicationName() {
            return server.applicationName("dump " + server.store().database());
        }

        void look() {
            List<Map.Entry<String, Long>> now = server.outside(
                    "look at the dump",
                    connection -> Sql.list(
                            connection,
                            row -> Map.entry(row.getString(1), row.getLong(2)),
                            "select p.relid::text, p.tuples_processed from pg_stat_progress_copy p"
                                    + " join pg_stat_activity a using (pid) where a.application_name = ?",
                            applicationName()));
            now.forEach(entry -> copied.merge(entry.getKey(), entry.getValue(), Math::max));
            long done = copied.values().stream().mapToLong(Long::longValue).sum();
            progress.report((int) Math.min(99, done * 100 / total), "dumping");
        }

        void abort() {
            server.outside(
                    "end the dump",
                    connection -> Sql.list(
                            connection,
                            row -> row.getBoolean(1),
                            "select pg_terminate_backend(pid) from pg_stat_activity where application_name = ?",
                            applicationName()));
        }
    }
}
