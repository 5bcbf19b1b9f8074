package dev.sternway.sandbox.demo;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Sternway as a process of its own, as {@code ./sternway serve} starts it. */
public final class RunningSternway implements AutoCloseable {
    private static final Duration STARTS_WITHIN = Duration.ofSeconds(120);

    private final Process process;
    private final int port;
    private final Path log;

    private RunningSternway(Process process, int port, Path log) {
        this.process = process;
        this.port = port;
        this.log = log;
    }

    /**
     * Starts it and waits until it is healthy.
     *
     * @throws IllegalStateException when it ends or is not healthy in time, with the end of its log
     */
    public static RunningSternway start(Program program, int port, Path data, Path config, Path log) {
        List<String> command = program.command(
                javaOptions(),
                List.of(
                        "serve",
                        "--port",
                        Integer.toString(port),
                        "--data",
                        data.toString(),
                        "--config",
                        config.toString()));
        try {
            Files.createDirectories(log.getParent());
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
                    .start();
            RunningSternway sternway = new RunningSternway(process, port, log);
            sternway.awaitHealthy();
            return sternway;
        } catch (IOException e) {
            throw new IllegalStateException("Sternway cannot be started", e);
        }
    }

    /** The launcher's, {@code STERNWAY_JAVA_OPTS} among them. */
    private static List<String> javaOptions() {
        List<String> options = new ArrayList<>(
                List.of("-XX:+ExitOnOutOfMemoryError", "-XX:TieredStopAtLevel=1", "-Duser.timezone=UTC"));
        String more = System.getenv("STERNWAY_JAVA_OPTS");
        if (more != null && !more.isBlank()) {
            options.addAll(List.of(more.trim().split("\\s+")));
        }
        return options;
    }

    private void awaitHealthy() {
        HttpClient http =
                HttpClient.newBuilder().connectTimeout(Duration.ofSeconds(2)).build();
        HttpRequest request = HttpRequest.newBuilder(address().resolve("/actuator/health/readiness"))
                .timeout(Duration.ofSeconds(2))
                .build();
        Pause.until("Sternway is healthy", STARTS_WITHIN, () -> {
            if (!process.isAlive()) {
                throw new IllegalStateException(
                        "Sternway ended with exit code " + process.exitValue() + ":\n" + tail());
            }
            try {
                return http.send(request, HttpResponse.BodyHandlers.discarding())
                                .statusCode()
                        == 200;
            } catch (IOException notYet) {
                return false;
            }
        });
    }

    private String tail() {
        try {
            List<String> lines = Files.readAllLines(log);
            return String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
        } catch (IOException e) {
            return "its log '" + log + "' cannot be read";
        }
    }

    public URI address() {
        return URI.create("http://127.0.0.1:" + port);
    }

    public long pid() {
        return process.pid();
    }

    public Path log() {
        return log;
    }

    /** {@code kill -9}: no shutdown, no goodbye. */
    public void kill() {
        process.destroyForcibly();
        awaitEnd(Duration.ofSeconds(10));
    }

    private boolean awaitEnd(Duration limit) {
        try {
            return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    @Override
    public void close() {
        process.destroy();
        if (!awaitEnd(Duration.ofSeconds(40))) {
            kill();
        }
    }
}
