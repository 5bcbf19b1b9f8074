package dev.sternway.sandbox;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.CreateContainerCmd;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.api.exception.NotModifiedException;
import com.github.dockerjava.api.model.AccessMode;
import com.github.dockerjava.api.model.Bind;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import com.github.dockerjava.api.model.LogConfig;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports.Binding;
import com.github.dockerjava.api.model.RestartPolicy;
import com.github.dockerjava.api.model.Volume;
import dev.sternway.sandbox.image.ShopImages;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;

/**
 * The shop's containers, made as a compose file would make them: a deployment removes a container, creates it anew
 * and gives it the volumes of the one before.
 */
public final class Shop {
    private static final Volume SECRETS = new Volume("/run/secrets");
    private static final Volume SPOOL = new Volume("/var/spool/shop");
    private static final long MEGABYTE = 1024L * 1024;

    private final DockerClient docker;
    private final Names names;
    private final Ports ports;
    private final ShopImages images;
    private final Path content;

    /** @param content host directory that the front reads its banner from */
    Shop(DockerClient docker, Names names, Ports ports, ShopImages images, Path content) {
        this.docker = docker;
        this.names = names;
        this.ports = ports;
        this.images = images;
        this.content = content;
    }

    /** Makes network, volumes and the database with its passwords. */
    void startDatabase(SecretFiles secrets) throws IOException {
        docker.createNetworkCmd()
                .withName(names.network())
                .withLabels(labels())
                .withCheckDuplicate(true)
                .exec();
        for (String volume : List.of(names.dataVolume(), names.secretsVolume())) {
            docker.createVolumeCmd().withName(volume).withLabels(labels()).exec();
        }
        String id = container(names.database(), images.database(), "shop-db", "db", 5432)
                .withHostConfig(host(ports.database(), 5432, 512)
                        .withBinds(
                                new Bind(names.dataVolume(), new Volume("/var/lib/postgresql/data")),
                                new Bind(names.secretsVolume(), SECRETS))
                        .withShmSize(128 * MEGABYTE)
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart()))
                .exec()
                .getId();
        copySecrets(id, secrets);
        docker.startContainerCmd(id).exec();
        awaitHealthyDatabase(id);
    }

    /** Deploys 1.4.0: no express checkout is known to it. */
    public void deployGood() {
        deploy(images.goodApi(), images.goodWeb(), List.of());
        awaitVersion("1.4.0");
    }

    /** Deploys 1.5.0 with its new feature switched on: the upgrade that fails. */
    public void deployBad() {
        deployBad(true);
    }

    /** Deploys 1.5.0 with its new feature on or off. */
    public void deployBad(boolean expressCheckout) {
        deploy(images.badApi(), images.badWeb(), List.of("EXPRESS_CHECKOUT=" + expressCheckout));
        awaitVersion("1.5.0");
    }

    /** Deploys any two images without the switch of the new feature, and waits until both are healthy. */
    public void deploy(String apiImage, String webImage) {
        deploy(apiImage, webImage, List.of());
        awaitAnswer("is healthy", health -> true);
    }

    private void deploy(String apiImage, String webImage, List<String> more) {
        replace(names.api(), api(apiImage, more));
        replace(names.web(), web(webImage));
    }

    private CreateContainerCmd api(String image, List<String> more) {
        List<String> environment = new ArrayList<>(List.of(
                "DATABASE_URL=jdbc:postgresql://shop-db:5432/shop",
                "DATABASE_USER=shop",
                "DATABASE_PASSWORD_FILE=/run/secrets/shop",
                "SHOP_CURRENCY=EUR",
                "SHOP_REGION=north"));
        environment.addAll(more);
        List<Bind> binds = new ArrayList<>(List.of(new Bind(names.secretsVolume(), SECRETS, AccessMode.ro)));
        spoolOf(names.api()).ifPresent(volume -> binds.add(new Bind(volume, SPOOL)));
        return container(names.api(), image, "shop-api", "api", 8080)
                .withEnv(environment)
                .withStopSignal("SIGINT")
                .withStopTimeout(5)
                .withHealthcheck(health())
                .withHostConfig(host(ports.api(), 8080, 256)
                        .withBinds(binds)
                        .withLogConfig(new LogConfig(LogConfig.LoggingType.JSON_FILE, Map.of("max-size", "5m")))
                        .withRestartPolicy(RestartPolicy.onFailureRestart(3)));
    }

    private CreateContainerCmd web(String image) {
        return container(names.web(), image, "shop-web", "www", 8080)
                .withEnv("API_URL=http://shop-api:8080", "SHOP_THEME=harbour")
                .withHealthcheck(health())
                .withHostConfig(host(ports.web(), 8080, 192)
                        .withBinds(new Bind(content.toString(), new Volume("/srv/content"), AccessMode.ro))
                        .withRestartPolicy(RestartPolicy.unlessStoppedRestart()));
    }

    private CreateContainerCmd container(String name, String image, String alias, String secondAlias, int port) {
        return docker.createContainerCmd(image)
                .withName(name)
                .withLabels(Map.of(
                        Names.LABEL, names.instance(), "example.shop.team", "harbour", "example.shop.tier", alias))
                .withExposedPorts(ExposedPort.tcp(port))
                .withAliases(alias, secondAlias);
    }

    private HostConfig host(int published, int port, int megabytes) {
        return HostConfig.newHostConfig()
                .withNetworkMode(names.network())
                .withPortBindings(new PortBinding(Binding.bindIpAndPort("127.0.0.1", published), ExposedPort.tcp(port)))
                .withMemory(megabytes * MEGABYTE);
    }

    private static HealthCheck health() {
        return new HealthCheck()
                .withTest(List.of("CMD", "wget", "-q", "-O", "/dev/null", "http://127.0.0.1:8080/health"))
                .withInterval(Duration.ofSeconds(2).toNanos())
                .withTimeout(Duration.ofSeconds(2).toNanos())
                .withRetries(3);
    }

    private Map<String, String> labels() {
        return Map.of(Names.LABEL, names.instance());
    }

    /** The anonymous volume of a container that is about to be replaced; compose keeps it in the same way. */
    private Optional<String> spoolOf(String container) {
        try {
            return docker.inspectContainerCmd(container).exec().getMounts().stream()
                    .filter(mount -> SPOOL.equals(mount.getDestination()))
                    .map(InspectContainerResponse.Mount::getName)
                    .findFirst();
        } catch (NotFoundException e) {
            return Optional.empty();
        }
    }

    private void replace(String name, CreateContainerCmd create) {
        try {
            docker.stopContainerCmd(name).withTimeout(5).exec();
        } catch (NotFoundException | NotModifiedException e) {
            // There is none, or it is stopped.
        }
        try {
            docker.removeContainerCmd(name).exec();
        } catch (NotFoundException e) {
            // There is none.
        }
        docker.startContainerCmd(create.exec().getId()).exec();
    }

    /** Into the volume of a container that does not run yet: no secret is in its settings. */
    private void copySecrets(String container, SecretFiles secrets) throws IOException {
        ByteArrayOutputStream archive = new ByteArrayOutputStream();
        try (TarArchiveOutputStream tar = new TarArchiveOutputStream(archive)) {
            for (var secret : Map.of("shop", secrets.shop(), "sternway", secrets.sternway())
                    .entrySet()) {
                byte[] bytes = Files.readAllBytes(secret.getValue());
                TarArchiveEntry entry = new TarArchiveEntry(secret.getKey());
                entry.setSize(bytes.length);
                entry.setMode(0444);
                tar.putArchiveEntry(entry);
                tar.write(bytes);
                tar.closeArchiveEntry();
            }
        }
        docker.copyArchiveToContainerCmd(container)
                .withTarInputStream(new ByteArrayInputStream(archive.toByteArray()))
                .withRemotePath(SECRETS.getPath())
                .exec();
    }

    private void awaitHealthyDatabase(String id) {
        Waiting.until("the shop's database is healthy", Duration.ofSeconds(60), () -> {
            var state = docker.inspectContainerCmd(id).exec().getState();
            if (!Boolean.TRUE.equals(state.getRunning())) {
                throw new IllegalStateException(
                        "the shop's database ended: see 'docker logs " + names.database() + "'");
            }
            return state.getHealth() != null
                    && "healthy".equals(state.getHealth().getStatus());
        });
    }

    /** Waits until front and API both answer healthy with the version. */
    void awaitVersion(String version) {
        awaitAnswer(
                "answers version " + version,
                health -> health.json().path("version").asText().equals(version));
    }

    private void awaitAnswer(String what, Predicate<Http.Answer> wanted) {
        for (int port : List.of(ports.api(), ports.web())) {
            URI health = URI.create("http://127.0.0.1:" + port + "/health");
            Waiting.until("'" + health + "' " + what, Duration.ofSeconds(60), () -> {
                Http.Answer answer = Http.get(health);
                return answer.status() == 200 && wanted.test(answer);
            });
        }
    }

    /** Sternway keeps the images that it may go back to; those of the shop are let go with the shop. */
    private static void removeHolds(DockerClient docker) {
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(List.of("dev.sternway.keep", ShopImages.LABEL))
                .exec()
                .forEach(hold ->
                        quietly(() -> docker.removeContainerCmd(hold.getId()).exec()));
        docker.listImagesCmd().withLabelFilter(ShopImages.LABEL).exec().stream()
                .filter(image -> image.getRepoTags() != null)
                .flatMap(image -> Stream.of(image.getRepoTags()))
                .filter(tag -> tag.startsWith("sternway/keep:"))
                .forEach(tag -> quietly(
                        () -> docker.removeImageCmd(tag).withNoPrune(true).exec()));
    }

    /** Removes everything that carries the label of this instance, with the volumes that its containers used. */
    static void removeAll(DockerClient docker, Names names) {
        Map<String, String> label = Map.of(Names.LABEL, names.instance());
        List<String> volumes = new ArrayList<>();
        docker.listContainersCmd()
                .withShowAll(true)
                .withLabelFilter(label)
                .exec()
                .forEach(container -> {
                    container.getMounts().forEach(mount -> {
                        if (mount.getName() != null) {
                            volumes.add(mount.getName());
                        }
                    });
                    quietly(() -> docker.removeContainerCmd(container.getId())
                            .withForce(true)
                            .withRemoveVolumes(true)
                            .exec());
                });
        removeHolds(docker);
        Stream<String> named = docker
                .listVolumesCmd()
                .withFilter("label", List.of(Names.LABEL + "=" + names.instance()))
                .exec()
                .getVolumes()
                .stream()
                .map(volume -> volume.getName());
        Stream.concat(volumes.stream(), named)
                .distinct()
                .forEach(volume -> quietly(() -> docker.removeVolumeCmd(volume).exec()));
        docker.listNetworksCmd().withFilter("label", List.of(Names.LABEL + "=" + names.instance())).exec().stream()
                .filter(network -> names.network().equals(network.getName()))
                .forEach(network ->
                        quietly(() -> docker.removeNetworkCmd(network.getId()).exec()));
    }

    private static void quietly(Runnable removal) {
        try {
            removal.run();
        } catch (NotFoundException e) {
            // Gone already.
        }
    }

    /** The names of the shop's containers, in the order in which they need each other. */
    public List<String> containers() {
        return Arrays.asList(names.database(), names.api(), names.web());
    }
}
