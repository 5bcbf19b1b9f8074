package dev.sternway.alert.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.Incidents;
import dev.sternway.database.TestDatabase;
import dev.sternway.sandbox.Ports;
import jakarta.servlet.Filter;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.io.TempDir;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.autoconfigure.ImportAutoConfiguration;
import org.springframework.boot.autoconfigure.http.HttpMessageConvertersAutoConfiguration;
import org.springframework.boot.autoconfigure.jackson.JacksonAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.DispatcherServletAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.ServletWebServerFactoryAutoConfiguration;
import org.springframework.boot.autoconfigure.web.servlet.WebMvcAutoConfiguration;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.web.server.LocalServerPort;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/** A real Alertmanager: it tries again, repeats itself, groups, and leaves alerts out. */
@Tag("docker") // runs where the monitoring of the demo is installed
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
@SpringBootTest(
        classes = {AlertSlice.class, RealAlertmanagerTest.Server.class},
        webEnvironment = SpringBootTest.WebEnvironment.RANDOM_PORT,
        properties = "server.shutdown=immediate")
class RealAlertmanagerTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String TOKEN = "a-token-of-the-test";
    private static final Duration SOON = Duration.ofSeconds(30);

    /** What was answered, in its order. */
    private static final List<Integer> ANSWERS = new CopyOnWriteArrayList<>();

    @TempDir
    static Path directory;

    @LocalServerPort
    int port;

    @Autowired
    JdbcClient database;

    @Autowired
    IncidentAlerts incidentAlerts;

    @Autowired
    Incidents incidents;

    private final HttpClient http = HttpClient.newHttpClient();
    private Process alertmanager;
    private URI address;

    /** A web server, and a list of what it answers. */
    @ImportAutoConfiguration({
        DispatcherServletAutoConfiguration.class,
        HttpMessageConvertersAutoConfiguration.class,
        JacksonAutoConfiguration.class,
        ServletWebServerFactoryAutoConfiguration.class,
        WebMvcAutoConfiguration.class
    })
    static class Server {
        @Bean
        Filter answers() {
            return (request, response, chain) -> {
                chain.doFilter(request, response);
                ANSWERS.add(((HttpServletResponse) response).getStatus());
            };
        }
    }

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path token = Files.writeString(Files.createTempFile("alerts", ".token"), TOKEN + "\n");
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("sternway.alerts.senders.alertmanager.bearer", () -> "file:" + token);
    }

    @BeforeAll
    void start() throws IOException {
        String receiver = """
                webhook_configs:
                      - url: "http://127.0.0.1:%d/alerts/alertmanager"
                        max_alerts: %d
                        http_config: {authorization: {type: Bearer, credentials: %s}}
                """;
        Path settings = Files.writeString(directory.resolve("alertmanager.yml"), """
                route:
                  receiver: all
                  group_by: [alertname]
                  group_wait: 0s
                  group_interval: 1s
                  repeat_interval: 2s
                  routes:
                    - receiver: first
                      matchers: ['truncated="yes"']
                      repeat_interval: 1h
                    - receiver: all
                      matchers: ['together="yes"']
                      group_wait: 1s
                      repeat_interval: 1h
                receivers:
                  - name: all
                    %s
                  - name: first
                    %s
                """.formatted(
                        receiver.formatted(port, 0, TOKEN), receiver.formatted(port, 1, TOKEN)));
        int listens = Ports.free();
        address = URI.create("http://127.0.0.1:" + listens);
        String program = Arrays.stream(System.getenv("PATH").split(":"))
                .flatMap(folder -> List.of(folder + "/prometheus-alertmanager", folder + "/alertmanager").stream())
                .filter(file -> Files.isExecutable(Path.of(file)))
                .findFirst()
                .orElseThrow();
        alertmanager = new ProcessBuilder(
                        program,
                        "--config.file=" + settings,
                        "--storage.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + listens,
                        "--cluster.listen-address=")
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("alertmanager.log").toFile())
                .start();
        await().atMost(SOON).ignoreExceptions().until(() -> send("GET", "/-/ready", "") == 200);
    }

    @AfterAll
    void stop() throws InterruptedException {
        alertmanager.destroy();
        if (!alertmanager.waitFor(5, TimeUnit.SECONDS)) {
            alertmanager.destroyForcibly();
        }
    }

    @BeforeEach
    void emptyInbox() {
        database.sql("truncate alert, incident").update();
        ANSWERS.clear();
    }

    private int send(String method, String path, String body) throws IOException, InterruptedException {
        HttpRequest request = HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .method(method, HttpRequest.BodyPublishers.ofString(body))
                .build();
        return http.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    }

    /** Tells Alertmanager, as Prometheus does. */
    private void tell(Instant endsAt, String... labels) throws IOException, InterruptedException {
        String alerts =
                Arrays.stream(labels).map(each -> """
                        {"startsAt": "2026-11-20T03:12:45Z", "endsAt": "%s", "labels": {"system": "shop", %s},
                         "annotations": {"summary": "It fails"}}""".formatted(endsAt, each)).collect(Collectors.joining(","));
        assertThat(send("POST", "/api/v2/alerts", "[" + alerts + "]")).isEqualTo(200);
    }

    private void fires(String... labels) throws IOException, InterruptedException {
        tell(Instant.now().plusSeconds(600), labels);
    }

    private void ends(String... labels) throws IOException, InterruptedException {
        tell(Instant.now(), labels);
    }

    private List<String> stored() {
        return database.sql("select status || ' ' || coalesce(alert -> 'labels' ->> 'instance', 'hidden') from alert"
                        + " order by id")
                .query(String.class)
                .list();
    }

    private long taken() {
        return ANSWERS.stream().filter(status -> status == 202).count();
    }

    @Test
    void comesAgainAfter503AndIsKeptOnce() throws Exception {
        database.sql("alter table alert rename to alert_away").update();
        try {
            fires("\"alertname\": \"Retried\", \"instance\": \"a\"");
            await().atMost(SOON).until(() -> ANSWERS.contains(503));
            assertThat(ANSWERS).doesNotContain(202);
        } finally {
            database.sql("alter table alert_away rename to alert").update();
        }

        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).containsExactly("FIRING a"));
        ends("\"alertname\": \"Retried\", \"instance\": \"a\"");
        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).containsExactly("FIRING a", "RESOLVED a"));
    }

    @Test
    void repeatsItselfAndIsKeptOnce() throws Exception {
        fires("\"alertname\": \"Repeated\", \"instance\": \"a\"");

        await().atMost(SOON).until(() -> taken() >= 3);

        assertThat(stored()).containsExactly("FIRING a");
        ends("\"alertname\": \"Repeated\", \"instance\": \"a\"");
        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).contains("RESOLVED a"));
    }

    @Test
    void sendsAGroupInOneMessage() throws Exception {
        fires(
                "\"alertname\": \"Grouped\", \"together\": \"yes\", \"instance\": \"a\"",
                "\"alertname\": \"Grouped\", \"together\": \"yes\", \"instance\": \"b\"",
                "\"alertname\": \"Grouped\", \"together\": \"yes\", \"instance\": \"c\"");

        await().atMost(SOON)
                .untilAsserted(
                        () -> assertThat(stored()).containsExactlyInAnyOrder("FIRING a", "FIRING b", "FIRING c"));
        assertThat(database.sql("select count(distinct message_id) from alert")
                        .query(Long.class)
                        .single())
                .isOne();
    }

    /** The message's status is over the alerts that it shows: "resolved" although another one fires. */
    @Test
    void leavesAnAlertOutWhichStillFires() throws Exception {
        String a = "\"alertname\": \"Truncated\", \"truncated\": \"yes\", \"instance\": \"a\"";
        String b = "\"alertname\": \"Truncated\", \"truncated\": \"yes\", \"instance\": \"b\"";
        fires(a, b);
        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).containsExactly("FIRING a", "FIRING hidden"));
        String incident = incidents.open("shop", "It fails", Instant.now()).orElseThrow();

        ends(a);
        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).contains("RESOLVED a"));
        joinAll(incident);
        assertThat(incidentAlerts.stillFires(incident)).isTrue();

        ends(b);
        await().atMost(SOON).untilAsserted(() -> assertThat(stored()).contains("RESOLVED b", "RESOLVED hidden"));
        joinAll(incident);
        assertThat(incidentAlerts.stillFires(incident)).isFalse();
    }

    private void joinAll(String incident) {
        database.sql("update alert set incident_id = :incident, state = 'JOINED'")
                .param("incident", incident)
                .update();
    }
}
