package dev.sternway.adapter.postgres;

import dev.sternway.catalogue.Store;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Executed;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** Tools in the container of the database server, run beside it; files are copied in and taken away again. */
final class ContainerTools extends PostgresTools {
    private static final Duration QUICK = Duration.ofSeconds(30);

    private final ContainerHost host;
    private final String container;
    private final Store store;
    private final String address;
    private final int port;
    private final int uid;
    private final String traces;
    private final String passwordPath;
    private final List<String> brought = new ArrayList<>();

    /**
     * @param address where the server listens, as seen from inside the container
     * @param port the server's own, not the one that is published
     * @param purpose names the files copied in, so that the next attempt takes away what a crash left
     */
    ContainerTools(
            int major,
            ContainerHost host,
            String container,
            Store store,
            String address,
            int port,
            String password,
            String purpose) {
        super(major);
        this.host = host;
        this.container = container;
        this.store = store;
        this.address = address;
        this.port = port;
        this.uid = uid();
        this.traces = "/tmp/.sternway-" + purpose + "-" + store.id();
        this.passwordPath = password == null ? null : traces + ".pgpass";
        if (password != null) {
            copyPassword(password);
        }
    }

    private void copyPassword(String password) {
        try {
            Path file = Files.createTempFile(
                    "sternway-",
                    ".pgpass",
                    PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
            try {
                Files.writeString(file, passwordLine(store.user(), password));
                host.copyIn(container, file, passwordPath, uid);
                brought.add(passwordPath);
            } finally {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private int uid() {
        try {
            Executed answer = host.execute(container, List.of("id", "-u"), Map.of(), QUICK);
            return answer.exitCode() == 0 ? Integer.parseInt(answer.output().strip()) : 0;
        } catch (OutsideException | NumberFormatException noSuchCommand) {
            return 0;
        }
    }

    @Override
    Executed run(List<String> command, String applicationName) {
        return host.execute(container, command, environment(applicationName), PostgresServer.LONG);
    }

    @Override
    Executed runToFile(List<String> command, String applicationName, Path output) {
        return host.executeToFile(container, command, environment(applicationName), output, PostgresServer.LONG);
    }

    private Map<String, String> environment(String applicationName) {
        Map<String, String> environment = new LinkedHashMap<>();
        environment.put("LC_ALL", "C");
        environment.put("PGAPPNAME", applicationName);
        environment.put("PGCONNECT_TIMEOUT", "10");
        environment.put("PGOPTIONS", OPTIONS);
        if (passwordPath != null) {
            environment.put("PGPASSFILE", passwordPath);
        }
        return environment;
    }

    @Override
    String bring(Path file) {
        String target = traces + ".dump";
        brought.add(target);
        host.copyIn(container, file, target, uid);
        return target;
    }

    @Override
    String bringFolder(Path folder) {
        String target = traces + ".folder";
        brought.add(target);
        execute(List.of("rm", "-rf", "--", target));
        execute(List.of("mkdir", "--", target));
        try (Stream<Path> files = Files.list(folder)) {
            for (Path file : files.sorted().toList()) {
                host.copyIn(container, file, target + "/" + file.getFileName(), uid);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return target;
    }

    private void execute(List<String> command) {
        Executed executed = host.execute(container, command, Map.of(), QUICK);
        if (executed.exitCode() != 0) {
            throw new OutsideException("'" + command.get(0) + "' failed in container '" + container + "': "
                    + executed.errors().strip());
        }
    }

    @Override
    List<String> connection() {
        return List.of("-h", address, "-p", String.valueOf(port), "-U", store.user(), "--no-password");
    }

    @Override
    OptionalLong freeBytes(String directory) {
        try {
            Executed answer = host.execute(container, List.of("df", "-Pk", directory), Map.of(), QUICK);
            String[] lines = answer.output().strip().split("\n");
            String[] fields = lines[lines.length - 1].trim().split("\\s+");
            return answer.exitCode() == 0 && fields.length >= 4
                    ? OptionalLong.of(Long.parseLong(fields[3]) * 1024)
                    : OptionalLong.empty();
        } catch (OutsideException | NumberFormatException cannotTell) {
            return OptionalLong.empty();
        }
    }

    @Override
    String place() {
        return "in container '" + container + "'";
    }

    @Override
    public void close() {
        if (brought.isEmpty()) {
            return;
        }
        List<String> command = new ArrayList<>(List.of("rm", "-rf", "--"));
        command.addAll(brought);
        host.execute(container, command, Map.of(), QUICK);
    }
}
