package dev.sternway.database;

import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.springframework.util.FileSystemUtils;

/** The files and the server process of the embedded PostgreSQL: made once, started, found again, stopped. */
final class Cluster {

    /** The owner of the cluster; its password is in a file that only the owner of the data directory reads. */
    static final String USER = "sternway";

    private static final int START_SECONDS = 60;

    private final Path home;
    private final Path data;
    private final Path passwordFile;
    private final Binaries binaries;

    /** @param home the directory of programs, password, log and data */
    Cluster(Path home) {
        this.home = home;
        this.data = home.resolve("data");
        this.passwordFile = home.resolve("password");
        this.binaries = Binaries.in(home);
    }

    Path data() {
        return data;
    }

    /** Makes the files of a new cluster unless they are there; a crash in between leaves nothing half made. */
    void create() {
        try {
            if (Files.isDirectory(data)) {
                requireOwnVersion();
                return;
            }
            writePassword();
            Path fresh = home.resolve("data.new");
            FileSystemUtils.deleteRecursively(fresh);
            Files.createDirectory(
                    fresh, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
            run(List.of(
                    binaries.program("initdb"),
                    "--pgdata=" + fresh,
                    "--username=" + USER,
                    "--pwfile=" + passwordFile,
                    "--auth=scram-sha-256",
                    "--encoding=UTF8",
                    "--locale=C",
                    "--locale-provider=builtin",
                    "--builtin-locale=C.UTF-8",
                    "--data-checksums"));
            Files.writeString(
                    fresh.resolve("postgresql.conf"), "\ninclude 'sternway.conf'\n", StandardOpenOption.APPEND);
            Files.move(fresh, data, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            throw new OutsideException("embedded PostgreSQL cannot be set up in '" + home + "': " + e, e);
        }
    }

    /** Starts the server on a free port; it outlives this process. Returns the port. */
    int start(Map<String, String> extraSettings) {
        for (int attempt = 1; ; attempt++) {
            int port = freePort();
            try {
                configure(port, extraSettings);
                run(List.of(
                        binaries.program("pg_ctl"),
                        "start",
                        "--wait",
                        "--silent",
                        "--timeout=" + START_SECONDS,
                        "--log=" + home.resolve("start.log"),
                        "--pgdata=" + data));
                return port;
            } catch (OutsideException e) {
                if (attempt == 3) {
                    throw new OutsideException(
                            e.getMessage() + "\nHINT: the reason is in " + home.resolve("start.log"), e);
                }
            }
        }
    }

    /** Stops the server; sessions are ended, nothing committed is lost. */
    void stop() {
        run(List.of(binaries.program("pg_ctl"), "stop", "--mode=fast", "--wait", "--timeout=60", "--pgdata=" + data));
    }

    /** The server that runs on these files now; a file that a dead one left behind is cleared away. */
    Optional<Running> running() {
        Path file = data.resolve("postmaster.pid");
        try {
            if (!Files.exists(file)) {
                return Optional.empty();
            }
            List<String> lines = Files.readAllLines(file);
            long pid = Long.parseLong(lines.get(0).trim());
            if (!servesThisData(pid)) {
                Files.deleteIfExists(file);
                return Optional.empty();
            }
            return Optional.of(new Running(
                    pid, lines.size() > 3 ? Integer.parseInt(lines.get(3).trim()) : 0));
        } catch (IOException | NumberFormatException | IndexOutOfBoundsException e) {
            throw new OutsideException("'" + file + "' cannot be read: " + e, e);
        }
    }

    String password() {
        try {
            return Files.readString(passwordFile).trim();
        } catch (IOException e) {
            throw new OutsideException(
                    "password of the embedded PostgreSQL is missing: '" + passwordFile
                            + "'\nHINT: put the file back from a copy of the data directory.",
                    e);
        }
    }

    /** A process number may be another program's by now: the server's working directory tells. */
    private boolean servesThisData(long pid) {
        Path workingDirectory = Path.of("/proc", Long.toString(pid), "cwd");
        try {
            return Files.isSameFile(workingDirectory, data);
        } catch (IOException gone) {
            return false;
        }
    }

    private void requireOwnVersion() throws IOException {
        String version = Files.readString(data.resolve("PG_VERSION")).trim();
        if (!version.equals(binaries.major())) {
            throw new OutsideException("'" + data + "' was written by PostgreSQL " + version + ", this is "
                    + binaries.major() + "\nHINT: start the Sternway that wrote it, take a dump, and load it here.");
        }
    }

    private void writePassword() throws IOException {
        byte[] random = new byte[24];
        new SecureRandom().nextBytes(random);
        Files.deleteIfExists(passwordFile);
        Files.createFile(
                passwordFile, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(passwordFile, HexFormat.of().formatHex(random) + "\n");
    }

    private void configure(int port, Map<String, String> extraSettings) {
        Map<String, String> settings = new TreeMap<>(Map.of(
                "listen_addresses", "127.0.0.1",
                "port", Integer.toString(port),
                "unix_socket_directories", "",
                "max_connections", "100",
                "timezone", "UTC",
                "log_timezone", "UTC",
                // A statement whose Sternway was killed must not go on holding its locks.
                "client_connection_check_interval", "1s"));
        settings.putAll(Map.of(
                "logging_collector", "on",
                "log_directory", "log",
                "log_filename", "postgresql-%a.log",
                "log_truncate_on_rotation", "on",
                "log_rotation_size", "0"));
        settings.putAll(extraSettings);
        StringBuilder text = new StringBuilder("# Written at every start.\n");
        settings.forEach((name, value) -> text.append(name)
                .append(" = '")
                .append(value.replace("'", "''"))
                .append("'\n"));
        try {
            Files.writeString(data.resolve("sternway.conf"), text);
        } catch (IOException e) {
            throw new OutsideException("settings of the embedded PostgreSQL cannot be written: " + e, e);
        }
    }

    private static int freePort() {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new OutsideException("no free port on 127.0.0.1", e);
        }
    }

    /** Output goes to a file: a server that outlives its starter would hold a pipe open for ever. */
    private void run(List<String> program) {
        String name = Path.of(program.get(0)).getFileName().toString();
        try {
            Path output = Files.createTempFile("sternway-" + name, ".log");
            try {
                List<String> command = new ArrayList<>(Unprivileged.prefix(home));
                command.addAll(program);
                ProcessBuilder builder = new ProcessBuilder(command)
                        .directory(home.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(output.toFile());
                builder.environment().keySet().removeIf(variable -> variable.startsWith("PG"));
                builder.environment().put("LC_ALL", "C");
                Process process = builder.start();
                process.getOutputStream().close();
                if (!process.waitFor(START_SECONDS + 60L, TimeUnit.SECONDS)) {
                    process.destroyForcibly();
                    throw new OutsideException(name + " of the embedded PostgreSQL does not end");
                }
                if (process.exitValue() != 0) {
                    throw new OutsideException(name + " of the embedded PostgreSQL failed (" + process.exitValue()
                            + "): " + Files.readString(output).trim());
                }
            } finally {
                Files.deleteIfExists(output);
            }
        } catch (IOException e) {
            throw new OutsideException(name + " of the embedded PostgreSQL cannot be run: " + e, e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new OutsideException(name + " of the embedded PostgreSQL was interrupted", e);
        }
    }

    /** A server found on the files; the port is 0 while it has not opened one. */
    record Running(long pid, int port) {}
}
