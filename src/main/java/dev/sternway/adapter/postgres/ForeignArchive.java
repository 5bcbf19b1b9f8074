package dev.sternway.adapter.postgres;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;

/**
 * A {@code .tar.gz} that some script packed, with the dump of one store in it. All of it is looked through before
 * anything is unpacked: nothing may lead out, link, or be a device, and there are quotas.
 */
final class ForeignArchive implements AutoCloseable {
    private static final int MOST_ENTRIES = 100_000;
    /** Packed by gzip at best about 1:1000; beyond that somebody wants to fill the disk. */
    private static final long MOST_EXPANSION = 1_100;

    private static final long ALWAYS_ALLOWED = 64L << 20;
    private static final Pattern DUMP = Pattern.compile("(?i).*\\.(?:dump|dmp|pgdump|backup|sql|sql\\.gz)");

    private final Path root;
    private final Path dump;

    private ForeignArchive(Path root, Path dump) {
        this.root = root;
        this.dump = dump;
    }

    /**
     * Unpacks the dump of the store.
     *
     * @param folder on whose disk it is unpacked, and taken away by {@link #close}
     * @param names of which the dump's file has one, when there are several dumps
     */
    static ForeignArchive open(Path archive, Path folder, String... names) throws IOException {
        List<String> dumps = look(archive);
        String chosen = choose(archive, dumps, names);
        Path root = Files.createTempDirectory(folder, ".unpacked-");
        try {
            return new ForeignArchive(root, unpack(archive, root, chosen));
        } catch (IOException | RuntimeException e) {
            remove(root);
            throw e;
        }
    }

    /** The dump: a file, or the folder of -Fd. */
    Path dump() {
        return dump;
    }

    /** Refuses the whole archive for one bad entry; gives the names of the dumps in it, a folder by its own name. */
    private static List<String> look(Path archive) throws IOException {
        List<String> dumps = new ArrayList<>();
        long packed = Files.size(archive);
        long[] seen = new long[2];
        each(archive, (entry, in) -> {
            refuse(archive, entry);
            seen[0]++;
            seen[1] += Math.max(0, entry.getSize());
            if (seen[0] > MOST_ENTRIES) {
                throw Adoption.notAdoptable(archive, "holds more than " + MOST_ENTRIES + " entries");
            }
            if (seen[1] > Math.max(ALWAYS_ALLOWED, packed * MOST_EXPANSION)
                    || seen[1] > Files.getFileStore(archive).getTotalSpace()) {
                throw Adoption.notAdoptable(archive, "would unpack to more than " + seen[1] + " bytes");
            }
            String name = name(entry);
            if (!entry.isDirectory() && name.endsWith("/toc.dat")) {
                dumps.add(name.substring(0, name.length() - "/toc.dat".length()));
            } else if (!entry.isDirectory() && DUMP.matcher(name).matches()) {
                dumps.add(name);
            }
        });
        return dumps;
    }

    private static void refuse(Path archive, TarArchiveEntry entry) {
        String name = entry.getName();
        if (name.startsWith("/")
                || name.indexOf('\0') >= 0
                || List.of(name.split("/")).contains("..")) {
            throw Adoption.notAdoptable(archive, "holds '" + name + "', which leads out of the folder");
        }
        if (!isPlain(entry) && !entry.isDirectory()) {
            throw Adoption.notAdoptable(archive, "holds '" + name + "', which is a link, a device or sparse");
        }
    }

    /** The library calls a link a file, too. */
    static boolean isPlain(TarArchiveEntry entry) {
        byte type = entry.getLinkFlag();
        return (type == TarConstants.LF_NORMAL || type == TarConstants.LF_OLDNORM) && !entry.isSparse();
    }

    private static String choose(Path archive, List<String> dumps, String... names) {
        if (dumps.size() == 1) {
            return dumps.get(0);
        }
        List<String> fitting = dumps.stream()
                .filter(dump -> Stream.of(names).anyMatch(name -> base(dump).equals(name)))
                .toList();
        if (fitting.size() == 1) {
            return fitting.get(0);
        }
        throw Adoption.notAdoptable(
                archive,
                dumps.isEmpty()
                        ? "holds no file that is named like a dump"
                        : "holds several dumps, " + dumps + ", and not just one of them is named "
                                + String.join(" or ", names));
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1)
                .toLowerCase(Locale.ROOT)
                .replaceFirst("\\.(?:dump|dmp|pgdump|backup|sql|sql\\.gz)$", "");
    }

    private static Path unpack(Path archive, Path root, String chosen) throws IOException {
        Predicate<String> wanted = name -> name.equals(chosen) || name.startsWith(chosen + "/");
        Path[] found = new Path[1];
        each(archive, (entry, in) -> {
            String name = name(entry);
            if (entry.isDirectory() || !wanted.test(name)) {
                return;
            }
            boolean inFolder = !name.equals(chosen);
            Path folder = inFolder ? Files.createDirectories(root.resolve("folder")) : root;
            // Only the last part of the name is used: whatever it says, it stays in here.
            Path target = folder.resolve(Path.of(name).getFileName().toString());
            try (OutputStream out =
                    Files.newOutputStream(target, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
                in.transferTo(out);
            }
            found[0] = inFolder ? folder : target;
        });
        if (found[0] == null) {
            throw Adoption.notAdoptable(archive, "changed while it was read");
        }
        return found[0];
    }

    private static String name(TarArchiveEntry entry) {
        return entry.getName().replaceFirst("^(?:\\./)+", "");
    }

    /** What is done with an entry. */
    @FunctionalInterface
    private interface Doing {
        void with(TarArchiveEntry entry, InputStream content) throws IOException;
    }

    private static void each(Path archive, Doing doing) throws IOException {
        try (InputStream raw = new BufferedInputStream(
                        Files.newInputStream(archive, StandardOpenOption.READ, LinkOption.NOFOLLOW_LINKS));
                InputStream plain = archive.toString().endsWith(".tar") ? raw : new GZIPInputStream(raw, 1 << 16);
                TarArchiveInputStream in = new TarArchiveInputStream(plain)) {
            for (TarArchiveEntry entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
                doing.with(entry, in);
            }
        }
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
