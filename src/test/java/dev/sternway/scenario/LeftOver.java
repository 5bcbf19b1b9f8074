package dev.sternway.scenario;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** What an earlier run of a scenario left in its directory, also one that was killed: ended and removed. */
final class LeftOver {
    private LeftOver() {}

    /** Removes the data directories of earlier runs, after Sternway and PostgreSQL that still run in them are ended. */
    static void clear(Path directory) {
        try {
            if (Files.isDirectory(directory)) {
                try (Stream<Path> found = Files.list(directory)) {
                    for (Path data : found.filter(
                                    each -> each.getFileName().toString().startsWith("data-"))
                            .toList()) {
                        end(data.resolve("sternway.lock"), data);
                        end(data.resolve("postgresql/data/postmaster.pid"), data);
                        remove(data);
                    }
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The process that a file names in its first line, if it still runs. */
    static Optional<ProcessHandle> process(Path file) {
        try {
            List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
            return lines.isEmpty() || !lines.get(0).strip().matches("\\d+")
                    ? Optional.empty()
                    : ProcessHandle.of(Long.parseLong(lines.get(0).strip()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Only when the process was started for this directory: numbers of processes are used again. */
    private static void end(Path file, Path data) {
        process(file)
                .filter(found -> found.info().commandLine().orElse("").contains(data.toString()))
                .ifPresent(found -> {
                    found.destroyForcibly();
                    found.onExit().join();
                });
    }

    private static void remove(Path directory) throws IOException {
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path each : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(each);
            }
        }
    }
}
