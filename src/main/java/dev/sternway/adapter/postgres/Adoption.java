package dev.sternway.adapter.postgres;

import dev.sternway.adapter.files.TakenAt;
import dev.sternway.catalogue.BackupFile;
import dev.sternway.catalogue.BackupSet.Format;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Adopted;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import java.io.BufferedInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.zip.GZIPInputStream;

/** Takes over a dump that another program wrote: copies it, looks what it is by its content, and describes it. */
final class Adoption {
    private final PostgresServer server;

    Adoption(PostgresServer server) {
        this.server = server;
    }

    /**
     * Copies the dump into the folder and describes it; rows are not known before it was restored.
     *
     * @param source a plain file, or the folder of {@code pg_dump -Fd}
     * @param folder where the copy goes; the part's file is named relative to it
     */
    Adopted adopt(Path source, Path folder) {
        try {
            Files.createDirectories(folder);
            return source.getFileName().toString().matches(".*\\.(?:tar\\.gz|tgz|tar)")
                    ? fromArchive(source, folder)
                    : new Adopted(
                            describe(source, folder),
                            TakenAt.of(source, Files.isDirectory(source) ? source.resolve("toc.dat") : source));
        } catch (EOFException e) {
            throw BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, source, "ends within its packed data");
        } catch (IOException e) {
            if (String.valueOf(e.getMessage()).contains("No space left")) {
                throw BackupFile.refusal(ErrorCode.DISK_TOO_SMALL, source, "does not fit on the disk of the backups");
            }
            throw new OutsideException("backup '" + source + "' cannot be copied: " + e.getMessage(), e);
        }
    }

    private Adopted fromArchive(Path archive, Path folder) throws IOException {
        try (ForeignArchive inside = ForeignArchive.open(
                archive, folder, server.store().id(), server.store().database())) {
            return new Adopted(describe(inside.dump(), folder), TakenAt.of(archive, archive));
        }
    }

    private Part describe(Path source, Path folder) throws IOException {
        Format format = format(source);
        Path file = folder.resolve(server.store().id() + extension(format));
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        if (format == Format.DIRECTORY) {
            PackedFolder.pack(source, partial);
        } else {
            try (InputStream in = open(source)) {
                Files.copy(in, partial, StandardCopyOption.REPLACE_EXISTING);
            }
        }
        Files.move(partial, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        return new Part(
                server.store().id(),
                file.getFileName().toString(),
                Files.size(file),
                BackupFile.sha256(file),
                null,
                null,
                version(source, format),
                format,
                null);
    }

    /** The server that it came from; {@code unknown} where the dump does not say, which refuses nothing by itself. */
    private static String version(Path source, Format format) throws IOException {
        try {
            return switch (format) {
                case CUSTOM ->
                    ArchiveHeader.read(source, ArchiveHeader.CUSTOM)
                            .serverVersion()
                            .split(" ")[0];
                case DIRECTORY ->
                    ArchiveHeader.read(source.resolve("toc.dat"), ArchiveHeader.DIRECTORY)
                            .serverVersion()
                            .split(" ")[0];
                default -> "unknown";
            };
        } catch (ArchiveHeader.NotAnArchive e) {
            throw notAdoptable(source, "is no archive of pg_dump: " + e.getMessage());
        }
    }

    private static Format format(Path source) throws IOException {
        if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS)) {
            if (Files.isRegularFile(source.resolve("toc.dat"), LinkOption.NOFOLLOW_LINKS)) {
                return Format.DIRECTORY;
            }
            throw notAdoptable(source, "is a folder without toc.dat, so not one of pg_dump -Fd");
        }
        byte[] begin = new byte[5];
        int read;
        try (InputStream in = open(source)) {
            read = in.readNBytes(begin, 0, begin.length);
        }
        if (read == 5 && new String(begin, java.nio.charset.StandardCharsets.US_ASCII).equals("PGDMP")) {
            return Format.CUSTOM;
        }
        if (read >= 2 && (begin[0] & 0xFF) == 0x1F && (begin[1] & 0xFF) == 0x8B) {
            requireText(source, new GZIPInputStream(open(source)));
            return Format.PLAIN_GZIP;
        }
        requireText(source, open(source));
        return Format.PLAIN;
    }

    /** SQL holds no zero bytes; whatever else is binary is no dump. */
    private static void requireText(Path source, InputStream opened) throws IOException {
        try (InputStream in = new BufferedInputStream(opened)) {
            byte[] begin = in.readNBytes(1 << 13);
            if (begin.length == 0) {
                throw notAdoptable(source, "is empty");
            }
            for (byte each : begin) {
                if (each == 0) {
                    throw notAdoptable(source, "is neither an archive of pg_dump nor SQL");
                }
            }
        }
    }

    private static String extension(Format format) {
        return switch (format) {
            case CUSTOM -> ".dump";
            case DIRECTORY -> ".folder.tar";
            case PLAIN -> ".sql";
            case PLAIN_GZIP -> ".sql.gz";
            case SQLITE, TAR_GZIP, SETTINGS, ETCD, NEO4J ->
                throw new IllegalArgumentException("PostgreSQL does not load " + format);
        };
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    static Refusal notAdoptable(Path source, String fact) {
        return new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "'" + source + "' " + fact,
                "name a file of pg_dump: -Fc, -Fd, plain SQL, the same with .gz, or a .tar.gz that holds one.");
    }
}
