package dev.sternway.adapter.prometheus;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import dev.sternway.adapter.http.TestHttpCalls;
import dev.sternway.port.OutsideException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Against a real Prometheus that scrapes a real page. */
@Tag("docker")
class PrometheusMetricsTest {
    private static final AtomicInteger REQUESTS = new AtomicInteger();

    @TempDir
    static Path directory;

    private static HttpServer page;
    private static Process prometheus;
    private static URI address;

    private final PrometheusMetrics metrics = new PrometheusMetrics(TestHttpCalls.quick());

    @BeforeAll
    static void start() throws IOException {
        page = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        page.createContext("/metrics", exchange -> {
            byte[] text = ("requests_total{code=\"200\"} " + REQUESTS.addAndGet(10)
                            + "\nrequests_total{code=\"500\"} 0\nnothing NaN\n")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, text.length);
            exchange.getResponseBody().write(text);
            exchange.close();
        });
        page.start();
        int port = freePort();
        address = URI.create("http://127.0.0.1:" + port);
        Path configuration = directory.resolve("prometheus.yml");
        Files.writeString(configuration, """
                global: {scrape_interval: 250ms, scrape_timeout: 200ms}
                scrape_configs:
                  - job_name: page
                    static_configs: [{targets: ['127.0.0.1:%d']}]
                """.formatted(page.getAddress().getPort()));
        prometheus = new ProcessBuilder(
                        "prometheus",
                        "--config.file=" + configuration,
                        "--storage.tsdb.path=" + directory.resolve("data"),
                        "--web.listen-address=127.0.0.1:" + port)
                .redirectErrorStream(true)
                .redirectOutput(directory.resolve("log").toFile())
                .start();
    }

    @AfterAll
    static void stop() throws InterruptedException {
        prometheus.destroy();
        prometheus.waitFor();
        page.stop(0);
    }

    @Test
    void bringsTheFigure() {
        await().atMost(Duration.ofSeconds(30))
                .ignoreExceptions()
                .untilAsserted(() -> assertThat(metrics.query(address, "sum(increase(requests_total[5s]))")
                                .orElseThrow())
                        .isPositive());
        assertThat(metrics.query(address, "scalar(vector(4.5))")).hasValue(4.5);
        assertThat(metrics.query(address, "vector(1) / 0")).hasValue(Double.POSITIVE_INFINITY);
        assertThat(metrics.query(address, "no_such_metric")).isEmpty();
        assertThat(metrics.query(address, "nothing")).isEmpty();
        assertThatThrownBy(() -> metrics.query(address, "requests_total"))
                .isInstanceOf(OutsideException.class)
                .hasMessage("'requests_total' gave 2 series, one is wanted: put sum(…) around it");
        assertThatThrownBy(() -> metrics.query(address, "sum("))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("refused 'sum('")
                .hasMessageContaining("parse error");
    }

    @Test
    void namesTheAddressWhenNothingAnswers() throws IOException {
        URI nobody = URI.create("http://127.0.0.1:" + freePort());

        assertThatThrownBy(() -> metrics.query(nobody, "up"))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining(nobody.toString());
    }

    @Test
    void doesNotTakeAPageForFigures() {
        URI wrong = URI.create("http://127.0.0.1:" + page.getAddress().getPort());

        assertThatThrownBy(() -> metrics.query(wrong, "up"))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("not JSON");
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
