package dev.sternway.sandbox.image;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs this machine's programs and finds what they need. */
final class Programs {
    private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s+)(/\\S+) \\(0x");

    private Programs() {}

    private record Ended(int code, String output) {}

    /** What a program printed on both streams; a failure is an error with that text. */
    static String run(List<String> command) {
        Ended ended = runToTheEnd(command);
        if (ended.code() != 0) {
            throw new IllegalStateException("'" + String.join(" ", command) + "' failed: " + ended.output());
        }
        return ended.output();
    }

    private static Ended runToTheEnd(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            return new Ended(process.waitFor(), output);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted while running " + command, e);
        }
    }

    /** The shared libraries that the binaries need, the loader too; what is static needs none. */
    static List<Path> libraries(Collection<Path> binaries) {
        List<String> command = new ArrayList<>(List.of("ldd"));
        binaries.forEach(binary -> command.add(binary.toString()));
        TreeSet<Path> libraries = new TreeSet<>();
        // ldd ends with 1 when one of the files is static: its lines count, not its exit code.
        for (String line : runToTheEnd(command).output().split("\n")) {
            Matcher matcher = LIBRARY.matcher(line);
            if (matcher.find()) {
                libraries.add(Path.of(matcher.group(1)));
            }
        }
        libraries.removeAll(binaries);
        return List.copyOf(libraries);
    }

    /** What tells whether a file has changed, without reading it. */
    static String stamp(Path file) {
        try {
            return file + " " + Files.size(file) + " "
                    + Files.getLastModifiedTime(file).toMillis();
        } catch (IOException e) {
            throw new UncheckedIOException("'" + file + "' is missing: run src/sandbox/setup.sh", e);
        }
    }

    static boolean isBinary(Path file) {
        try (var in = Files.newInputStream(file)) {
            byte[] magic = in.readNBytes(4);
            return magic.length == 4 && magic[0] == 0x7f && magic[1] == 'E' && magic[2] == 'L' && magic[3] == 'F';
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
