package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.BackupFile;
import dev.sternway.port.ErrorCode;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** Packs the folder of {@code pg_dump -Fd} into one file, so that one checksum speaks for all of it. */
final class PackedFolder {
    private PackedFolder() {}

    /** Files in order of their names, without owners and times: the same folder always gives the same bytes. */
    static void pack(Path folder, Path tar) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.sorted().toList();
        }
        try (TarArchiveOutputStream out =
                new TarArchiveOutputStream(new BufferedOutputStream(Files.newOutputStream(tar), 1 << 16))) {
            out.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_STAR);
            for (Path file : files) {
                String name = file.getFileName().toString();
                if (!UnpackedDump.NAME.matcher(name).matches()
                        || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                    throw BackupFile.refusal(
                            ErrorCode.BACKUP_NOT_ADOPTABLE, file, "is no plain file that pg_dump -Fd writes");
                }
                TarArchiveEntry entry = new TarArchiveEntry(name);
                entry.setSize(Files.size(file));
                out.putArchiveEntry(entry);
                try (InputStream in = Files.newInputStream(file, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
                    in.transferTo(out);
                }
                out.closeArchiveEntry();
            }
        }
    }
}
