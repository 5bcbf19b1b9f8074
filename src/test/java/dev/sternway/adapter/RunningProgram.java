package dev.sternway.adapter;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** A server program that a test runs in a temporary folder, as nobody where the test is root, until the test ends it. */
public final class RunningProgram implements AutoCloseable {
    private static final int NOBODY = 65534;

    private final Path folder;
    private final Process process;

    private RunningProgram(Path folder, Process process) {
        this.folder = folder;
        this.process = process;
        Runtime.getRuntime().addShutdownHook(new Thread(this::close));
    }

    /** Skips the test where the program is not installed. */
    public static Path installed(String program, String debianPackage) {
        Path file = Path.of("/usr/bin").resolve(program);
        assumeTrue(Files.isExecutable(file), program + " is not installed (Debian package " + debianPackage + ")");
        return file;
    }

    public static Path folder(String prefix) {
        try {
            return Files.createTempDirectory(prefix);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A port of the loopback that nobody uses now. */
    public static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Starts the program and waits for it.
     *
     * @param folder its working directory, removed at the end
     * @param ready true, without throwing, as soon as it answers
     */
    public static RunningProgram start(Path folder, List<String> command, Callable<Boolean> ready) {
        try {
            List<String> whole = new ArrayList<>();
            if ("root".equals(System.getProperty("user.name"))) {
                own(folder);
                whole.addAll(List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"));
            }
            whole.addAll(command);
            ProcessBuilder builder = new ProcessBuilder(whole)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(new File(folder.toFile(), "log"));
            builder.environment().keySet().removeIf(name -> name.startsWith("ETCD"));
            RunningProgram program = new RunningProgram(folder, builder.start());
            Awaitility.await()
                    .alias("answer of " + command.get(0))
                    .atMost(Duration.ofSeconds(30))
                    .pollInterval(Duration.ofMillis(50))
                    .ignoreExceptions()
                    .failFast(() -> assertThat(program.process.isAlive())
                            .as(program.log())
                            .isTrue())
                    .until(ready);
            return program;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void own(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.toList()) {
                Files.setAttribute(file, "unix:uid", NOBODY, LinkOption.NOFOLLOW_LINKS);
            }
        }
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("log"));
    }

    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor();
            if (Files.exists(folder)) {
                try (Stream<Path> files = Files.walk(folder)) {
                    for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                        Files.deleteIfExists(file);
                    }
                }
            }
        } catch (IOException | InterruptedException leftBehind) {
            // The folder of temporary files is cleaned by the machine.
        }
    }
}
