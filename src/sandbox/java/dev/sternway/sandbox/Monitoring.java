package dev.sternway.sandbox;

import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** A real Prometheus and a real Alertmanager that watch the shop and tell Sternway. */
public final class Monitoring implements AutoCloseable {
    private final HostProcess prometheus;
    private final HostProcess alertmanager;

    private Monitoring(HostProcess prometheus, HostProcess alertmanager) {
        this.prometheus = prometheus;
        this.alertmanager = alertmanager;
    }

    /**
     * Starts both and waits until they are ready.
     *
     * @param directory for settings, data and logs
     * @param token file with the token that the webhook asks for
     */
    static Monitoring start(Path directory, Ports ports, int sternwayPort, Path token) throws IOException {
        Files.createDirectories(directory);
        Path rules = directory.resolve("rules.yml");
        Map<String, String> values = Map.of(
                "rules", rules.toString(),
                "webPort", String.valueOf(ports.web()),
                "apiPort", String.valueOf(ports.api()),
                "alertmanagerPort", String.valueOf(ports.alertmanager()),
                "sternwayPort", String.valueOf(sternwayPort),
                "tokenFile", token.toString());
        write("rules.yml", directory, Map.of());
        Path prometheusSettings = write("prometheus.yml", directory, values);
        Path alertmanagerSettings = write("alertmanager.yml", directory, values);
        HostProcess alertmanager = HostProcess.start(
                "alertmanager",
                List.of(
                        program("prometheus-alertmanager", "alertmanager"),
                        "--config.file=" + alertmanagerSettings,
                        "--storage.path=" + directory.resolve("alertmanager"),
                        "--web.listen-address=127.0.0.1:" + ports.alertmanager(),
                        "--cluster.listen-address="),
                directory);
        HostProcess prometheus = HostProcess.start(
                "prometheus",
                List.of(
                        program("prometheus"),
                        "--config.file=" + prometheusSettings,
                        "--storage.tsdb.path=" + directory.resolve("prometheus"),
                        "--storage.tsdb.retention.time=1d",
                        "--web.listen-address=127.0.0.1:" + ports.prometheus()),
                directory);
        Monitoring monitoring = new Monitoring(prometheus, alertmanager);
        try {
            monitoring.awaitReady("Alertmanager", alertmanager, ports.alertmanager(), directory);
            monitoring.awaitReady("Prometheus", prometheus, ports.prometheus(), directory);
        } catch (RuntimeException e) {
            monitoring.close();
            throw e;
        }
        return monitoring;
    }

    /** The first name that is on the path: Debian calls the Alertmanager otherwise than its makers. */
    private static String program(String... names) {
        List<String> path =
                List.of(System.getenv().getOrDefault("PATH", "/usr/bin").split(File.pathSeparator));
        return Stream.of(names)
                .filter(name -> path.stream().anyMatch(folder -> Files.isExecutable(Path.of(folder, name))))
                .findFirst()
                .orElseThrow(
                        () -> new IllegalStateException("no '" + names[0] + "': run src/sandbox/setup.sh monitoring"));
    }

    private void awaitReady(String title, HostProcess process, int port, Path directory) {
        URI ready = URI.create("http://127.0.0.1:" + port + "/-/ready");
        Waiting.until(title + " is ready", Duration.ofSeconds(30), () -> {
            if (!process.running()) {
                throw new IllegalStateException(title + " ended at once: see the logs in '" + directory + "'");
            }
            return Http.get(ready).status() == 200;
        });
    }

    private static Path write(String name, Path directory, Map<String, String> values) throws IOException {
        try (var in = Monitoring.class.getResourceAsStream(name)) {
            String text = new String(in.readAllBytes(), StandardCharsets.UTF_8);
            for (var value : values.entrySet()) {
                text = text.replace("${" + value.getKey() + "}", value.getValue());
            }
            return Files.writeString(directory.resolve(name), text);
        }
    }

    @Override
    public void close() {
        prometheus.close();
        alertmanager.close();
    }
}
