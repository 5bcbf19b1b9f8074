package dev.sternway.sandbox;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** A program of this machine that the sandbox runs; it is found again by its file after a crash of the sandbox. */
final class HostProcess implements AutoCloseable {
    private final Process process;
    private final Path identity;

    private HostProcess(Process process, Path identity) {
        this.process = process;
        this.identity = identity;
    }

    /** Starts a program with its log and its identity in a directory. */
    static HostProcess start(String name, List<String> command, Path directory) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve(name + ".log").toFile())
                .start();
        process.getOutputStream().close();
        Path identity = directory.resolve(name + ".pid");
        Files.writeString(identity, process.pid() + " " + begun(process.toHandle()));
        return new HostProcess(process, identity);
    }

    boolean running() {
        return process.isAlive();
    }

    @Override
    public void close() {
        process.destroy();
        try {
            if (!process.waitFor(5, TimeUnit.SECONDS)) {
                process.destroyForcibly().waitFor(5, TimeUnit.SECONDS);
            }
            Files.deleteIfExists(identity);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } catch (IOException e) {
            System.err.println("'" + identity + "' could not be removed: " + e.getMessage());
        }
    }

    /** Ends what an earlier sandbox in the same directory left running: the same process, not one with the same id. */
    static void endLeftOver(Path directory) throws IOException {
        if (!Files.isDirectory(directory)) {
            return;
        }
        try (var files = Files.newDirectoryStream(directory, "*.pid")) {
            for (Path file : files) {
                String[] known = Files.readString(file).split(" ");
                ProcessHandle.of(Long.parseLong(known[0]))
                        .filter(found -> begun(found).equals(known[1]))
                        .ifPresent(HostProcess::end);
                Files.delete(file);
            }
        }
    }

    private static void end(ProcessHandle found) {
        found.destroy();
        try {
            Waiting.until("process " + found.pid() + " ended", Duration.ofSeconds(5), () -> !found.isAlive());
        } catch (IllegalStateException e) {
            found.destroyForcibly();
        }
    }

    private static String begun(ProcessHandle process) {
        return process.info().startInstant().map(Object::toString).orElse("?");
    }
}
