package dev.sternway.adapter.docker;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/** The user's side in tests: what people do with the docker command, and images made of busybox without a registry. */
final class DockerCli {
    private static final Path BUSYBOX = Path.of("/bin/busybox");

    private DockerCli() {}

    static String docker(String... arguments) {
        return run(null, arguments);
    }

    static String docker(List<String> arguments) {
        return run(null, arguments.toArray(String[]::new));
    }

    /** Removes with all that hangs on it; what is not there is fine. */
    static void tidy(String... arguments) {
        try {
            docker(arguments);
        } catch (IllegalStateException e) {
            // not there
        }
    }

    /** An image of busybox alone; gives its id. */
    static String image(String name, String... changes) {
        List<String> arguments = new ArrayList<>(List.of("import", "--change", "ENV PATH=/bin"));
        for (String change : changes) {
            arguments.addAll(List.of("--change", change));
        }
        arguments.addAll(List.of("-", name));
        return run(DockerCli::writeBusybox, arguments.toArray(String[]::new));
    }

    private static void writeBusybox(OutputStream output) throws IOException {
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(output)) {
            for (String folder : List.of("bin/", "tmp/", "proc/", "etc/", "data/")) {
                tar.putArchiveEntry(new TarArchiveEntry(folder));
                tar.closeArchiveEntry();
            }
            TarArchiveEntry binary = new TarArchiveEntry("bin/busybox");
            binary.setMode(0755);
            binary.setSize(Files.size(BUSYBOX));
            tar.putArchiveEntry(binary);
            Files.copy(BUSYBOX, tar);
            tar.closeArchiveEntry();
            for (String applet :
                    List.of("sh", "cat", "sleep", "ls", "stat", "echo", "id", "mkdir", "true", "printf", "httpd")) {
                TarArchiveEntry link = new TarArchiveEntry("bin/" + applet, TarArchiveEntry.LF_SYMLINK);
                link.setLinkName("busybox");
                tar.putArchiveEntry(link);
                tar.closeArchiveEntry();
            }
        }
    }

    /** Writes to a process. */
    private interface Input {
        void write(OutputStream output) throws IOException;
    }

    private static String run(Input input, String... arguments) {
        List<String> command = new ArrayList<>(List.of("docker"));
        command.addAll(List.of(arguments));
        try {
            Process process =
                    new ProcessBuilder(command).redirectErrorStream(true).start();
            try (OutputStream stdin = process.getOutputStream()) {
                if (input != null) {
                    input.write(stdin);
                }
            }
            String output = new String(process.getInputStream().readAllBytes()).strip();
            if (process.waitFor() != 0) {
                throw new IllegalStateException(String.join(" ", command) + ": " + output);
            }
            return output;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }
}
