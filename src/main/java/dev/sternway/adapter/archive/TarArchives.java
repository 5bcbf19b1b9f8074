package dev.sternway.adapter.archive;

import dev.sternway.port.Archives;
import dev.sternway.port.OutsideException;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.springframework.stereotype.Component;

/** Packs into {@code .tar.gz}; each path keeps its whole name without the leading slash, so that nothing collides. */
@Component
class TarArchives implements Archives {
    private static final Set<PosixFilePermission> OWN = PosixFilePermissions.fromString("rw-------");
    private static final int PERMISSIONS = 0777;

    @Override
    public int pack(List<Path> paths, Path target) {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        try {
            Files.createDirectories(target.getParent());
            Files.deleteIfExists(partial);
            Files.createFile(partial, PosixFilePermissions.asFileAttribute(OWN));
            int files = write(paths, partial);
            try (FileChannel channel = FileChannel.open(partial, StandardOpenOption.WRITE)) {
                channel.force(true);
            }
            Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            return files;
        } catch (IOException e) {
            throw new OutsideException(paths + " cannot be packed: " + e, e);
        }
    }

    private static int write(List<Path> paths, Path partial) throws IOException {
        int files = 0;
        try (OutputStream out = new BufferedOutputStream(Files.newOutputStream(partial));
                TarArchiveOutputStream tar = new TarArchiveOutputStream(new GZIPOutputStream(out), "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
            for (Path root : paths) {
                List<Path> all;
                try (Stream<Path> walk = Files.walk(root)) {
                    all = walk.sorted().toList();
                }
                for (Path path : all) {
                    files += add(tar, path);
                }
            }
        }
        return files;
    }

    private static int add(TarArchiveOutputStream tar, Path path) throws IOException {
        String name = path.toString().substring(1);
        if (Files.isSymbolicLink(path)) {
            TarArchiveEntry link = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
            link.setLinkName(Files.readSymbolicLink(path).toString());
            tar.putArchiveEntry(link);
            tar.closeArchiveEntry();
            return 1;
        }
        boolean folder = Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS);
        if (!folder && !Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
            return 0;
        }
        TarArchiveEntry entry = new TarArchiveEntry(folder ? name + "/" : name);
        entry.setMode((folder ? 040000 : 0100000) | mode(path));
        entry.setModTime(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
        if (folder) {
            tar.putArchiveEntry(entry);
            tar.closeArchiveEntry();
            return 0;
        }
        entry.setSize(Files.size(path));
        tar.putArchiveEntry(entry);
        try (InputStream in = Files.newInputStream(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            in.transferTo(tar);
        }
        tar.closeArchiveEntry();
        return 1;
    }

    private static int mode(Path path) throws IOException {
        PosixFileAttributeView view =
                Files.getFileAttributeView(path, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
        int mode = 0;
        for (PosixFilePermission each : view.readAttributes().permissions()) {
            mode |= 1 << PosixFilePermission.OTHERS_EXECUTE.ordinal() - each.ordinal();
        }
        return mode & PERMISSIONS;
    }
}
