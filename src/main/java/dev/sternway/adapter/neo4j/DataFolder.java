package dev.sternway.adapter.neo4j;

import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.catalogue.Store;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFileAttributes;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** The server's data directory, as this host sees it: each database is two directories of its name. */
final class DataFolder {
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9.-]{2,62}");
    private static final ObjectMapper JSON = new ObjectMapper();

    private final Store store;
    private final Path root;

    DataFolder(Store store) {
        this.store = store;
        this.root = Path.of(store.path());
    }

    /** Work with files. */
    @FunctionalInterface
    interface Work<T> {
        T run() throws IOException;
    }

    <T> T outside(String purpose, Work<T> work) {
        try {
            return work.run();
        } catch (IOException e) {
            throw new OutsideException(
                    "store '%s': data directory '%s' failed to %s: %s".formatted(store.id(), root, purpose, e), e);
        }
    }

    /** Neo4j allows no underscores. */
    static String database(String name) {
        String allowed = name.toLowerCase(Locale.ROOT).replace('_', '-');
        if (!NAME.matcher(allowed).matches() || allowed.startsWith("system")) {
            throw new IllegalArgumentException("'" + name + "' cannot be used as the name of a database here");
        }
        return allowed;
    }

    String live() {
        return store.database();
    }

    Path databases(String database) {
        return root.resolve("databases").resolve(database);
    }

    Path transactions(String database) {
        return root.resolve("transactions").resolve(database);
    }

    /** Both directories of a database. */
    List<Path> folders(String database) {
        return List.of(databases(database), transactions(database));
    }

    boolean isWhole(String database) {
        return folders(database).stream().allMatch(folder -> Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS));
    }

    /** Changes whenever another database stands under the name; empty when there is none. */
    Optional<String> identity(String database) throws IOException {
        Path folder = databases(database);
        if (!Files.isDirectory(folder, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        return Optional.of(Files.getAttribute(folder, "unix:dev", LinkOption.NOFOLLOW_LINKS) + ":"
                + Files.getAttribute(folder, "unix:ino", LinkOption.NOFOLLOW_LINKS));
    }

    long bytes(String database) throws IOException {
        long bytes = 0;
        for (Path folder : folders(database)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.filter(Files::isRegularFile).toList()) {
                    bytes += Files.size(file);
                }
            }
        }
        return bytes;
    }

    long free() throws IOException {
        return Files.getFileStore(root).getUsableSpace();
    }

    boolean isWritable() {
        return Files.isWritable(root.resolve("databases")) && Files.isWritable(root.resolve("transactions"));
    }

    /** Copies a database that no server has open. */
    void copy(String from, String to) throws IOException {
        remove(to);
        for (int i = 0; i < 2; i++) {
            Path source = folders(from).get(i);
            Path target = folders(to).get(i);
            Files.walkFileTree(source, new SimpleFileVisitor<>() {
                @Override
                public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes ignored) throws IOException {
                    Files.createDirectory(target.resolve(source.relativize(folder)));
                    return FileVisitResult.CONTINUE;
                }

                @Override
                public FileVisitResult visitFile(Path file, BasicFileAttributes ignored) throws IOException {
                    Files.copy(file, target.resolve(source.relativize(file)), StandardCopyOption.COPY_ATTRIBUTES);
                    return FileVisitResult.CONTINUE;
                }
            });
        }
        own(to);
    }

    /** The server's user must be able to open what a tool of another user has written. */
    void own(String database) throws IOException {
        PosixFileAttributes live = Files.readAttributes(databases(live()), PosixFileAttributes.class);
        for (Path folder : folders(database)) {
            try (Stream<Path> files = Files.walk(folder)) {
                for (Path file : files.toList()) {
                    PosixFileAttributeView view =
                            Files.getFileAttributeView(file, PosixFileAttributeView.class, LinkOption.NOFOLLOW_LINKS);
                    PosixFileAttributes own = view.readAttributes();
                    if (!own.owner().equals(live.owner())) {
                        view.setOwner(live.owner());
                    }
                    if (!own.group().equals(live.group())) {
                        view.setGroup(live.group());
                    }
                }
            }
        }
    }

    void rename(Path from, Path to) throws IOException {
        Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);
        sync(to.getParent());
    }

    /** Removes a database that is not live, with its mark. */
    void remove(String database) throws IOException {
        if (database.equals(live())) {
            throw new IllegalArgumentException("'" + database + "' is the live database");
        }
        for (Path folder : folders(database)) {
            if (Files.exists(folder, LinkOption.NOFOLLOW_LINKS)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.delete(file);
                    }
                }
            }
        }
        Files.deleteIfExists(markFile(database));
    }

    Path markFile(String database) {
        return root.resolve("sternway").resolve(database + ".json");
    }

    /** Empty when there is none, or none that can be read: then nobody knows what the database is. */
    Optional<Mark> mark(String database) {
        Path file = markFile(database);
        if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
            return Optional.empty();
        }
        try {
            return Optional.of(JSON.readValue(Files.readAllBytes(file), Mark.class));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /** Visible when it is whole and on the disk. */
    void mark(String database, Mark mark) throws IOException {
        Path file = markFile(database);
        Path partial = file.resolveSibling(file.getFileName() + ".partial");
        Files.createDirectories(file.getParent());
        try (FileChannel channel = FileChannel.open(
                partial,
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE,
                StandardOpenOption.TRUNCATE_EXISTING,
                LinkOption.NOFOLLOW_LINKS)) {
            channel.write(java.nio.ByteBuffer.wrap(JSON.writeValueAsBytes(mark)));
            channel.force(true);
        }
        rename(partial, file);
    }

    /** Names of databases that have a mark. */
    List<String> marked() throws IOException {
        Path folder = root.resolve("sternway");
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        List<String> names = new ArrayList<>();
        try (Stream<Path> files = Files.list(folder)) {
            files.map(file -> file.getFileName().toString())
                    .filter(name -> name.endsWith(".json"))
                    .map(name -> name.substring(0, name.length() - ".json".length()))
                    .sorted()
                    .forEach(names::add);
        }
        return names;
    }

    private static void sync(Path folder) throws IOException {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
            channel.force(true);
        }
    }
}
