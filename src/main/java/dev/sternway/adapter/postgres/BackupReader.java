package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.ZipException;

/** Reads backups to their end and refuses those that must not be loaded; touches nothing. */
final class BackupReader {
    private final PostgresServer server;

    BackupReader(PostgresServer server) {
        this.server = server;
    }

    /** Refuses a file that is missing, too short, altered, of another database or of a newer server. */
    BackupFile verifyFile(BackupSet.Part part, Path directory, int serverMajor) {
        BackupFile file = BackupFile.verified(part, directory);
        if (!part.storeId().equals(server.store().id())) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    file.path(),
                    "is of store '" + part.storeId() + "', not of '"
                            + server.store().id() + "'");
        }
        refuseNewer(part.serverVersion(), file.path(), serverMajor);
        if (part.format() == BackupSet.Format.CUSTOM) {
            verifyHeader(file.path(), serverMajor, ArchiveHeader.CUSTOM);
        }
        return file;
    }

    private void verifyHeader(Path file, int serverMajor, int format) {
        try {
            ArchiveHeader header = ArchiveHeader.read(file, format);
            if (!header.database().equals(server.store().database())) {
                throw BackupFile.refusal(
                        ErrorCode.BACKUP_WRONG_SYSTEM,
                        file,
                        "was made of database '" + header.database() + "', not of '"
                                + server.store().database() + "'");
            }
            refuseNewer(header.serverVersion(), file, serverMajor);
        } catch (EOFException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, file, "ends within its header");
        } catch (ArchiveHeader.NotAnArchive e) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NOT_LOADABLE, file, "is no archive of pg_dump: " + e.getMessage());
        } catch (IOException e) {
            throw new OutsideException("backup file '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    private static void refuseNewer(String version, Path file, int serverMajor) {
        int from = ArchiveHeader.major(version);
        if (from > serverMajor) {
            throw BackupFile.refusal(
                    ErrorCode.BACKUP_NEWER_SERVER,
                    file,
                    "was made by PostgreSQL " + from + ", the server is PostgreSQL " + serverMajor);
        }
    }

    /** Refuses to go back to nothing; an emergency backup of an emptied database is written all the same. */
    void requireRows(BackupSet.Part part, Path file) {
        if (part.rowsKnown() && part.totalRows() == 0) {
            throw BackupFile.refusal(ErrorCode.BACKUP_EMPTY, file, "holds no rows at all");
        }
    }

    /** Reads a backup to its very end; its table of contents alone would pass when the data is damaged. */
    void verifyContent(BackupSet.Part part, BackupFile file, PostgresTools tools, int serverMajor) {
        switch (part.format()) {
            case CUSTOM -> verifyArchive(part, file.path(), tools.bring(file.path()), tools);
            case DIRECTORY -> {
                try (UnpackedDump folder = UnpackedDump.of(file.path())) {
                    verifyHeader(folder.path().resolve("toc.dat"), serverMajor, ArchiveHeader.DIRECTORY);
                    verifyArchive(part, file.path(), tools.bringFolder(folder.path()), tools);
                }
            }
            case PLAIN, PLAIN_GZIP -> verifyPlain(part, file.path(), serverMajor);
            default -> throw new IllegalStateException("format " + part.format());
        }
        file.requireUnchanged();
    }

    private void verifyArchive(BackupSet.Part part, Path file, String path, PostgresTools tools) {
        String pgRestore = tools.find("pg_restore");
        Executed listed = tools.run(List.of(pgRestore, "-l", path), server.applicationName("verify"));
        if (listed.exitCode() != 0) {
            throw damaged(file, listed);
        }
        if (part.rowsKnown()) {
            for (String table : part.rows().keySet()) {
                int dot = table.indexOf('.');
                if (!listed.output()
                        .contains(" TABLE DATA " + table.substring(0, dot) + " " + table.substring(dot + 1) + " ")) {
                    throw BackupFile.refusal(
                            ErrorCode.BACKUP_NOT_LOADABLE,
                            file,
                            "has no data of table '" + table + "', which the manifest lists");
                }
            }
        }
        Executed read = tools.run(List.of(pgRestore, "-f", "/dev/null", path), server.applicationName("verify"));
        if (read.exitCode() != 0) {
            throw damaged(file, read);
        }
    }

    private static void verifyPlain(BackupSet.Part part, Path file, int serverMajor) {
        try {
            String from = PlainDump.read(file, part.format() == BackupSet.Format.PLAIN_GZIP);
            refuseNewer(from, file, serverMajor);
        } catch (PlainDump.Truncated e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, file, e.getMessage());
        } catch (EOFException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, file, "ends within its compressed data");
        } catch (PlainDump.NotLoadable e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, file, e.getMessage());
        } catch (ZipException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_NOT_LOADABLE, file, "cannot be decompressed: " + e.getMessage());
        } catch (IOException e) {
            throw new OutsideException("backup file '" + file + "' cannot be read: " + e.getMessage(), e);
        }
    }

    /** What pg_restore says of an archive that was cut off. */
    static boolean endsEarly(String errors) {
        return errors.contains("could not read from input file: end of file")
                || errors.contains("could not find block");
    }

    private static Refusal damaged(Path file, Executed executed) {
        String errors = executed.errors().strip();
        return BackupFile.refusal(
                endsEarly(errors) ? ErrorCode.BACKUP_TRUNCATED : ErrorCode.BACKUP_NOT_LOADABLE,
                file,
                "cannot be read to its end: " + errors.lines().findFirst().orElse("pg_restore said nothing"));
    }
}
