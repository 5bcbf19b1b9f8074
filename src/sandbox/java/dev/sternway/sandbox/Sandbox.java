package dev.sternway.sandbox;

import com.github.dockerjava.api.DockerClient;
import dev.sternway.sandbox.image.ShopImages;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Comparator;
import java.util.stream.Stream;

/**
 * One running sandbox: the shop on containers, its monitoring, its traffic, and the catalogue that describes it.
 *
 * <p>{@link #start} leaves the database running and everything else ready: nothing is deployed yet. {@link #close}
 * removes what this sandbox made and nothing else; what a crashed one with the same name left is removed by the next
 * start. Images stay, as a cache.
 */
public final class Sandbox implements AutoCloseable {
    private static final int REQUESTS_PER_SECOND = 40;

    private final Path directory;
    private final int sternwayPort;
    private final DockerClient docker;
    private final Names names;
    private final Ports ports;
    private final SecretFiles secrets;
    private final Shop shop;
    private final ShopImages images;
    private Monitoring monitoring;
    private LoadGenerator load;

    private Sandbox(Path directory, int sternwayPort, DockerClient docker, Names names, ShopImages images)
            throws IOException {
        this.directory = directory;
        this.sternwayPort = sternwayPort;
        this.docker = docker;
        this.names = names;
        this.images = images;
        this.ports = Ports.choose();
        this.secrets = SecretFiles.create(directory.resolve("config/secrets"));
        this.shop = new Shop(docker, names, ports, images, content());
    }

    /** Starts the demo's sandbox; see {@link #start(Path, int, String)}. */
    public static Sandbox start(Path directory, int sternwayPort) {
        return start(directory, sternwayPort, "");
    }

    /**
     * Removes what an earlier sandbox of the same name left, builds the images that are missing, writes the catalogue
     * and starts the shop's database.
     *
     * @param directory for configuration, secrets, monitoring data and logs; its earlier content is removed
     * @param sternwayPort where Sternway listens on 127.0.0.1, for Alertmanager
     * @param prefix of every name, so that several sandboxes live on one engine, for example {@code t1-}
     */
    public static Sandbox start(Path directory, int sternwayPort, String prefix) {
        Names names = new Names(prefix);
        Path home = directory.toAbsolutePath().normalize();
        DockerClient docker = DockerEngine.connect();
        try {
            HostProcess.endLeftOver(home.resolve("monitoring"));
            Shop.removeAll(docker, names);
            for (String part : new String[] {"config", "monitoring", "content"}) {
                removeDirectory(home.resolve(part));
            }
            Files.createDirectories(home);
            Sandbox sandbox = new Sandbox(home, sternwayPort, docker, names, ShopImages.build(docker));
            new ShopCatalogue(names, sandbox.ports, sandbox.secrets).write(sandbox.configuration());
            sandbox.writeSettings();
            sandbox.shop.startDatabase(sandbox.secrets);
            return sandbox;
        } catch (IOException e) {
            Shop.removeAll(docker, names);
            throw new UncheckedIOException(e);
        } catch (RuntimeException e) {
            Shop.removeAll(docker, names);
            throw e;
        }
    }

    /** Sternway's own settings for this sandbox: where the token is that opens its webhook. */
    private void writeSettings() throws IOException {
        Files.writeString(configuration().resolve("application.yaml"), """
                # Written by the sandbox: only what differs from Sternway's defaults.
                sternway:
                  alerts:
                    # The stories break the same shop again and again, also after a person has ended an incident.
                    quiet-after-fix-forward: 0s
                    senders:
                      alertmanager:
                        bearer: file:%s
                """.formatted(alertmanagerToken()));
    }

    private Path content() throws IOException {
        Path content = Files.createDirectories(directory.resolve("content"));
        // The front reads it as another user, whatever this process' mask is.
        Files.setPosixFilePermissions(content, PosixFilePermissions.fromString("rwxr-xr-x"));
        Path banner = Files.writeString(content.resolve("banner.txt"), "Autumn sale until Sunday");
        Files.setPosixFilePermissions(banner, PosixFilePermissions.fromString("rw-r--r--"));
        return content;
    }

    /** Deploys 1.4.0 and waits until it is healthy. */
    public void deployGood() {
        shop.deployGood();
    }

    /** Deploys 1.5.0, the upgrade that fails, and waits until it says that it is healthy. */
    public void deployBad() {
        shop.deployBad();
    }

    /** Starts Prometheus and Alertmanager; harmless when they run. */
    public void startMonitoring() {
        if (monitoring == null) {
            try {
                monitoring = Monitoring.start(
                        directory.resolve("monitoring"), ports, sternwayPort, secrets.alertmanagerToken());
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** Starts the traffic, or gives the one that runs. */
    public LoadGenerator startLoad() {
        if (load == null) {
            load = new LoadGenerator(web(), REQUESTS_PER_SECOND);
        }
        return load;
    }

    /** Stops the traffic; {@link #startLoad} starts it anew. */
    public void stopLoad() {
        if (load != null) {
            load.close();
            load = null;
        }
    }

    public Oracle oracle() {
        return new Oracle(docker, names, ports, secrets);
    }

    public Shop shop() {
        return shop;
    }

    public Names names() {
        return names;
    }

    public Ports ports() {
        return ports;
    }

    public ShopImages images() {
        return images;
    }

    /** The id of the catalogue's system. */
    public String system() {
        return ShopCatalogue.SYSTEM;
    }

    /**
     * What Sternway gets as {@code --config}: {@code application.yaml} with the webhook's token, the catalogue in
     * {@code systems/}, secrets in {@code secrets/}.
     */
    public Path configuration() {
        return directory.resolve("config");
    }

    /** The file with the bearer token that Alertmanager shows. */
    public Path alertmanagerToken() {
        return secrets.alertmanagerToken();
    }

    public SecretFiles secrets() {
        return secrets;
    }

    public URI web() {
        return URI.create("http://127.0.0.1:" + ports.web());
    }

    public URI api() {
        return URI.create("http://127.0.0.1:" + ports.api());
    }

    public URI prometheus() {
        return URI.create("http://127.0.0.1:" + ports.prometheus());
    }

    public URI alertmanager() {
        return URI.create("http://127.0.0.1:" + ports.alertmanager());
    }

    /** The engine that the shop runs on. */
    public DockerClient docker() {
        return docker;
    }

    @Override
    public void close() {
        stopLoad();
        if (monitoring != null) {
            monitoring.close();
            monitoring = null;
        }
        Shop.removeAll(docker, names);
        try {
            docker.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void removeDirectory(Path directory) throws IOException {
        if (!Files.exists(directory)) {
            return;
        }
        try (Stream<Path> found = Files.walk(directory)) {
            for (Path file : found.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(file);
            }
        }
    }
}
