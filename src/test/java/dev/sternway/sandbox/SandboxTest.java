package dev.sternway.sandbox;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.offset;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.CatalogueLoader;
import dev.sternway.sandbox.image.ShopImages;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The sandbox itself on the real engine: its three depths of harm, each with its own cure, and its alert. */
@Tag("docker")
class SandboxTest {
    private static final String PREFIX = "sandbox-test-";
    private static final BlockingQueue<Delivered> DELIVERED = new LinkedBlockingQueue<>();

    private record Delivered(String path, String authorization, String body) {}

    @TempDir
    static Path directory;

    private static HttpServer receiver;
    private static Sandbox sandbox;

    @BeforeAll
    static void start() throws Exception {
        receiver = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 10);
        receiver.createContext("/", exchange -> {
            DELIVERED.add(new Delivered(
                    exchange.getRequestURI().getPath(),
                    exchange.getRequestHeaders().getFirst("Authorization"),
                    new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8)));
            exchange.sendResponseHeaders(202, -1);
            exchange.close();
        });
        receiver.start();
        sandbox = Sandbox.start(directory, receiver.getAddress().getPort(), PREFIX);
    }

    @BeforeEach
    void restoreByHand() throws Exception {
        try (var connection = sandbox.oracle().connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("drop database if exists shop with (force)");
            statement.execute("create database shop owner shop");
        }
    }

    @AfterAll
    static void close() {
        sandbox.close();
        receiver.stop(0);
        assertThat(leftOvers()).isEmpty();
    }

    private static List<String> leftOvers() {
        try (var docker = DockerEngine.connect()) {
            return docker.listContainersCmd().withShowAll(true).exec().stream()
                    .map(container -> container.getNames()[0])
                    .filter(name -> name.startsWith("/" + PREFIX))
                    .toList();
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void secondBuildOfTheImagesTakesNoTime() {
        Instant begin = Instant.now();
        assertThat(ShopImages.build(sandbox.docker())).isEqualTo(sandbox.images());
        assertThat(Duration.between(begin, Instant.now())).isLessThan(Duration.ofSeconds(1));
    }

    @Test
    void goodReleaseIsHealthyAndWritesOrders() {
        sandbox.deployGood();
        Oracle oracle = sandbox.oracle();
        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(oracle.expressCheckout()).isEqualTo("off");
        assertThat(oracle.schemaVersion()).isEqualTo("1");
        assertThat(oracle.damagedProducts()).isZero();
        long before = oracle.rows("orders");
        LoadGenerator load = sandbox.startLoad();
        await().until(() -> load.counts().orders() >= 50);
        sandbox.stopLoad();
        assertThat(load.counts().failed()).isZero();
        assertThat(oracle.rows("orders")).isEqualTo(before + load.counts().orders());
        assertThat(Http.get(sandbox.web()).body()).contains("Autumn sale", "1.4.0");
    }

    @Test
    void badReleaseHarmsInThreeDepthsAndEachHasItsOwnCure() throws Exception {
        Oracle oracle = sandbox.oracle();
        sandbox.deployGood();
        try (var connection = oracle.connect("postgres")) {
            sandbox.docker().stopContainerCmd(sandbox.names().api()).exec();
            connection.createStatement().execute("create database backup template shop owner shop");
        }

        sandbox.deployBad();
        assertThat(oracle.version()).isEqualTo("1.5.0");
        assertThat(oracle.expressCheckout()).isEqualTo("on");
        assertThat(oracle.errorShare(100)).isCloseTo(0.30, offset(0.03));

        sandbox.shop().deployBad(false);
        assertThat(oracle.expressCheckout()).isEqualTo("off");
        assertThat(oracle.errorShare(100)).isCloseTo(0.12, offset(0.03));

        sandbox.deployGood();
        assertThat(oracle.version()).isEqualTo("1.4.0");
        assertThat(oracle.errorShare(100)).isZero();
        assertThat(oracle.damagedProducts()).isEqualTo(2000);
        assertThat(oracle.schemaVersion()).isEqualTo("2");

        try (var connection = oracle.connect("postgres");
                var statement = connection.createStatement()) {
            statement.execute("alter database shop with allow_connections false");
            statement.execute("select pg_terminate_backend(pid) from pg_stat_activity where datname = 'shop'");
            statement.execute("alter database shop rename to shop_failed");
            statement.execute("alter database backup rename to shop");
        }
        await().until(() -> oracle.errorShare(10) == 0);
        assertThat(oracle.damagedProducts()).isZero();
        assertThat(oracle.schemaVersion()).isEqualTo("1");
        assertThat(oracle.databases()).containsExactly("shop", "shop_failed");
        try (var connection = oracle.connect("postgres")) {
            connection.createStatement().execute("drop database shop_failed");
        }
    }

    @Test
    void deploymentKeepsTheAnonymousVolume() {
        sandbox.deployGood();
        int starts = starts();
        sandbox.deployBad();
        assertThat(starts()).isEqualTo(starts + 1);
    }

    private static int starts() {
        return Http.get(sandbox.api().resolve("/settings"))
                .json()
                .path("starts")
                .asInt();
    }

    @Test
    void alertmanagerTellsOfTheBadReleaseWithItsToken() throws Exception {
        sandbox.deployGood();
        sandbox.startLoad();
        sandbox.startMonitoring();
        sandbox.deployBad();
        await().atMost(Duration.ofSeconds(40)).until(() -> !DELIVERED.isEmpty());
        sandbox.stopLoad();
        Delivered delivered = DELIVERED.take();
        assertThat(delivered.path()).isEqualTo("/alerts/alertmanager");
        assertThat(delivered.authorization()).isEqualTo("Bearer " + Files.readString(sandbox.alertmanagerToken()));
        assertThat(delivered.body())
                .contains("ShopErrorRateHigh", "\"system\":\"web-shop\"", "\"severity\":\"critical\"", "firing")
                .containsPattern("\"error_rate\":\"[1-9][0-9.]*\"")
                .contains("\"sustained_for\":\"3s\"");
    }

    @Test
    void secretsAreReadableByTheirOwnerOnlyAndInNoSetting() throws Exception {
        sandbox.deployGood();
        SecretFiles secrets = sandbox.secrets();
        for (Path file : List.of(secrets.shop(), secrets.sternway(), secrets.alertmanagerToken())) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                    .isEqualTo("rw-------");
            for (String container : sandbox.shop().containers()) {
                assertThat(sandbox.oracle().environmentOf(container).toString()).doesNotContain(Files.readString(file));
            }
        }
    }

    @Test
    void nextStartRemovesWhatACrashLeftAndNothingElse(@TempDir Path home) {
        sandbox.deployGood();
        Sandbox crashed = Sandbox.start(home, 1, "sandbox-crash-");
        crashed.deployGood();
        crashed.startMonitoring();
        String network = crashed.names().network();
        try (Sandbox next = Sandbox.start(home, 1, "sandbox-crash-")) {
            assertThat(next.oracle().containers()).containsExactly("sandbox-crash-shop-db");
            assertThat(Http.get(crashed.prometheus().resolve("/-/ready")).status())
                    .isZero();
            assertThat(sandbox.oracle().version()).isEqualTo("1.4.0");
        }
        assertThat(sandbox.docker().listNetworksCmd().withNameFilter(network).exec())
                .isEmpty();
        assertThat(sandbox.docker().listVolumesCmd().exec().getVolumes())
                .noneMatch(volume -> volume.getName().startsWith("sandbox-crash-"));
    }

    @Test
    void catalogueLoadsWithoutAWarningAndHoldsNoSecret() throws Exception {
        Catalogue catalogue = new CatalogueLoader().load(sandbox.configuration());
        assertThat(catalogue.warnings()).isEmpty();
        assertThat(catalogue.all())
                .containsExactly(new ShopCatalogue(sandbox.names(), sandbox.ports(), sandbox.secrets()).system());
        assertThat(Files.readString(sandbox.configuration().resolve("systems/web-shop.yaml")))
                .doesNotContain(Files.readString(sandbox.secrets().sternway()));
    }
}
