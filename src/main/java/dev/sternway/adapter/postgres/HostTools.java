package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Tools installed on this host; they die with the thread that started them. */
final class HostTools extends PostgresTools {
    private static final Path SETPRIV = Path.of("/usr/bin/setpriv");

    private final Store store;
    private final Path folder;
    private final Path passwordFile;

    HostTools(int major, Store store, String password) {
        super(major);
        this.store = store;
        try {
            this.folder = Files.createTempDirectory("sternway-postgres-");
            this.passwordFile = folder.resolve("pgpass");
            if (password != null) {
                Files.createFile(
                        passwordFile,
                        PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
                Files.writeString(passwordFile, passwordLine(store.user(), password));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    Executed run(List<String> command, String applicationName) {
        try {
            Path output = Files.createTempFile(folder, "out", "");
            Executed executed = runToFile(command, applicationName, output);
            return new Executed(executed.exitCode(), read(output), executed.errors());
        } catch (IOException e) {
            throw new OutsideException("'" + command.get(0) + "' cannot be run", e);
        }
    }

    @Override
    Executed runToFile(List<String> command, String applicationName, Path output) {
        try {
            Path errors = Files.createTempFile(folder, "err", "");
            ProcessBuilder builder = new ProcessBuilder(dyingWithUs(command));
            builder.environment().keySet().removeIf(name -> name.startsWith("PG"));
            builder.environment().put("LC_ALL", "C");
            builder.environment().put("PGAPPNAME", applicationName);
            builder.environment().put("PGPASSFILE", passwordFile.toString());
            builder.environment().put("PGCONNECT_TIMEOUT", "10");
            builder.environment().put("PGOPTIONS", OPTIONS);
            builder.redirectInput(
                    ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()));
            builder.redirectOutput(output.toFile());
            builder.redirectError(errors.toFile());
            Duration time = TimeLimit.atMost(PostgresServer.LONG);
            Process process = builder.start();
            try {
                if (!process.waitFor(time.toMillis(), TimeUnit.MILLISECONDS)) {
                    throw new OutsideException("'" + command.get(0) + "' did not end within " + time);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new OutsideException("'" + command.get(0) + "' was interrupted", e);
            } finally {
                process.destroyForcibly();
            }
            return new Executed(process.exitValue(), "", read(errors));
        } catch (IOException e) {
            throw new OutsideException("'" + command.get(0) + "' cannot be run: " + e.getMessage(), e);
        }
    }

    private static List<String> dyingWithUs(List<String> command) {
        List<String> whole = new ArrayList<>();
        if (Files.isExecutable(SETPRIV)) {
            whole.addAll(List.of(SETPRIV.toString(), "--pdeathsig", "KILL", "--"));
        }
        whole.addAll(command);
        return whole;
    }

    private static String read(Path file) throws IOException {
        return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
    }

    @Override
    String bring(Path file) {
        return file.toString();
    }

    @Override
    String bringFolder(Path from) {
        return from.toString();
    }

    @Override
    List<String> connection() {
        return List.of("-h", store.host(), "-p", String.valueOf(store.port()), "-U", store.user(), "--no-password");
    }

    @Override
    OptionalLong freeBytes(String directory) {
        try {
            Path path = Path.of(directory);
            return Files.isDirectory(path)
                    ? OptionalLong.of(Files.getFileStore(path).getUsableSpace())
                    : OptionalLong.empty();
        } catch (IOException e) {
            return OptionalLong.empty();
        }
    }

    @Override
    String place() {
        return "on this host";
    }

    @Override
    public void close() {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
