package dev.sternway.adapter.files;

import dev.sternway.adapter.files.Entries.Contents;
import dev.sternway.adapter.files.Entries.Entry;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;

/** Unpacks an archive beside the live one, with owners, modes and times, and brings it to the disk. */
final class Unpacking {
    private static final int PATIENCE_MINUTES = 10;

    private final Path root;
    private final Contents contents;
    private final Progress progress;
    /** Their modes may forbid writing, their times change with what is put into them: both are set last. */
    private final List<Entry> folders = new ArrayList<>();

    private long done;

    private Unpacking(Path root, Contents contents, Progress progress) {
        this.root = root;
        this.contents = contents;
        this.progress = progress;
    }

    /** @param contents of the archive, as it was read to its end before */
    static void unpack(Path archive, Path root, Contents contents, Progress progress) throws IOException {
        Unpacking unpacking = new Unpacking(root, contents, progress);
        if (contents.folder()) {
            Files.createDirectory(root);
        }
        Entries.each(archive, true, unpacking::put);
        Collections.reverse(unpacking.folders);
        for (Entry folder : unpacking.folders) {
            own(unpacking.place(folder.name()), folder.tar());
        }
        progress.report(95, "writing to the disk");
        sync(root);
        Mark.syncFolder(root);
    }

    private Path place(String name) {
        return name.isEmpty() || !contents.folder() ? root : root.resolve(name);
    }

    private void put(Entry entry, InputStream content) throws IOException {
        Path place = place(entry.name());
        if (contents.folder()) {
            // Every name above was looked at: it is a folder, or not there.
            Files.createDirectories(place.getParent());
        }
        switch (entry.kind()) {
            case FOLDER -> {
                Files.createDirectories(place);
                folders.add(entry);
            }
            case FILE -> {
                write(place, content);
                own(place, entry.tar());
            }
            case LINK -> {
                Files.createSymbolicLink(place, Path.of(entry.target()));
                chown(place, entry.tar());
            }
            case SECOND_NAME -> {
                Files.copy(place(entry.target()), place, LinkOption.NOFOLLOW_LINKS);
                own(place, entry.tar());
            }
        }
        done += Math.max(0, entry.tar().getSize());
        progress.report((int) (done * 95 / Math.max(1, contents.bytes())), "unpacking");
    }

    private static void write(Path file, InputStream content) throws IOException {
        try (OutputStream out = Files.newOutputStream(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            content.transferTo(out);
        }
    }

    private static void own(Path path, TarArchiveEntry tar) throws IOException {
        chown(path, tar);
        // After the owner: changing that takes bits of the mode away.
        Files.setAttribute(path, "unix:mode", tar.getMode() & 07777, LinkOption.NOFOLLOW_LINKS);
        Files.setLastModifiedTime(path, FileTime.from(tar.getLastModifiedTime().toInstant()));
    }

    private static void chown(Path path, TarArchiveEntry tar) throws IOException {
        set(path, "unix:uid", (int) tar.getLongUserId());
        set(path, "unix:gid", (int) tar.getLongGroupId());
    }

    /** Nothing to do is no error: who is not root may own what is his. */
    private static void set(Path path, String attribute, int wanted) throws IOException {
        if (!Files.getAttribute(path, attribute, LinkOption.NOFOLLOW_LINKS).equals(wanted)) {
            Files.setAttribute(path, attribute, wanted, LinkOption.NOFOLLOW_LINKS);
        }
    }

    /** One call for the whole file system costs less than one for each file. */
    private static void sync(Path path) throws IOException {
        Process sync = new ProcessBuilder("sync", "-f", "--", path.toString())
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            if (!sync.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES) || sync.exitValue() != 0) {
                throw new OutsideException("'" + path + "' could not be brought to the disk by 'sync'");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while '" + path + "' was brought to the disk", e);
        } finally {
            sync.destroyForcibly();
        }
    }
}
