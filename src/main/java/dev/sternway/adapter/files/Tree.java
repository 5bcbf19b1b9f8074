package dev.sternway.adapter.files;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** A directory with all that is in it, or a single file; links are never followed. */
final class Tree {
    private Tree() {}

    /** What stands at a path within a tree. */
    enum Kind {
        FOLDER,
        FILE,
        LINK,
        /** A socket, pipe or device: made by running programs, and not part of what is kept. */
        OTHER
    }

    /** One path of a tree. */
    record Node(Path path, Kind kind, long bytes) {}

    /**
     * Everything below the root by its path relative to it, folders before what is in them; the root itself is left out,
     * unless it is a file: then it is the only one, by its name.
     */
    static Map<String, Node> of(Path root) throws IOException {
        Map<String, Node> nodes = new TreeMap<>();
        if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            BasicFileAttributes attributes =
                    Files.readAttributes(root, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            nodes.put(SINGLE, new Node(root, kind(attributes), attributes.size()));
            return nodes;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path folder, BasicFileAttributes attributes) {
                if (!folder.equals(root)) {
                    nodes.put(root.relativize(folder).toString(), new Node(folder, Kind.FOLDER, 0));
                }
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                nodes.put(root.relativize(file).toString(), new Node(file, kind(attributes), attributes.size()));
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    // It went away while its folder was listed.
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }
        });
        return nodes;
    }

    /** The name by which a store of a single file knows its file: that of the live one may be another's. */
    static final String SINGLE = "file";

    private static Kind kind(BasicFileAttributes attributes) {
        if (attributes.isSymbolicLink()) {
            return Kind.LINK;
        }
        return attributes.isRegularFile() ? Kind.FILE : attributes.isDirectory() ? Kind.FOLDER : Kind.OTHER;
    }

    /** Files and links by the top folder that they are in, {@code .} for those in none. */
    static Map<String, Long> count(Map<String, Node> nodes) {
        Map<String, Long> counts = new TreeMap<>();
        nodes.forEach((name, node) -> {
            if (node.kind() == Kind.FILE || node.kind() == Kind.LINK) {
                counts.merge(top(name), 1L, Long::sum);
            }
        });
        return counts;
    }

    static String top(String name) {
        int slash = name.indexOf('/');
        return slash < 0 ? "." : name.substring(0, slash);
    }

    static long bytes(Map<String, Node> nodes) {
        return nodes.values().stream().mapToLong(Node::bytes).sum();
    }

    /** Who everything in the tree is, so that its users are found. */
    static Set<String> identities(Path root) throws IOException {
        Set<String> identities = new HashSet<>();
        HostFile.identity(root).ifPresent(identities::add);
        for (Node node : of(root).values()) {
            HostFile.identity(node.path()).ifPresent(identities::add);
        }
        return identities;
    }

    /** True when both are of the same kind and hold the same. */
    static boolean same(Node one, Node other) throws IOException {
        if (one.kind() != other.kind()) {
            return false;
        }
        return switch (one.kind()) {
            case FOLDER, OTHER -> true;
            case LINK -> Files.readSymbolicLink(one.path()).equals(Files.readSymbolicLink(other.path()));
            case FILE -> one.bytes() == other.bytes() && Files.mismatch(one.path(), other.path()) < 0;
        };
    }

    /** Removes it with all that is in it; nothing when there is none. */
    static void remove(Path root) throws IOException {
        if (Files.notExists(root, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        Files.walkFileTree(root, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path folder, IOException failure) throws IOException {
                if (failure != null) {
                    throw failure;
                }
                Files.deleteIfExists(folder);
                return FileVisitResult.CONTINUE;
            }
        });
    }
}
