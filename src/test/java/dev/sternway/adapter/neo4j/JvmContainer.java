package dev.sternway.adapter.neo4j;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.port.ContainerHost;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A host whose one container is a real Neo4j server in a JVM of its own, with its real tool. */
final class JvmContainer implements ContainerHost {
    private static final Path JARS = Path.of("target/neo4j").toAbsolutePath();

    final String name;
    final Path home;
    final List<String> done = new ArrayList<>();
    private Process process;

    JvmContainer(String name, Path home) {
        this.name = name;
        this.home = home;
    }

    static boolean isPossible() {
        return Files.isDirectory(JARS);
    }

    @Override
    public Optional<Container> find(String nameOrId) {
        return nameOrId.equals(name)
                ? Optional.of(new Container(name, name, "neo4j", "neo4j", isAlive(), 0, null, null, Map.of(), Map.of()))
                : Optional.empty();
    }

    private boolean isAlive() {
        return process != null && process.isAlive();
    }

    @Override
    public void start(String nameOrId) {
        if (isAlive()) {
            return;
        }
        done.add("start");
        process = start(
                "log",
                "-Xmx400m",
                "org.neo4j.server.CommunityEntryPoint",
                "--home-dir=" + home,
                "--config-dir=" + home.resolve("conf"));
    }

    @Override
    public void stop(String nameOrId, Duration grace) {
        if (!isAlive()) {
            return;
        }
        done.add("stop");
        process.destroy();
        await(process, grace);
    }

    void kill() {
        if (isAlive()) {
            process.destroyForcibly();
            await(process, Duration.ofSeconds(10));
        }
    }

    private static void await(Process process, Duration limit) {
        try {
            if (!process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IllegalStateException("it runs on after " + limit);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException(e);
        }
    }

    private Process start(String output, String... words) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                JARS + "/*"));
        for (String opened : List.of("java.nio", "java.io", "sun.nio.ch", "java.lang")) {
            command.add("--add-opens=java.base/" + opened + "=ALL-UNNAMED");
        }
        command.addAll(List.of(words));
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(home.toFile())
                .redirectOutput(new File(home.toFile(), output))
                .redirectError(new File(home.toFile(), output + ".err"));
        builder.environment().put("NEO4J_HOME", home.toString());
        builder.environment().put("NEO4J_CONF", home.resolve("conf").toString());
        try {
            return builder.start();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Executed execute(String nameOrId, List<String> command, Map<String, String> environment, Duration limit) {
        if (!isAlive()) {
            throw new IllegalStateException("container '" + name + "' is not running");
        }
        if (command.get(0).equals("rm")) {
            try {
                Files.deleteIfExists(Path.of(command.get(command.size() - 1)));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return new Executed(0, "", "");
        }
        if (command.get(0).equals("id")) {
            return new Executed(0, "0\n", "");
        }
        return admin(command.subList(1, command.size()).toArray(String[]::new));
    }

    /** The real {@code neo4j-admin}, whose script is one call of this class. */
    Executed admin(String... words) {
        List<String> command = new ArrayList<>(List.of("-Xmx300m", "org.neo4j.cli.AdminTool"));
        command.addAll(List.of(words));
        done.add(String.join(" ", words));
        Process tool = start("tool", command.toArray(String[]::new));
        await(tool, Duration.ofMinutes(1));
        try {
            return new Executed(
                    tool.exitValue(),
                    new String(Files.readAllBytes(home.resolve("tool")), java.nio.charset.StandardCharsets.ISO_8859_1),
                    Files.readString(home.resolve("tool.err")));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public Executed executeToFile(
            String nameOrId, List<String> command, Map<String, String> environment, Path output, Duration limit) {
        Executed executed = execute(nameOrId, command, environment, limit);
        try {
            Files.copy(home.resolve("tool"), output, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Executed(executed.exitCode(), "", executed.errors());
    }

    @Override
    public void copyIn(String nameOrId, Path file, String targetPath, int ownerUid) {
        try {
            Files.copy(file, Path.of(targetPath), StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public List<String> logs(String nameOrId, int lines) {
        return List.of();
    }

    @Override
    public List<Container> findByLabel(String label, String value) {
        throw new UnsupportedOperationException();
    }

    @Override
    public boolean hasImage(String imageId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void keepImage(String imageId, String keeper) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Set<String> keptImages(String keeper) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void letImageGo(String imageId, String keeper) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Optional<String> repositoryDigest(String imageId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public JsonNode specification(String nameOrId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public String create(
            String created,
            String imageId,
            JsonNode specification,
            Map<String, String> environment,
            Map<String, String> labels) {
        throw new UnsupportedOperationException();
    }

    @Override
    public List<String> differences(JsonNode wanted, JsonNode seen) {
        throw new UnsupportedOperationException();
    }

    @Override
    public Map<String, String> volumes(JsonNode specification) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void rename(String nameOrId, String newName) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void neverRestart(String nameOrId) {
        throw new UnsupportedOperationException();
    }

    @Override
    public void remove(String nameOrId) {
        throw new UnsupportedOperationException();
    }
}
