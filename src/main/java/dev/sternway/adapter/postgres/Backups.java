package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/** Writes dumps and reads them to their end. */
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
            progress.report(0, "counting rows");
            Map<String, Long> rows = Tables.count(connection);
            dump(tools, pgDump, snapshot, partial, new Copied(server, rows, progress));
            String serverVersion = serverVersion(connection);
            connection.rollback();
            String schemaVersion = schemaVersion(database);
            settle(partial, file);
            return new BackupSet.Part(
                    server.store().id(),
                    file.getFileName().toString(),
                    Files.size(file),
                    sha256(file),
                    rows,
                    schemaVersion,
                    serverVersion);
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

    /** In the search path of the application; null when the catalogue has no query or its table is not there. */
    String schemaVersion(String database) throws SQLException {
        String query = server.store().schemaVersion();
        if (query == null) {
            return null;
        }
        try (Connection plain = server.plain(database, "schema version", PostgresServer.SHORT)) {
            plain.setAutoCommit(false);
            plain.setReadOnly(true);
            return Sql.value(plain, query);
        } catch (SQLException e) {
            if (e.getSQLState() != null && e.getSQLState().startsWith("42")) {
                return null;
            }
            throw e;
        }
    }

    /** Refuses a file that is missing, too short, altered, of another database or of a newer server; reads no content. */
    Path verifyFile(BackupSet.Part part, Path directory, int serverMajor) {
        Path file = locate(part, directory);
        try {
            long size = Files.size(file);
            if (size < part.bytes()) {
                throw refusal(
                        ErrorCode.BACKUP_TRUNCATED, file, "has " + size + " bytes, " + part.bytes() + " were written");
            }
            if (size > part.bytes() || !sha256(file).equals(part.sha256())) {
                throw refusal(ErrorCode.BACKUP_ALTERED, file, "is not what was written: its checksum differs");
            }
            verifyHeader(part, file, serverMajor);
            return file;
        } catch (IOException e) {
            throw new OutsideException("backup file '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private Path locate(BackupSet.Part part, Path directory) {
        Path file = directory.resolve(part.file());
        try {
            Path real = file.toRealPath();
            if (!real.startsWith(directory.toRealPath()) || !Files.isRegularFile(real)) {
                throw refusal(ErrorCode.BACKUP_ALTERED, file, "is not a file below the backup directory");
            }
            return real;
        } catch (IOException e) {
            throw refusal(ErrorCode.BACKUP_MISSING, file, "is not there");
        }
    }

    private void verifyHeader(BackupSet.Part part, Path file, int serverMajor) throws IOException {
        if (!part.storeId().equals(server.store().id())) {
            throw refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file,
                    "is of store '" + part.storeId() + "', not of '"
                            + server.store().id() + "'");
        }
        ArchiveHeader header;
        try {
            header = ArchiveHeader.read(file);
        } catch (EOFException e) {
            throw refusal(ErrorCode.BACKUP_TRUNCATED, file, "ends within its header");
        } catch (ArchiveHeader.NotAnArchive e) {
            throw refusal(ErrorCode.BACKUP_NOT_LOADABLE, file, "is no archive of pg_dump: " + e.getMessage());
        }
        if (!header.database().equals(server.store().database())) {
            throw refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file,
                    "was made of database '" + header.database() + "', not of '"
                            + server.store().database() + "'");
        }
        int from = Math.max(ArchiveHeader.major(header.serverVersion()), ArchiveHeader.major(part.serverVersion()));
        if (from > serverMajor) {
            throw refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    file,
                    "was made by PostgreSQL " + from + ", the server is PostgreSQL " + serverMajor);
        }
    }

    /** Refuses to go back to nothing; an emergency backup of an emptied database is written all the same. */
    void requireRows(BackupSet.Part part, Path file) {
        if (part.rows().values().stream().allMatch(count -> count == 0)) {
            throw refusal(ErrorCode.BACKUP_NOT_LOADABLE, file, "holds no rows at all");
        }
    }

    /** Reads an archive to its very end; its table of contents alone would pass when the data is damaged. */
    void verifyContent(BackupSet.Part part, Path file, PostgresTools tools) {
        String pgRestore = tools.find("pg_restore");
        String path = tools.bring(file);
        Executed listed = tools.run(List.of(pgRestore, "-l", path), server.applicationName("verify"));
        if (listed.exitCode() != 0) {
            throw damaged(file, listed);
        }
        for (String table : part.rows().keySet()) {
            int dot = table.indexOf('.');
            if (!listed.output()
                    .contains(" TABLE DATA " + table.substring(0, dot) + " " + table.substring(dot + 1) + " ")) {
                throw refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        file,
                        "has no data of table '" + table + "', which the manifest lists");
            }
        }
        Executed read = tools.run(List.of(pgRestore, "-f", "/dev/null", path), server.applicationName("verify"));
        if (read.exitCode() != 0) {
            throw damaged(file, read);
        }
    }

    private static Refusal damaged(Path file, Executed executed) {
        String errors = executed.errors().strip();
        boolean ends = errors.contains("end of file") || errors.contains("could not find block");
        return refusal(
                ends ? ErrorCode.BACKUP_TRUNCATED : ErrorCode.BACKUP_NOT_LOADABLE,
                file,
                "cannot be read to its end: " + errors.lines().findFirst().orElse("pg_restore said nothing"));
    }

    static Refusal refusal(ErrorCode code, Path file, String fact) {
        return new Refusal(code, "backup file '" + file + "' " + fact, "choose another backup; nothing was touched.");
    }

    static String sha256(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            MessageDigest digest = MessageDigest.getInstance("SHA-256");
            byte[] buffer = new byte[1 << 20];
            for (int read = in.read(buffer); read >= 0; read = in.read(buffer)) {
                digest.update(buffer, 0, read);
            }
            return HexFormat.of().formatHex(digest.digest());
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
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
