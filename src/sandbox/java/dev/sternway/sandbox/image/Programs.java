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
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Runs this machine's programs and finds what they need. */
final class Programs {
    private static final Pattern LIBRARY = Pattern.compile("(?:=> |^\\s+)(/\\S+) \\(0x");

    private Programs() {}

    /** What a program printed on both streams; a failure is an error with that text. */
    static String run(List<String> command) {
        String output = runAnyway(command);
        if (output.startsWith("\0")) {
            throw new IllegalStateException("'" + String.join(" ", command) + "' failed: " + output.substring(1));
        }
        return output;
    }

    private static String runAnyway(List<String> command) {
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            process.getOutputStream().close();
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(5, TimeUnit.MINUTES)) {
                process.destroyForcibly();
                return "\0" + output;
            }
            return process.exitValue() == 0 ? output : "\0" + output;
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
        for (String line : runAnyway(command).split("\n")) {
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
