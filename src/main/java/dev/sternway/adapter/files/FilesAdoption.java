package dev.sternway.adapter.files;

import dev.sternway.adapter.files.Entries.Entry;
import dev.sternway.adapter.files.Entries.Unsafe;
import dev.sternway.port.DataStore.Adopted;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.ZipException;

/**
 * Takes over an archive that a script packed, {@code backup-20261120-101500.tar.gz} for example, or a directory that it
 * copied: the store's files are packed anew, each entry looked at.
 */
final class FilesAdoption {
    private final HostFile file;

    FilesAdoption(HostFile file) {
        this.file = file;
    }

    Adopted adopt(Path source, Path folder) {
        return file.outside("adopt '" + source + "'", () -> {
            String name = source.getFileName().toString();
            boolean packed = name.matches(".*\\.(?:tar\\.gz|tgz)");
            boolean folderLive = Files.isDirectory(file.live(), LinkOption.NOFOLLOW_LINKS);
            Path target = folder.resolve(file.store().id() + ".tar.gz");
            try (Archive archive = Archive.begin(target)) {
                archive.root(file.live());
                if (packed || name.endsWith(".tar")) {
                    repack(source, packed, folderLive, archive);
                } else if (Files.isDirectory(source, LinkOption.NOFOLLOW_LINKS) == folderLive) {
                    archive.add(Tree.of(source), Progress.NONE);
                } else {
                    throw refused(
                            source,
                            folderLive ? "is no archive and no directory" : "is a directory, and the store is a file");
                }
                if (archive.finish().isEmpty()) {
                    throw refused(source, "holds no file of the store");
                }
                Instant takenAt = TakenAt.of(source, source);
                return new Adopted(new FilesBackups(file).part(target, null, takenAt), takenAt);
            } catch (Unsafe e) {
                throw refused(source, e.getMessage());
            } catch (EOFException e) {
                throw refused(source, "ends within its packed data");
            } catch (ZipException e) {
                throw refused(source, "is not packed by gzip: " + e.getMessage());
            }
        });
    }

    /** All of it is looked through before the first entry is taken. */
    private void repack(Path source, boolean packed, boolean folderLive, Archive archive) throws IOException {
        Set<String> folders = new TreeSet<>();
        Set<String> files = new TreeSet<>();
        Entries.each(source, packed, (entry, content) -> {
            String name = entry.name();
            if (entry.kind() == Entries.Kind.FOLDER || name.contains("/")) {
                folders.add(name.contains("/") ? Tree.top(name) : name);
            }
            if (entry.kind() == Entries.Kind.FILE
                    && base(name).equals(base(file.live().toString()))) {
                files.add(name);
            }
        });
        if (folderLive) {
            String top = folders.stream()
                    .filter(name -> name.equals(base(file.live().toString()))
                            || name.equals(file.store().id()))
                    .findFirst()
                    .map(name -> name + "/")
                    .orElse("");
            Entries.each(source, packed, (entry, content) -> {
                if (entry.name().startsWith(top) && entry.name().length() > top.length()) {
                    archive.take(entry.name().substring(top.length()), within(entry, top), content);
                }
            });
            return;
        }
        if (files.size() != 1) {
            throw refused(
                    source,
                    "holds " + files + " and not just one file '"
                            + base(file.live().toString()) + "'");
        }
        Entries.each(source, packed, (entry, content) -> {
            if (files.contains(entry.name())) {
                archive.take(Tree.SINGLE, entry, content);
            }
        });
    }

    /** A second name is of a file in the same folder, and a link stays in it. */
    private static Entry within(Entry entry, String top) throws Unsafe {
        if (entry.kind() == Entries.Kind.LINK
                && !Entries.staysWithin(entry.name().substring(top.length()), entry.target())) {
            throw new Unsafe("holds the link '" + entry.name() + "' to '" + entry.target() + "', which leads out");
        }
        if (entry.kind() != Entries.Kind.SECOND_NAME) {
            return entry;
        }
        if (!entry.target().startsWith(top)) {
            throw new Unsafe("holds '" + entry.name() + "' as a second name of a file elsewhere");
        }
        return new Entry(entry.name(), entry.kind(), entry.target().substring(top.length()), entry.tar());
    }

    private static String base(String path) {
        return path.substring(path.lastIndexOf('/') + 1);
    }

    private static Refusal refused(Path source, String fact) {
        return new Refusal(
                ErrorCode.BACKUP_NOT_ADOPTABLE,
                "'" + source + "' " + fact,
                "name a .tar.gz, .tgz or .tar that holds the store's files, or a copy of its directory.");
    }
}
