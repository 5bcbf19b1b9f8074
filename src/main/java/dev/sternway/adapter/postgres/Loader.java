package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Databases.Found;
import dev.sternway.adapter.postgres.Databases.Mark;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Loads a backup into a new database beside the live one; what fails leaves nothing behind. */
final class Loader {
    private static final String DISK_FULL = "53100";
    private static final int LOCK_CLASS = 0x53544E57; // "STNW"

    private final PostgresServer server;
    private final Duration patience;

    /** @param patience a load that does not move for this long is given up */
    Loader(PostgresServer server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    void load(BackupSet.Part part, BackupFile file, PostgresTools tools, String name, Progress progress) {
        boolean sql = part.format() == Format.PLAIN || part.format() == Format.PLAIN_GZIP;
        String tool = tools.find(sql ? "psql" : "pg_restore");
        try (Connection outside = server.open(PostgresServer.MAINTENANCE, "load " + name, PostgresServer.LONG)) {
            Mandate.require();
            takeOver(outside, name);
            Found live = Databases.find(outside, server.store().database())
                    .orElseThrow(() -> new Refusal(
                            ErrorCode.STORE_SHAPE_UNKNOWN,
                            "there is no database '" + server.store().database() + "'",
                            "look how the databases of the server are named."));
            if (finished(outside, part, name)) {
                return;
            }
            Found copy = created(outside, live, part, name);
            try {
                restore(outside, part, file.path(), tools, tool, live, copy, progress);
                file.requireUnchanged();
                Mandate.require();
                complete(outside, part, live, copy, progress);
            } catch (SQLException | RuntimeException e) {
                throwAway(copy, e);
                if (isFull(e)) {
                    throw diskTooSmall(part, e.getMessage());
                }
                throw e;
            }
        } catch (SQLException e) {
            throw server.failure("load '" + name + "'", e);
        }
    }

    /** One load of a name at a time: the newer one goes on, the older one loses its session and fails. */
    private static void takeOver(Connection outside, String name) throws SQLException {
        for (int attempt = 0; attempt < 50; attempt++) {
            if ("t".equals(Sql.value(outside, "select pg_try_advisory_lock(?, hashtext(?))", LOCK_CLASS, name))) {
                return;
            }
            Sql.list(
                    outside,
                    row -> row.getBoolean(1),
                    "select pg_terminate_backend(pid, 200) from pg_locks where locktype = 'advisory'"
                            + " and classid = ?::int::oid and objid = (hashtext(?)::bigint & 4294967295)::oid"
                            + " and database = (select oid from pg_database where datname = current_database())"
                            + " and granted and pid <> pg_backend_pid()",
                    LOCK_CLASS,
                    name);
        }
        throw new OutsideException("another load of '" + name + "' does not let go of it");
    }

    /** True when the copy is there; removes an unfinished one and refuses what Sternway did not make. */
    private boolean finished(Connection outside, BackupSet.Part part, String name) throws SQLException {
        Optional<Found> found = Databases.find(outside, name);
        if (found.isEmpty()) {
            return false;
        }
        Found there = found.get();
        Mark mark = there.mark();
        if (mark != null && mark.stage() == Stage.LOADED && part.sha256().equals(mark.backup())) {
            return true;
        }
        if (mark == null ? !isEmpty(there) : mark.stage() == Stage.KEPT) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "database '" + name + "' is there already and is no copy that Sternway was loading",
                    "look what it holds, then rename or discard it.");
        }
        Databases.drop(outside, there);
        return false;
    }

    /** A crash between creation and mark leaves a database without anything in it. */
    private boolean isEmpty(Found found) {
        return server.in(
                found.name(),
                "look into '" + found.name() + "'",
                PostgresServer.SHORT,
                connection -> Sql.number(connection, "select count(*) from pg_class where oid >= 16384") == 0);
    }

    private Found created(Connection outside, Found live, BackupSet.Part part, String name) throws SQLException {
        try {
            return create(outside, live, part, name);
        } catch (SQLException e) {
            if (isFull(e)) {
                throw diskTooSmall(part, e.getMessage());
            }
            throw e;
        }
    }

    private static boolean isFull(Throwable failure) {
        for (Throwable each = failure; each != null; each = each.getCause()) {
            if (each instanceof SQLException sql && DISK_FULL.equals(sql.getSQLState())) {
                return true;
            }
        }
        return false;
    }

    private static Refusal diskTooSmall(BackupSet.Part part, String line) {
        return new Refusal(
                ErrorCode.DISK_TOO_SMALL,
                "the disk is too small to load '" + part.file() + "' beside the live database: " + line,
                "make room, then retry the task; the live database was not touched.");
    }

    private Found create(Connection outside, Found live, BackupSet.Part part, String name) throws SQLException {
        Sql.run(outside, CarryOver.create(outside, live.oid(), name));
        Databases.comment(outside, name, new Mark(Stage.LOADING, part.sha256(), null, null).text());
        return Databases.find(outside, name).orElseThrow();
    }

    private void restore(
            Connection outside,
            BackupSet.Part part,
            Path file,
            PostgresTools tools,
            String tool,
            Found live,
            Found copy,
            Progress progress) {
        try (UnpackedDump unpacked = switch (part.format()) {
            case DIRECTORY -> UnpackedDump.of(file);
            case PLAIN_GZIP -> UnpackedDump.ofGzip(file);
            default -> null;
        }) {
            String path = part.format() == Format.DIRECTORY
                    ? tools.bringFolder(unpacked.path())
                    : tools.bring(unpacked == null ? file : unpacked.path());
            List<String> command = new ArrayList<>(
                    tool.endsWith("psql")
                            ? List.of(tool, "-X", "-q", "-v", "ON_ERROR_STOP=1", "--single-transaction", "-f", path)
                            : List.of(tool, "--exit-on-error", "-j", "2", path));
            command.addAll(1, tools.connection());
            command.addAll(1, List.of("-d", copy.name()));
            LoadWatch watch = new LoadWatch(server, outside, live, copy, patience, progress);
            Executed executed = Watched.run(
                    "load", () -> tools.run(command, LoadWatch.loadName(server, copy)), watch::look, watch::abort);
            if (executed.exitCode() != 0) {
                throw failure(part, executed.errors().strip());
            }
        }
    }

    private static RuntimeException failure(BackupSet.Part part, String errors) {
        String line = errors.lines()
                .filter(each -> each.contains("ERROR") || each.contains("error:"))
                .findFirst()
                .orElse(errors);
        if (errors.contains("No space left") || errors.contains("disk full")) {
            return diskTooSmall(part, line);
        }
        if (BackupReader.endsEarly(errors)) {
            return new Refusal(
                    ErrorCode.BACKUP_TRUNCATED,
                    "backup '" + part.file() + "' ends too early: " + line,
                    "choose another backup; the live database was not touched.");
        }
        boolean connectionLost = errors.contains("server closed the connection")
                || errors.contains("terminating connection")
                || errors.contains("connection to server");
        return connectionLost || errors.isEmpty()
                ? new OutsideException("pg_restore of '" + part.file() + "' was cut off: " + line)
                : new Refusal(
                        ErrorCode.BACKUP_NOT_LOADABLE,
                        "backup '" + part.file() + "' cannot be loaded here: " + line,
                        "mend what the message names, or choose another backup; the live database was not touched.");
    }

    private void complete(Connection outside, BackupSet.Part part, Found live, Found copy, Progress progress)
            throws SQLException {
        progress.report(91, "counting rows");
        Map<String, Long> rows = server.in(copy.name(), "count", PostgresServer.LONG, Tables::count);
        if (part.rowsKnown() && !rows.equals(part.rows())) {
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    "backup '" + part.file() + "' gave " + rows + " rows, its manifest says " + part.rows(),
                    "choose another backup; the live database was not touched.");
        }
        if (rows.values().stream().allMatch(count -> count == 0)) {
            throw new Refusal(
                    ErrorCode.BACKUP_EMPTY,
                    "backup '" + part.file() + "' gave no rows at all",
                    "choose another backup; the live database was not touched.");
        }
        String schemaVersion = new SchemaVersions(server).of(copy.name());
        if (part.schemaVersion() != null && !part.schemaVersion().equals(schemaVersion)) {
            throw new Refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE,
                    "backup '" + part.file() + "' gave schema version '" + schemaVersion + "', its manifest says '"
                            + part.schemaVersion() + "'",
                    "choose another backup; the live database was not touched.");
        }
        List<Sequences.Position> positions =
                server.in(live.name(), "read sequences", PostgresServer.SHORT, Sequences::read);
        progress.report(95, "analyzing");
        server.in(copy.name(), "analyze", PostgresServer.LONG, connection -> {
            Sequences.advance(connection, positions);
            Sql.run(connection, "analyze");
            return null;
        });
        CarryOver.apply(outside, live.oid(), copy.name());
        List<String> missing = CarryOver.missing(outside, live.oid(), copy.oid());
        if (!missing.isEmpty()) {
            throw new OutsideException("the copy '" + copy.name() + "' lacks " + String.join("; ", missing));
        }
        Databases.comment(outside, copy.name(), new Mark(Stage.LOADED, part.sha256(), null, null).text());
        progress.report(100, "loaded");
    }

    /** By a connection of its own: the one of the load may be what failed. */
    private void throwAway(Found copy, Exception cause) {
        try {
            server.outside("throw away '" + copy.name() + "'", connection -> {
                Databases.drop(connection, copy);
                return null;
            });
        } catch (RuntimeException alsoFailed) {
            // The next attempt finds it by its mark.
            cause.addSuppressed(alsoFailed);
        }
    }
}
