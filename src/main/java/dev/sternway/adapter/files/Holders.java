package dev.sternway.adapter.files;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * The processes of this host, in containers or not, that hold a file open, or work in a folder: a rename would leave them writing to the file
 * that was put aside.
 */
public final class Holders {
    private static final Path PROC = Path.of("/proc");

    private Holders() {}

    /** One line for each holder, e.g. {@code 4711 node}; this process is left out. */
    public static List<String> of(List<Path> files) throws IOException {
        Set<String> identities = new TreeSet<>();
        for (Path file : files) {
            HostFile.identity(file).ifPresent(identities::add);
        }
        return of(identities);
    }

    /** The same, by the identities of the files. */
    static List<String> of(Set<String> identities) throws IOException {
        List<String> holders = new ArrayList<>();
        long self = ProcessHandle.current().pid();
        try (Stream<Path> processes = Files.list(PROC)) {
            for (Path process : processes
                    .filter(path -> path.getFileName().toString().matches("[0-9]+"))
                    .toList()) {
                long pid = Long.parseLong(process.getFileName().toString());
                if (pid != self
                        && (holds(process.resolve("fd"), identities)
                                || identities.contains(identity(process.resolve("cwd"))))) {
                    holders.add(pid + " " + command(process));
                }
            }
        }
        return holders;
    }

    private static boolean holds(Path descriptors, Set<String> identities) {
        try (Stream<Path> all = Files.list(descriptors)) {
            return all.anyMatch(descriptor -> identities.contains(identity(descriptor)));
        } catch (IOException | UncheckedIOException e) {
            // It ended meanwhile, or belongs to somebody whose files this user may not see.
            return false;
        }
    }

    /** Of the file behind a descriptor, whatever its name is there. */
    private static String identity(Path descriptor) {
        try {
            return Files.getAttribute(descriptor, "unix:dev") + ":" + Files.getAttribute(descriptor, "unix:ino");
        } catch (IOException e) {
            return "";
        }
    }

    private static String command(Path process) {
        try {
            return Files.readString(process.resolve("comm")).strip();
        } catch (IOException e) {
            return "ended";
        }
    }
}
