package dev.sternway.sandbox.image;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/** Files of a root file system or of a build context, written as a tar that is the same for the same files. */
final class FileTree {

    /** An entry; a host file is read only when it is written, so that large ones stay out of memory. */
    private record Entry(Kind kind, int mode, int owner, byte[] content, Path source, String target) {}

    private enum Kind {
        DIRECTORY,
        FILE,
        LINK
    }

    private final SortedMap<String, Entry> entries = new TreeMap<>();

    FileTree directory(String path, int mode, int owner) {
        parents(path);
        entries.put(path, new Entry(Kind.DIRECTORY, mode, owner, null, null, null));
        return this;
    }

    FileTree text(String path, String text) {
        return bytes(path, text.getBytes(StandardCharsets.UTF_8), 0644);
    }

    FileTree script(String path, String text) {
        return bytes(path, text.getBytes(StandardCharsets.UTF_8), 0755);
    }

    private FileTree bytes(String path, byte[] content, int mode) {
        parents(path);
        entries.put(path, new Entry(Kind.FILE, mode, 0, content, null, null));
        return this;
    }

    FileTree link(String path, String target) {
        parents(path);
        entries.put(path, new Entry(Kind.LINK, 0777, 0, null, null, target));
        return this;
    }

    /** Adds a host file under another path; symbolic links are followed. */
    FileTree file(String path, Path source) {
        parents(path);
        int mode = Files.isExecutable(source) ? 0755 : 0644;
        entries.put(path, new Entry(Kind.FILE, mode, 0, null, source, null));
        return this;
    }

    /** Adds host files under their own paths. */
    FileTree files(List<Path> sources) {
        sources.forEach(source -> file(source.toString(), source));
        return this;
    }

    /** Adds the readable regular files below a host directory; dangling links are left out. */
    FileTree tree(String path, Path source, Predicate<Path> wanted) {
        try (Stream<Path> found = Files.walk(source)) {
            found.filter(Files::isRegularFile)
                    .filter(wanted)
                    .forEach(file -> file(path + "/" + source.relativize(file), file));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return this;
    }

    private void parents(String path) {
        int slash = path.lastIndexOf('/');
        if (slash > 0 && !entries.containsKey(path.substring(0, slash))) {
            directory(path.substring(0, slash), 0755, 0);
        }
    }

    void writeTo(OutputStream out) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(out, "UTF-8")) {
            tar.setLongFileMode(TarArchiveOutputStream.LONGFILE_POSIX);
            for (var each : entries.entrySet()) {
                write(tar, each.getKey().replaceFirst("^/", ""), each.getValue());
            }
        }
    }

    private static void write(TarArchiveOutputStream tar, String name, Entry entry) throws IOException {
        TarArchiveEntry header = switch (entry.kind()) {
            case DIRECTORY -> new TarArchiveEntry(name + "/");
            case FILE -> new TarArchiveEntry(name);
            case LINK -> new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
        };
        header.setMode(entry.mode());
        header.setIds(entry.owner(), entry.owner());
        header.setModTime(0L);
        if (entry.kind() == Kind.LINK) {
            header.setLinkName(entry.target());
        }
        if (entry.kind() == Kind.FILE) {
            header.setSize(entry.source() == null ? entry.content().length : Files.size(entry.source()));
        }
        tar.putArchiveEntry(header);
        if (entry.content() != null) {
            tar.write(entry.content());
        } else if (entry.source() != null) {
            Files.copy(entry.source(), tar);
        }
        tar.closeArchiveEntry();
    }
}
