package dev.sternway.sandbox.bench;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.model.Container;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import dev.sternway.sandbox.Ports;
import dev.sternway.sandbox.image.FleetImage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Small managed systems on real containers, each a server that tells whether its one feature is on, and the catalogue
 * that describes them.
 */
final class Fleet implements AutoCloseable {
    private static final String LABEL = "sternway.bench";
    private static final String SERVE =
            "mkdir -p /tmp/www && echo \"{\\\"feature\\\":\\\"$FEATURE\\\"}\" > /tmp/www/features"
                    + " && exec /bin/httpd -f -p 8080 -h /tmp/www";

    private final DockerClient docker;
    private final String image;
    private final List<String> systems = new ArrayList<>();
    private final List<Integer> ports = new ArrayList<>();

    Fleet(DockerClient docker, int size) {
        this.docker = docker;
        this.image = FleetImage.build(docker);
        for (int i = 1; i <= size; i++) {
            systems.add("bench-%02d".formatted(i));
            ports.add(Ports.free());
        }
    }

    List<String> systems() {
        return List.copyOf(systems);
    }

    /** Every system as it is before an incident: its feature is on. */
    void reset() {
        removeAll();
        for (int i = 0; i < systems.size(); i++) {
            String id = docker.createContainerCmd(image)
                    .withName(systems.get(i))
                    .withLabels(Map.of(LABEL, "fleet"))
                    .withCmd("/bin/sh", "-c", SERVE)
                    .withEnv("FEATURE=on")
                    // The server is process 1 and would not hear a gentler one.
                    .withStopSignal("SIGKILL")
                    .withExposedPorts(ExposedPort.tcp(8080))
                    .withHostConfig(HostConfig.newHostConfig()
                            .withPortBindings(new PortBinding(
                                    Binding.bindIpAndPort("127.0.0.1", ports.get(i)), ExposedPort.tcp(8080))))
                    .exec()
                    .getId();
            docker.startContainerCmd(id).exec();
        }
    }

    /** Writes {@code systems/*.yaml} below the configuration directory. */
    void describe(Path configuration) throws IOException {
        Path directory = Files.createDirectories(configuration.resolve("systems"));
        for (int i = 0; i < systems.size(); i++) {
            String id = systems.get(i);
            Files.writeString(directory.resolve(id + ".yaml"), """
                    # Written by the benchmark; its windows are shortened, but longer than a storm.
                    title: Bench system %1$s
                    alerts: {label: system, value: %1$s}
                    services:
                      - id: app
                        container: %1$s
                        ready: {http: "http://127.0.0.1:%2$d/features", within: 20s, consecutive: 1}
                    toggles:
                      - id: feature
                        title: The feature
                        service: app
                        environment: FEATURE
                        off: "off"
                        behaviour:
                          - url: http://127.0.0.1:%2$d/features
                            expect: {/feature: "off"}
                    checks:
                      - id: answers
                        title: It answers
                        part: SERVICES_HEALTHY
                        http: {url: "http://127.0.0.1:%2$d/features"}
                    windows:
                      measure: 5s
                      stabilityToggle: 25s
                      beforeClose: 1s
                      afterClose: 1s
                    """.formatted(id, ports.get(i)));
        }
    }

    private void removeAll() {
        for (Container each : docker.listContainersCmd().withShowAll(true).exec()) {
            if (isOurs(each)) {
                try {
                    docker.removeContainerCmd(each.getId()).withForce(true).exec();
                } catch (NotFoundException gone) {
                    // that is what was wanted
                }
            }
        }
    }

    /** Also the containers that a rollback put aside: they carry the labels of the one they replaced. */
    private static boolean isOurs(Container container) {
        return container.getLabels() != null
                && "fleet".equals(container.getLabels().get(LABEL));
    }

    @Override
    public void close() {
        removeAll();
    }
}
