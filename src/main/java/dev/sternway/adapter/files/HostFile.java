package dev.sternway.adapter.files;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.regex.Pattern;

/** The file or directory of one store, and the names next to it. */
public class HostFile {
    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9_.-]{1,200}");
    /** A file lock holds between programs, not between threads of one. */
    private static final Map<Path, ReentrantLock> HERE = new ConcurrentHashMap<>();
    /** A load may be under way in another thread. */
    private static final Duration PATIENCE = Duration.ofMinutes(30);

    private final ManagedSystem system;
    private final Store store;
    private final Path live;

    public HostFile(ManagedSystem system, Store store) {
        this.system = system;
        this.store = store;
        this.live = Path.of(store.path());
    }

    /** What is done with files. */
    @FunctionalInterface
    public interface Work<T> {
        T run() throws Exception;
    }

    public Store store() {
        return store;
    }

    public Path live() {
        return live;
    }

    /** A name next to the live one. */
    public Path beside(String name) {
        if (!NAME.matcher(name).matches()
                || name.matches("\\.+")
                || name.equals(live.getFileName().toString())) {
            throw new IllegalArgumentException("'" + name + "' cannot be used as the name of a file here");
        }
        return live.resolveSibling(name);
    }

    /**
     * Changes whenever another file or directory stands under the name; empty when there is none, or something else, a link
     * for example.
     */
    public static Optional<String> identity(Path path) throws IOException {
        if (Files.notExists(path, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        BasicFileAttributes attributes =
                Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
        return attributes.isRegularFile() || attributes.isDirectory() ? Optional.of(number(path)) : Optional.empty();
    }

    /** Gives a copy the owner and the mode of the live one: its users must be able to use it. */
    public void own(Path copy) throws IOException {
        PosixFileAttributes of = Files.readAttributes(live, PosixFileAttributes.class);
        PosixFileAttributeView view = Files.getFileAttributeView(copy, PosixFileAttributeView.class);
        view.setPermissions(of.permissions());
        PosixFileAttributes own = view.readAttributes();
        if (!own.owner().equals(of.owner())) {
            view.setOwner(of.owner());
        }
        if (!own.group().equals(of.group())) {
            view.setGroup(of.group());
        }
    }

    /** Copies a small plain file, readable by its owner only; visible when it is whole and on the disk. */
    public static void copy(Path source, Path target) throws IOException {
        Path partial = target.resolveSibling(target.getFileName() + ".partial");
        Files.deleteIfExists(partial);
        Files.createFile(partial, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        try (InputStream in = Files.newInputStream(source, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS);
                FileChannel out = FileChannel.open(partial, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
            in.transferTo(Channels.newOutputStream(out));
            out.force(true);
        }
        Files.move(partial, target, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Mark.syncFolder(target);
    }

    private static String number(Path path) throws IOException {
        return Files.getAttribute(path, "unix:dev", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(path, "unix:ino", LinkOption.NOFOLLOW_LINKS);
    }

    /** Does what nobody else, on this host, may do with the store at the same time. */
    public <T> T alone(String purpose, Work<T> work) {
        return outside(purpose, () -> {
            ReentrantLock here = HERE.computeIfAbsent(live, path -> new ReentrantLock());
            if (!wait(here)) {
                throw new OutsideException("store '" + store.id() + "' is being worked on");
            }
            try (FileChannel channel = FileChannel.open(
                            live.resolveSibling(live.getFileName() + ".sternway-lock"),
                            StandardOpenOption.CREATE,
                            StandardOpenOption.WRITE,
                            LinkOption.NOFOLLOW_LINKS);
                    FileLock lock = channel.tryLock()) {
                if (lock == null) {
                    throw new OutsideException("store '" + store.id() + "' is being worked on by another program");
                }
                return work.run();
            } finally {
                here.unlock();
            }
        });
    }

    private static boolean wait(ReentrantLock here) {
        try {
            return here.tryLock(TimeLimit.atMost(PATIENCE).toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while waiting for a file", e);
        }
    }

    /** Says where a failure of the file system was. */
    public <T> T outside(String purpose, Work<T> work) {
        try {
            return work.run();
        } catch (RuntimeException e) {
            throw e;
        } catch (Exception e) {
            throw new OutsideException(
                    "store '%s' of system '%s': '%s' failed to %s: %s"
                            .formatted(store.id(), system.id(), live, purpose, e),
                    e);
        }
    }
}
