package dev.sternway.catalogue;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CatalogueLoaderTest {
    private static final String SMALLEST = """
            title: Web shop
            alerts: {label: system, value: web-shop}
            services:
              - id: web
                container: %s
            """;

    @TempDir
    Path directory;

    @BeforeEach
    void createFolder() throws IOException {
        Files.createDirectory(directory.resolve("systems"));
    }

    @Test
    void loadsTheSmallestSystemWithEveryDefault() {
        write("web-shop", SMALLEST.formatted("shop-web"));

        ManagedSystem system = load().find("web-shop");

        assertThat(system.id()).isEqualTo("web-shop");
        assertThat(system.prometheus()).isNull();
        assertThat(system.stores()).isEmpty();
        assertThat(system.toggles()).isEmpty();
        assertThat(system.checks()).isEmpty();
        assertThat(system.budgets()).isEqualTo(ManagedSystem.Budgets.DEFAULT);
        assertThat(system.windows()).isEqualTo(ManagedSystem.Windows.DEFAULT);
        assertThat(system.windows().shortened()).isFalse();
        Service web = system.service("web");
        assertThat(web)
                .isEqualTo(new Service("web", "shop-web", List.of(), List.of(), false, Duration.ofSeconds(10), null));
    }

    @Test
    void fillsDefaultsInsideListsToo() {
        write("web-shop", SMALLEST.formatted("shop-web") + """
                    ready: {http: "http://shop/ready"}
                prometheus: http://localhost:9090
                checks:
                  - id: front
                    title: The front page answers
                    part: SERVICES_HEALTHY
                    http: {url: "http://shop/"}
                  - id: errors
                    title: Few errors
                    part: PERFORMANCE_ACCEPTABLE
                    prometheus: {query: 'rate(errors_total[$window])', max: 0}
                """);

        ManagedSystem system = load().find("web-shop");

        Service.Readiness ready = system.service("web").ready();
        assertThat(ready.within()).isEqualTo(Duration.ofSeconds(60));
        assertThat(ready.consecutive()).isEqualTo(2);
        Check.HttpProbe probe = system.checks().get(0).http();
        assertThat(probe.method()).isEqualTo("GET");
        assertThat(probe.status()).isEqualTo(200);
        assertThat(probe.expect()).isEmpty();
        assertThat(system.checks().get(1).prometheus().minimumTraffic()).isZero();
        assertThat(system.checks().get(1).prometheus().min()).isNull();
    }

    @Test
    void readsDurationsInBothSpellings() {
        write(
                "web-shop",
                SMALLEST.formatted("shop-web")
                        + "windows: {measure: 500ms, stabilityToggle: PT10S, beforeClose: 2m, afterClose: 1h}\n");

        ManagedSystem.Windows windows = load().find("web-shop").windows();

        assertThat(windows.measure()).isEqualTo(Duration.ofMillis(500));
        assertThat(windows.stabilityToggle()).isEqualTo(Duration.ofSeconds(10));
        assertThat(windows.beforeClose()).isEqualTo(Duration.ofMinutes(2));
        assertThat(windows.afterClose()).isEqualTo(Duration.ofHours(1));
        assertThat(windows.stabilityRestore()).isEqualTo(Duration.ofMinutes(15));
        assertThat(windows.shortened()).isTrue();
    }

    @Test
    void neverLoadsTheExampleAsASystem() throws IOException {
        Files.copy(
                Path.of("config/systems", CatalogueLoader.EXAMPLE),
                directory.resolve("systems").resolve(CatalogueLoader.EXAMPLE));

        assertThat(load().all()).isEmpty();
    }

    @Test
    void tellsAllMistakesOfAllFilesAtOnce() {
        write("a", SMALLEST.formatted("one").replace("container: one", "container: one\n    stopGrace: soon"));
        write("b", "title: [unfinished");
        write("c", SMALLEST.formatted("two").replace("title: Web shop", "titel: Web shop"));
        write("d", "just a text");

        assertThat(mistakes())
                .contains("systems/a/services/0/stopGrace: must be a duration like 10s or PT10S, got 'soon'")
                .anyMatch(mistake -> mistake.matches("systems/b: line \\d+ is not valid YAML: .+"))
                .contains("systems/c/titel: is not a known key, did you mean 'title'?")
                .contains("systems/c: must have the key 'title'")
                .contains("systems/d: must be keys and values, as in EXAMPLE.yaml")
                .hasSize(5);
    }

    @Test
    void refusesAKeyWrittenTwice() {
        write("a", SMALLEST.formatted("one") + "title: Again\n");

        assertThat(mistakes())
                .singleElement()
                .asString()
                .contains("systems/a: line 6")
                .contains("title");
    }

    @Test
    void refusesWhatIsNoText() {
        write("a", SMALLEST.formatted("one") + """
                toggles:
                  - {id: new, title: New, service: web, environment: NEW, off: false}
                """);

        assertThat(mistakes()).containsExactly("systems/a/toggles/0/off: must be a text, got false; quote it");
    }

    @Test
    void neverPrintsASecretThatWasWrittenInPlaceOfItsReference() {
        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: db, kind: POSTGRESQL, service: web, host: h, database: d, user: u, password: swordfish}
                prometheus: http://admin:swordfish@metrics
                """);

        assertThat(mistakes())
                .contains("systems/a/stores/0/password: must be file:PATH or env:NAME, never the secret itself")
                .contains("systems/a/prometheus: must be an http or https address without user name and password")
                .noneMatch(mistake -> mistake.contains("swordfish"));
    }

    @Test
    void refusesAFileWhoseIdIsNotItsName() {
        write("a", SMALLEST.formatted("one") + "id: b\n");

        assertThat(mistakes()).containsExactly("systems/a/id: must equal the file's name 'a', got 'b'");
    }

    @Test
    void refusesNamesThatDoNotExist() {
        write("a", SMALLEST.formatted("one") + """
                    dependsOn: [api]
                    uses: [orders]
                stores:
                  - {id: db, kind: POSTGRESQL, service: pg, host: h, database: d, user: u, password: "env:PW"}
                toggles:
                  - {id: t, title: T, service: app, environment: T, off: "0"}
                checks:
                  - {id: c, title: C, part: DATA_INTACT, sql: {store: orders, query: select 1, expect: "1"}}
                """);

        assertThat(mistakes())
                .containsExactly(
                        "systems/a/services/0/dependsOn/0: must name a service of the system, got 'api'; it has [web]",
                        "systems/a/services/0/uses/0: must name a store of the system, got 'orders'; it has [db]",
                        "systems/a/stores/0/service: must name a service of the system, got 'pg'; it has [web]",
                        "systems/a/toggles/0/service: must name a service of the system, got 'app'; it has [web]",
                        "systems/a/checks/0/sql/store: must name a store of the system, got 'orders'; it has [db]");
    }

    @Test
    void takesAStoreInAFileWithoutAServer() {
        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: db, kind: SQLITE, path: /srv/a/db.sqlite}
                  - {id: old, kind: SQLITE, database: /srv/a/old.sqlite}
                """);

        assertThat(load().find("a").store("db").kind()).isEqualTo(Store.Kind.SQLITE);
        assertThat(load().find("a").stores())
                .extracting(Store::live)
                .containsExactly("/srv/a/db.sqlite", "/srv/a/old.sqlite");
    }

    @Test
    void takesStoresOfEveryKindWithTheirOwnPorts() {
        write("a", SMALLEST.formatted("one") + """
                  - {id: db, container: db, infrastructure: true}
                stores:
                  - {id: pg, kind: POSTGRESQL, service: db, host: h, database: d, user: u, password: "env:PW"}
                  - {id: graph, kind: NEO4J, service: db, host: h, database: neo4j, user: u, password: "env:PW", path: /srv/a/graph}
                  - {id: keys, kind: ETCD, host: h, prefix: a/b/, holds: CONFIGURATION, reload: WATCHED}
                  - {id: cache, kind: REDIS, host: h, port: 7000}
                  - {id: pages, kind: FILES, path: /srv/a/pages, holds: UI}
                  - {id: env, kind: SETTINGS, path: /srv/a/.env, holds: CONFIGURATION}
                """);

        ManagedSystem system = load().find("a");
        assertThat(system.stores()).extracting(Store::port).containsExactly(5432, 7474, 2379, 7000, 0, 0);
        assertThat(system.stores())
                .extracting(Store::live)
                .containsExactly("d", "neo4j", "a/b/", "h:7000", "/srv/a/pages", "/srv/a/.env");
        assertThat(system.store("keys").reload()).isEqualTo(Store.Reload.WATCHED);
        assertThat(system.store("env").holds()).isEqualTo(Store.Holds.CONFIGURATION);
        assertThat(system.store("pg").holds()).isEqualTo(Store.Holds.DATA);
    }

    @Test
    void tellsWhatAKindOfStoreNeedsAndCannotHave() {
        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: files, kind: FILES, host: h}
                  - {id: env, kind: SETTINGS, path: /srv/a/settings.ini, schema: none.json}
                  - {id: keys, kind: ETCD, host: h, prefix: limits}
                  - {id: cache, kind: REDIS, host: h, database: "0", holds: CONFIGURATION}
                """);

        assertThat(mistakes())
                .containsExactly(
                        "systems/a/stores/0/host: does not belong to a store of kind FILES, which is a directory or a"
                                + " file on this host",
                        "systems/a/stores/0: must have the key 'path', a store of kind FILES is a directory or a file"
                                + " on this host",
                        "systems/a/stores/1/path: must end with .json, .yaml, .yml or .env, so that its format is"
                                + " known, got '/srv/a/settings.ini'",
                        "systems/a/stores/2/prefix: must end with '/' and be of letters, digits and ._-/, got"
                                + " 'limits'",
                        "systems/a/stores/3/database: does not belong to a store of kind REDIS, which is on a server"
                                + " and only checked",
                        "systems/a/stores/3/holds: a store of kind REDIS holds DATA: what is written to it is lost by a"
                                + " restore, and two people must agree to that; got 'CONFIGURATION'",
                        "systems/a/stores/1/schema: there is no file '" + directory.resolve("none.json")
                                + "' that can be read");
    }

    @Test
    void tellsStoresInFilesFromThoseOfServers() {
        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: db, kind: SQLITE, database: "../db.sqlite?mode=ro", host: h, password: "env:PW"}
                """);
        assertThat(mistakes())
                .containsExactly(
                        "systems/a/stores/0/host: does not belong to a store of kind SQLITE, which is one file on this"
                                + " host",
                        "systems/a/stores/0/password: does not belong to a store of kind SQLITE, which is one file on"
                                + " this host",
                        "systems/a/stores/0/path: must be an absolute path on this host, of letters, digits and ._-,"
                                + " got '../db.sqlite?mode=ro'");

        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: db, kind: POSTGRESQL, database: shop}
                """);
        assertThat(mistakes()).anyMatch(mistake -> mistake.contains("must have the key 'host'"));
    }

    @Test
    void refusesAStoreWhoseServerWouldBeReverted() {
        write("a", SMALLEST.formatted("one") + """
                stores:
                  - {id: db, kind: POSTGRESQL, service: web, host: h, database: d, user: u, password: "env:PW"}
                """);

        assertThat(mistakes()).singleElement().asString().contains("must be 'infrastructure: true'");
    }

    @Test
    void takesSeveralLabelsOfWhichOneSuffices() {
        write("a", """
                title: A
                alerts:
                  - {label: system, value: a}
                  - {label: service, value: The A}
                services: [{id: web, container: one}]
                """);
        Catalogue catalogue = load();

        assertThat(catalogue.matching(Map.of("service", "The A"))).hasSize(1);
        assertThat(catalogue.matching(Map.of("service", "a", "system", "a"))).hasSize(1);
        assertThat(catalogue.matching(Map.of("service", "a"))).isEmpty();
        assertThat(catalogue.find("a").alerts()).hasToString("system=a or service=The A");
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            delimiter = '|',
            value = {
                "[{label: a}]                  | systems/a/alerts/0: must have the key 'value'",
                "[]                            | systems/a/alerts: must have at least 1 items but found 0",
                "[{label: a, value: b, or: c}] | systems/a/alerts/0/or: is not a known key",
                "a                             | systems/a/alerts: must be keys and values or a list, got 'a'",
            })
    void namesThePlaceOfALabelThatIsWrong(String alerts, String mistake) {
        write("a", "title: A\nalerts: " + alerts + "\nservices: [{id: web, container: one}]\n");

        assertThat(mistakes()).singleElement().asString().startsWith(mistake);
    }

    @Test
    void refusesACircleOfDependencies() {
        write("a", """
                title: A
                alerts: {label: system, value: a}
                services:
                  - {id: web, container: one, dependsOn: [api]}
                  - {id: api, container: two, dependsOn: [cache]}
                  - {id: cache, container: three, dependsOn: [api]}
                """);

        assertThat(mistakes())
                .containsExactly("systems/a/services: depend on each other in a circle: api → cache → api");
    }

    @Test
    void refusesTheSameContainerInTwoSystems() {
        write("a", SMALLEST.formatted("same"));
        write("b", SMALLEST.formatted("same"));

        assertThat(mistakes())
                .containsExactly("systems/b/services/0/container: must be unique in the catalogue, 'same' is also at"
                        + " systems/a/services/0/container");
    }

    @Test
    void refusesTheSameIdTwice() {
        write("a", SMALLEST.formatted("one") + "  - {id: web, container: two}\n");

        assertThat(mistakes())
                .containsExactly("systems/a/services/1/id: must be unique in the system, got 'web' again");
    }

    @Test
    void refusesChecksThatCannotTell() {
        write("a", SMALLEST.formatted("one") + """
                checks:
                  - {id: none, title: None, part: DATA_INTACT}
                  - {id: both, title: Both, part: DATA_INTACT, http: {url: "http://a"}, prometheus: {query: 'max_over_time(up[$window])', max: 1}}
                  - {id: old, title: Old, part: DATA_INTACT, prometheus: {query: 'rate(a[5m])'}}
                  - {id: vague, title: Vague, part: DATA_INTACT, prometheus: {query: 'rate(a[$window]) + rate(b[1m])', min: 1, traffic: up}}
                """);

        assertThat(mistakes()).anyMatch(mistake -> mistake.startsWith("systems/a/checks/3/prometheus: "));
        write("a", read("a").replace(", traffic: up", ""));
        assertThat(mistakes())
                .containsExactly(
                        "systems/a/checks/0: must have exactly one of http, prometheus and sql, got 0",
                        "systems/a/checks/1: must have exactly one of http, prometheus and sql, got 2",
                        "systems/a/checks/1/prometheus: needs the key 'prometheus' of the system, the address to ask",
                        "systems/a/checks/2/prometheus: needs the key 'prometheus' of the system, the address to ask",
                        "systems/a/checks/2/prometheus: must have max or min, else every figure would be good",
                        "systems/a/checks/2/prometheus/query: must use [$window] as its range, so that no sample from"
                                + " before the proof counts, got 'rate(a[5m])'",
                        "systems/a/checks/3/prometheus: needs the key 'prometheus' of the system, the address to ask",
                        "systems/a/checks/3/prometheus/query: must use [$window] as its range, so that no sample from"
                                + " before the proof counts, got '[1m]'");
    }

    @Test
    void warnsOfPartsThatNoCheckSpeaksFor() {
        write("a", SMALLEST.formatted("one"));

        assertThat(load().warnings())
                .hasSize(5)
                .contains("systems/a/checks: none speaks for DATA_INTACT, so that part of the verdict stays unknown");
    }

    @Test
    void namesTheKnownSystemsWhenOneIsUnknown() {
        write("web-shop", SMALLEST.formatted("one"));

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> load().find("web-shoq"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.SYSTEM_UNKNOWN);
        assertThat(refusal).hasMessage("system 'web-shoq' is not in the catalogue; it has [web-shop]");
        assertThat(refusal.hint()).contains("systems/web-shoq.yaml").contains("restart");
    }

    @Test
    void findsTheSystemThatAnAlertIsAbout() {
        write("web-shop", SMALLEST.formatted("one"));
        write("other", SMALLEST.formatted("two").replace("value: web-shop", "value: other"));

        assertThat(load().matching(Map.of("system", "web-shop")))
                .extracting(ManagedSystem::id)
                .containsExactly("web-shop");
        assertThat(load().matching(Map.of("alertname", "web-shop"))).isEmpty();
    }

    @Test
    void saysWhatToDoWhenThereIsNoFolder() {
        assertThatThrownBy(() -> new CatalogueLoader().load(directory.resolve("nowhere")))
                .isInstanceOf(CatalogueException.class)
                .hasMessageContaining("there is no folder")
                .hasMessageContaining("--config");
    }

    @Test
    void startsServicesAfterThoseTheyDependOn() {
        write("a", """
                title: A
                alerts: {label: system, value: a}
                services:
                  - {id: web, container: one, dependsOn: [api]}
                  - {id: api, container: two, dependsOn: [db, cache]}
                  - {id: cache, container: three}
                  - {id: db, container: four}
                  - {id: mail, container: five}
                """);

        assertThat(StartOrder.inStartOrder(load().find("a")))
                .extracting(Service::id)
                .containsExactly("db", "cache", "api", "web", "mail");
    }

    private Catalogue load() {
        return new CatalogueLoader().load(directory);
    }

    private List<String> mistakes() {
        return catchThrowableOfType(CatalogueException.class, this::load).mistakes();
    }

    private void write(String id, String yaml) {
        try {
            Files.writeString(directory.resolve("systems").resolve(id + ".yaml"), yaml);
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private String read(String id) {
        try {
            return Files.readString(directory.resolve("systems").resolve(id + ".yaml"));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
