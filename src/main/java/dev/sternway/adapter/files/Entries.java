package dev.sternway.adapter.files;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * The entries of a tar archive, each looked at before anything is done with it: none may lead out of the folder that it is
 * unpacked into, by its name or as a link, none may be a device or a pipe, and there are quotas.
 */
final class Entries {
    private static final int MOST_ENTRIES = 1_000_000;
    private static final int DEEPEST = 64;
    private static final int LONGEST_NAME = 1024;
    /** Files pack about 1:3, seldom beyond 1:50; gzip can do 1:1000, for who wants to fill the disk. */
    private static final long MOST_EXPANSION = 250;

    private static final long ALWAYS_ALLOWED = 64L << 20;

    /** An archive that must not be unpacked. */
    static final class Unsafe extends IOException {
        private static final long serialVersionUID = 1L;

        Unsafe(String fact) {
            super(fact);
        }
    }

    /** How an entry is kept. */
    enum Kind {
        FOLDER,
        FILE,
        /** A symbolic link to a place within the folder. */
        LINK,
        /** One more name of a file that came before. */
        SECOND_NAME
    }

    /**
     * One entry.
     *
     * @param name relative to the folder, normal
     * @param target of a link its text, of a second name the first one; else null
     */
    record Entry(String name, Kind kind, String target, TarArchiveEntry tar) {}

    /**
     * What an archive holds.
     *
     * @param folder true when it begins with the directory itself
     * @param single true when it is of one file and nothing else
     */
    record Contents(Map<String, Long> counts, long bytes, long entries, boolean folder, boolean single) {}

    /** What is done with an entry and its bytes. */
    @FunctionalInterface
    interface Doing {
        void with(Entry entry, InputStream content) throws IOException;
    }

    private final Path archive;
    private final Map<String, Kind> seen = new HashMap<>();
    private long bytes;
    private boolean folder;

    private Entries(Path archive) {
        this.archive = archive;
    }

    /**
     * Goes over all entries to the end of the archive.
     *
     * @throws Unsafe before anything is done with the entry that must not be
     */
    static Contents each(Path archive, boolean packed, Doing doing) throws IOException {
        return new Entries(archive).read(packed, doing);
    }

    private Contents read(boolean packed, Doing doing) throws IOException {
        Map<String, Long> counts = new TreeMap<>();
        long most = Math.max(ALWAYS_ALLOWED, Files.size(archive) * MOST_EXPANSION);
        try (InputStream raw = new BufferedInputStream(
                        Files.newInputStream(archive, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS), 1 << 16);
                InputStream plain = packed ? new GZIPInputStream(raw, 1 << 16) : raw;
                TarArchiveInputStream in = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry tar = in.getNextEntry(); tar != null; tar = in.getNextEntry()) {
                Entry entry = checked(tar);
                folder |= entry.name().isEmpty();
                bytes += Math.max(0, tar.getSize());
                if (bytes > most) {
                    throw new Unsafe("would unpack to more than " + most + " bytes");
                }
                if (entry.kind() != Kind.FOLDER) {
                    counts.merge(Tree.top(entry.name()), 1L, Long::sum);
                }
                doing.with(entry, in);
            }
            // The checksum of what is packed comes after the end of the archive.
            while (plain.skip(1 << 20) > 0 || plain.read() >= 0) {
                continue;
            }
        }
        boolean single = !folder && seen.size() == 1 && seen.get(Tree.SINGLE) == Kind.FILE;
        return new Contents(counts, bytes, seen.size(), folder, single);
    }

    private Entry checked(TarArchiveEntry tar) throws IOException {
        String name = normal(tar.getName());
        if (name.isEmpty() && tar.isDirectory()) {
            return new Entry("", Kind.FOLDER, null, tar);
        }
        Entry entry = new Entry(name, kind(tar), target(tar, name), tar);
        if (name.isEmpty() || name.length() > LONGEST_NAME || name.split("/").length > DEEPEST) {
            throw new Unsafe("holds a name that is empty, too long or too deep: '"
                    + name.substring(0, Math.min(80, name.length())) + "'");
        }
        for (int slash = name.indexOf('/'); slash >= 0; slash = name.indexOf('/', slash + 1)) {
            Kind above = seen.putIfAbsent(name.substring(0, slash), Kind.FOLDER);
            if (above != null && above != Kind.FOLDER) {
                throw new Unsafe("holds '" + name + "' below '" + name.substring(0, slash) + "', which is no folder");
            }
        }
        Kind before = seen.put(name, entry.kind());
        if (before != null && !(before == Kind.FOLDER && entry.kind() == Kind.FOLDER)) {
            throw new Unsafe("holds '" + name + "' twice");
        }
        if (seen.size() > MOST_ENTRIES) {
            throw new Unsafe("holds more than " + MOST_ENTRIES + " entries");
        }
        return entry;
    }

    private String normal(String name) throws IOException {
        if (name.startsWith("/")
                || name.indexOf('\0') >= 0
                || Arrays.asList(name.split("/")).contains("..")) {
            throw new Unsafe("holds '" + name + "', which leads out of its folder");
        }
        Deque<String> parts = new ArrayDeque<>(Arrays.asList(name.split("/+")));
        parts.removeIf(part -> part.isEmpty() || part.equals("."));
        return String.join("/", parts);
    }

    /** By the type alone: the library calls a link a file, too. */
    private static Kind kind(TarArchiveEntry tar) throws IOException {
        if (tar.isSparse()) {
            throw new Unsafe("holds '" + tar.getName() + "', which is sparse");
        }
        return switch (tar.getLinkFlag()) {
            case TarConstants.LF_NORMAL, TarConstants.LF_OLDNORM -> tar.isDirectory() ? Kind.FOLDER : Kind.FILE;
            case TarConstants.LF_DIR -> Kind.FOLDER;
            case TarConstants.LF_SYMLINK -> Kind.LINK;
            case TarConstants.LF_LINK -> Kind.SECOND_NAME;
            default -> throw new Unsafe("holds '" + tar.getName() + "', which is a device, a pipe or unknown");
        };
    }

    private String target(TarArchiveEntry tar, String name) throws IOException {
        if (tar.getLinkFlag() == TarConstants.LF_SYMLINK) {
            if (!staysWithin(name, tar.getLinkName())) {
                throw new Unsafe("holds the link '" + name + "' to '" + tar.getLinkName() + "', which leads out");
            }
            return tar.getLinkName();
        }
        if (tar.getLinkFlag() == TarConstants.LF_LINK) {
            String first = normal(tar.getLinkName());
            if (seen.get(first) != Kind.FILE) {
                throw new Unsafe(
                        "holds '" + name + "' as a second name of '" + first + "', which is no file before it");
            }
            return first;
        }
        return null;
    }

    /**
     * True when a link of this name with this text cannot leave the folder that the name starts from. It may go up at its
     * beginning only: after the name of another link it would go up from wherever that one leads to.
     */
    static boolean staysWithin(String name, String target) {
        if (target.isEmpty() || target.startsWith("/") || target.indexOf('\0') >= 0) {
            return false;
        }
        int above = name.split("/").length - 1;
        boolean named = false;
        for (String part : target.split("/+")) {
            if (part.equals("..")) {
                above--;
                if (named || above < 0) {
                    return false;
                }
            } else if (!part.equals(".") && !part.isEmpty()) {
                named = true;
            }
        }
        return true;
    }
}
