package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;

/** A packed dump, unpacked beside its file for as long as a tool reads it: the folder of {@code -Fd}, or SQL. */
final class UnpackedDump implements AutoCloseable {
    /** What pg_dump names the files of a folder: no other name is unpacked, so none leads out of it. */
    static final Pattern NAME =
            Pattern.compile("toc\\.dat|blobs(?:_\\d+)?\\.toc|(?:blob_)?\\d+\\.dat(?:\\.gz|\\.lz4|\\.zst)?");

    private final Path root;
    private final Path path;

    private UnpackedDump(Path root, Path path) {
        this.root = root;
        this.path = path;
    }

    /** Unpacks the folder that a part of format DIRECTORY holds. */
    static UnpackedDump of(Path tar) {
        Path root = temporary(tar);
        try (TarArchiveInputStream in = new TarArchiveInputStream(new BufferedInputStream(open(tar)))) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                if (!ForeignArchive.isPlain(entry)
                        || !NAME.matcher(entry.getName()).matches()) {
                    throw new IOException("holds '" + entry.getName() + "', which is no file of a dump");
                }
                try (OutputStream out = Files.newOutputStream(
                        root.resolve(entry.getName()), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                    in.transferTo(out);
                }
            }
            return new UnpackedDump(root, root);
        } catch (IOException e) {
            remove(root);
            throw unpackable(tar, e);
        } catch (RuntimeException e) {
            remove(root);
            throw e;
        }
    }

    /** Decompresses SQL into a file that psql can read. */
    static UnpackedDump ofGzip(Path gzip) {
        Path root = temporary(gzip);
        Path file = root.resolve("dump.sql");
        try (InputStream in = new GZIPInputStream(open(gzip), 1 << 16);
                OutputStream out = Files.newOutputStream(file)) {
            in.transferTo(out);
            return new UnpackedDump(root, file);
        } catch (IOException e) {
            remove(root);
            throw unpackable(gzip, e);
        }
    }

    /** Where the tool finds it. */
    Path path() {
        return path;
    }

    private static InputStream open(Path file) throws IOException {
        return Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
    }

    /** On the disk of the backups: the one for temporary files is often small. */
    private static Path temporary(Path file) {
        try {
            return Files.createTempDirectory(file.getParent(), ".unpacked-");
        } catch (IOException e) {
            throw new UncheckedIOException("'" + file + "' cannot be unpacked beside", e);
        }
    }

    private static RuntimeException unpackable(Path file, IOException e) {
        boolean full = String.valueOf(e.getMessage()).contains("No space left");
        return full
                ? BackupFile.refusal(ErrorCode.DISK_TOO_SMALL, file, "cannot be unpacked: the backup disk is full")
                : e instanceof java.io.EOFException
                        ? BackupFile.refusal(ErrorCode.BACKUP_TRUNCATED, file, "ends within its packed data")
                        : Files.isReadable(file)
                                ? BackupFile.refusal(
                                        ErrorCode.BACKUP_NOT_LOADABLE, file, "cannot be unpacked: " + e.getMessage())
                                : new OutsideException("'" + file + "' cannot be unpacked: " + e.getMessage(), e);
    }

    @Override
    public void close() {
        remove(root);
    }

    private static void remove(Path root) {
        try (Stream<Path> files = Files.walk(root)) {
            for (Path each : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
