package dev.sternway.sandbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.catalogue.BackupPolicy;
import dev.sternway.catalogue.Check;
import dev.sternway.catalogue.Check.HttpProbe;
import dev.sternway.catalogue.Check.Part;
import dev.sternway.catalogue.Check.PrometheusQuery;
import dev.sternway.catalogue.Check.SqlQuery;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.ManagedSystem.AlertMatch;
import dev.sternway.catalogue.ManagedSystem.Budgets;
import dev.sternway.catalogue.ManagedSystem.Windows;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Service.Readiness;
import dev.sternway.catalogue.SnapshotPolicy;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Toggle;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Describes the shop for Sternway's catalogue. */
final class ShopCatalogue {
    static final String SYSTEM = "web-shop";

    /**
     * Seconds where a real shop has minutes: the sandbox tells its story in less than four of them. A minute of the
     * decision tables is half a second, so that the 3 s of the alert's rule are more than their 5 minutes.
     */
    private static final Windows SHORTENED = new Windows(
            Duration.ofSeconds(12),
            Duration.ofSeconds(8),
            Duration.ofSeconds(8),
            Duration.ofSeconds(10),
            Duration.ofSeconds(15),
            Duration.ofSeconds(30),
            Duration.ofMillis(500));

    private static final String DRY_RUN = "{\"product\":1,\"quantity\":1,\"dryRun\":true}";
    private static final double ERROR_SHARE = 0.05;
    private static final double SLOWEST = 0.5;
    private static final double REQUESTS_ENOUGH = 100;

    private final Names names;
    private final Ports ports;
    private final SecretFiles secrets;

    ShopCatalogue(Names names, Ports ports, SecretFiles secrets) {
        this.names = names;
        this.ports = ports;
        this.secrets = secrets;
    }

    /** Writes {@code systems/web-shop.yaml} below the configuration directory. */
    void write(Path configuration) throws IOException {
        Path systems = Files.createDirectories(configuration.resolve("systems"));
        ObjectMapper yaml = new ObjectMapper(new YAMLFactory()
                        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
                        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
                        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
                        .disable(YAMLGenerator.Feature.SPLIT_LINES))
                .registerModule(new JavaTimeModule())
                .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
                .setSerializationInclusion(JsonInclude.Include.NON_NULL);
        Files.writeString(
                systems.resolve(SYSTEM + ".yaml"),
                "# Written by the sandbox for the ports that it found free; its windows are shortened.\n"
                        + yaml.writeValueAsString(system()));
    }

    ManagedSystem system() {
        return new ManagedSystem(
                SYSTEM,
                "Web shop",
                new AlertMatch("system", SYSTEM),
                loopback(ports.prometheus(), ""),
                services(),
                List.of(store()),
                List.of(toggle()),
                checks(),
                Budgets.DEFAULT,
                SHORTENED,
                null,
                BackupPolicy.NONE,
                snapshot());
    }

    /** Everything that was built is in the images. */
    private static SnapshotPolicy snapshot() {
        return new SnapshotPolicy(
                null,
                null,
                new SnapshotPolicy.Files(null, "the shop has no package manager, its libraries are in the images"),
                new SnapshotPolicy.Files(null, "they are in the images, whose ids are recorded"));
    }

    private List<Service> services() {
        Duration grace = Duration.ofSeconds(10);
        return List.of(
                new Service("shop-db", names.database(), List.of(), List.of(), true, grace, null),
                new Service(
                        "shop-api",
                        names.api(),
                        List.of("shop-db"),
                        List.of("shop-db"),
                        false,
                        grace,
                        ready(ports.api())),
                new Service("shop-web", names.web(), List.of("shop-api"), List.of(), false, grace, ready(ports.web())));
    }

    private static Readiness ready(int port) {
        return new Readiness(loopback(port, "/health"), Duration.ofSeconds(60), 2, "/version");
    }

    private Store store() {
        return new Store(
                "shop-db",
                Store.Kind.POSTGRESQL,
                "shop-db",
                "127.0.0.1",
                ports.database(),
                "shop",
                "sternway",
                new SecretReference("file:" + secrets.sternway()),
                "select max(version)::text from schema_history",
                true);
    }

    private Toggle toggle() {
        return new Toggle(
                "express-checkout",
                "Express checkout",
                "shop-api",
                "EXPRESS_CHECKOUT",
                "false",
                List.of(
                        get(ports.api(), "/features", Map.of("/expressCheckout", "off")),
                        new HttpProbe(
                                loopback(ports.api(), "/orders"),
                                "POST",
                                DRY_RUN,
                                200,
                                Map.of("/checkout", "standard"))));
    }

    private List<Check> checks() {
        return List.of(
                http(
                        "web-healthy",
                        "The front answers healthy",
                        Part.SERVICES_HEALTHY,
                        get(ports.web(), "/health", Map.of("/status", "UP"))),
                http(
                        "api-healthy",
                        "The API answers healthy",
                        Part.SERVICES_HEALTHY,
                        get(ports.api(), "/health", Map.of("/status", "UP"))),
                new Check(
                        "prices",
                        "No product is below the lowest price of 5.00 EUR",
                        Part.DATA_INTACT,
                        null,
                        null,
                        new SqlQuery("shop-db", Oracle.DAMAGED_PRODUCTS, "0")),
                http(
                        "settings",
                        "The shop sells in its own currency and region",
                        Part.CONFIGURATION_CONSISTENT,
                        get(ports.api(), "/settings", Map.of("/currency", "EUR", "/region", "north"))),
                prometheus(
                        "error-rate",
                        "At most 5 % of the requests fail",
                        "(sum(rate(shop_requests_total{job=\"shop-web\",status=~\"5..\"}[$window])) or vector(0))"
                                + " / sum(rate(shop_requests_total{job=\"shop-web\"}[$window]))",
                        ERROR_SHARE),
                prometheus(
                        "latency",
                        "19 of 20 requests are answered within half a second",
                        "histogram_quantile(0.95,"
                                + " sum by (le) (rate(shop_request_seconds_bucket{job=\"shop-web\"}[$window])))",
                        SLOWEST),
                http(
                        "checkout",
                        "A checkout passes front, API and database",
                        Part.INTEGRATIONS_WORKING,
                        new HttpProbe(loopback(ports.web(), "/api/orders"), "POST", DRY_RUN, 200, Map.of())));
    }

    private static Check http(String id, String title, Part part, HttpProbe probe) {
        return new Check(id, title, part, probe, null, null);
    }

    private static Check prometheus(String id, String title, String query, double max) {
        String traffic = "sum(increase(shop_requests_total{job=\"shop-web\"}[$window]))";
        return new Check(
                id,
                title,
                Part.PERFORMANCE_ACCEPTABLE,
                null,
                new PrometheusQuery(query, max, null, traffic, REQUESTS_ENOUGH),
                null);
    }

    private static HttpProbe get(int port, String path, Map<String, String> expect) {
        return new HttpProbe(loopback(port, path), "GET", null, 200, expect);
    }

    private static URI loopback(int port, String path) {
        return URI.create("http://127.0.0.1:" + port + path);
    }
}
