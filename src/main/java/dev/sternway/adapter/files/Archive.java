package dev.sternway.adapter.files;

import dev.sternway.adapter.files.Tree.Node;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * Writes a tree into a {@code .tar.gz}: gzip, since every host can read it and the layouts that are adopted have it.
 *
 * <p>The files are read while services may write to them: each is kept as it was found, one that becomes shorter meanwhile
 * fails the archive.
 */
final class Archive implements AutoCloseable {
    private static final int BUFFER = 1 << 16;

    private final Path target;
    private final Path partial;
    private final FileChannel channel;
    private final TarArchiveOutputStream tar;
    private final Map<String, Long> counts = new TreeMap<>();

    private Archive(Path target) throws IOException {
        this.target = target;
        this.partial = target.resolveSibling(target.getFileName() + ".partial");
        this.channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS);
        OutputStream plain = new BufferedOutputStream(java.nio.channels.Channels.newOutputStream(channel), BUFFER);
        this.tar = new TarArchiveOutputStream(
                new GZIPOutputStream(new Unclosed(plain), BUFFER), StandardCharsets.UTF_8.name());
        tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
        tar.setBigNumberMode(TarArchiveOutputStream.BIGNUMBER_POSIX);
        tar.setAddPaxHeadersForNonAsciiNames(true);
    }

    /** The channel is closed after it was forced to the disk. */
    private static final class Unclosed extends FilterOutputStream {
        Unclosed(OutputStream out) {
            super(out);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
        }

        @Override
        public void close() throws IOException {
            flush();
        }
    }

    static Archive begin(Path target) throws IOException {
        Files.createDirectories(target.getParent());
        return new Archive(target);
    }

    /** Begins with the directory itself, so that an archive of a single file is known by the lack of it. */
    void root(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            add(header("./", path), null);
        }
    }

    /**
     * Writes all of a tree.
     *
     * @throws Entries.Unsafe when a link leads out of it: what it leads to would be missing in a backup, or be replaced
     */
    void add(Map<String, Node> tree, Progress progress) throws IOException {
        long all = Math.max(1, Tree.bytes(tree));
        long done = 0;
        for (Map.Entry<String, Node> each : tree.entrySet()) {
            Node node = each.getValue();
            try {
                switch (node.kind()) {
                    case FOLDER -> add(header(each.getKey() + "/", node.path()), null);
                    case LINK -> link(each.getKey(), node.path());
                    case FILE -> file(each.getKey(), node.path());
                    case OTHER -> {}
                }
            } catch (NoSuchFileException goneMeanwhile) {
                continue;
            }
            done += node.bytes();
            progress.report(
                    (int) (done * 90 / all),
                    "packing "
                            + counts.values().stream()
                                    .mapToLong(Long::longValue)
                                    .sum() + " files");
        }
    }

    private void link(String name, Path path) throws IOException {
        String target = Files.readSymbolicLink(path).toString();
        if (!Entries.staysWithin(name, target)) {
            throw new Entries.Unsafe("holds the link '" + name + "' to '" + target + "', which leads out");
        }
        TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        entry.setLinkName(target);
        owner(entry, path);
        add(entry, null);
        counts.merge(Tree.top(name), 1L, Long::sum);
    }

    private void file(String name, Path path) throws IOException {
        try (FileChannel in = FileChannel.open(path, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS)) {
            TarArchiveEntry entry = header(name, path);
            entry.setSize(in.size());
            add(entry, java.nio.channels.Channels.newInputStream(in));
        }
        counts.merge(Tree.top(name), 1L, Long::sum);
    }

    /** Takes an entry of another archive over, when it is a file, from its stream. */
    void take(String name, Entries.Entry taken, InputStream content) throws IOException {
        TarArchiveEntry from = taken.tar();
        TarArchiveEntry entry =
                new TarArchiveEntry(taken.kind() == Entries.Kind.FOLDER ? name + "/" : name, flag(taken.kind()));
        if (taken.target() != null) {
            entry.setLinkName(taken.target());
        }
        entry.setMode(from.getMode() & 0777);
        entry.setUserId(from.getLongUserId());
        entry.setGroupId(from.getLongGroupId());
        entry.setModTime(from.getLastModifiedTime());
        boolean file = taken.kind() == Entries.Kind.FILE;
        entry.setSize(file ? from.getSize() : 0);
        add(entry, file ? content : null);
        if (taken.kind() != Entries.Kind.FOLDER) {
            counts.merge(Tree.top(name), 1L, Long::sum);
        }
    }

    private static byte flag(Entries.Kind kind) {
        return switch (kind) {
            case FOLDER -> TarConstants.LF_DIR;
            case FILE -> TarConstants.LF_NORMAL;
            case LINK -> TarConstants.LF_SYMLINK;
            case SECOND_NAME -> TarConstants.LF_LINK;
        };
    }

    private void add(TarArchiveEntry entry, InputStream content) throws IOException {
        tar.putArchiveEntry(entry);
        long left = content == null ? 0 : entry.getSize();
        byte[] buffer = new byte[BUFFER];
        while (left > 0) {
            int read = content.read(buffer, 0, (int) Math.min(buffer.length, left));
            if (read < 0) {
                throw new OutsideException("file '" + entry.getName() + "' became shorter while it was read");
            }
            tar.write(buffer, 0, read);
            left -= read;
        }
        tar.closeArchiveEntry();
    }

    private static TarArchiveEntry header(String name, Path path) throws IOException {
        TarArchiveEntry entry = new TarArchiveEntry(name);
        owner(entry, path);
        entry.setMode((Integer) Files.getAttribute(path, "unix:mode", LinkOption.NOFOLLOW_LINKS) & 07777);
        entry.setModTime(Files.getLastModifiedTime(path, LinkOption.NOFOLLOW_LINKS));
        return entry;
    }

    private static void owner(TarArchiveEntry entry, Path path) throws IOException {
        entry.setIds((Integer) Files.getAttribute(path, "unix:uid", LinkOption.NOFOLLOW_LINKS), (Integer)
                Files.getAttribute(path, "unix:gid", LinkOption.NOFOLLOW_LINKS));
    }

    /** Makes the archive visible, whole and on the disk; tells what is in it. */
    Map<String, Long> finish() throws IOException {
        tar.close();
        channel.force(true);
        channel.close();
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Mark.syncFolder(target);
        return counts;
    }

    /** Takes away what was not finished. */
    @Override
    public void close() throws IOException {
        channel.close();
        Files.deleteIfExists(partial);
    }
}
