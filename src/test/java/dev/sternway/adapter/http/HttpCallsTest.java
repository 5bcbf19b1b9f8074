package dev.sternway.adapter.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpHandler;
import com.sun.net.httpserver.HttpServer;
import dev.sternway.catalogue.Check;
import dev.sternway.port.HttpProbes.Answer;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.util.unit.DataSize;

class HttpCallsTest {
    private final HttpProber prober = new HttpProber(
            new HttpCalls(new HttpSettings(Duration.ofMillis(500), Duration.ofMillis(500), DataSize.ofKilobytes(64))));
    private final CountDownLatch done = new CountDownLatch(1);
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private HttpServer server;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(threads);
        server.start();
    }

    @AfterEach
    void stop() {
        done.countDown();
        server.stop(0);
        threads.shutdownNow();
    }

    @Test
    void isDoneWithManyRequestsWithinTheTimeOfItsWork() {
        serve("/", exchange -> await());
        long begin = System.nanoTime();

        assertThatThrownBy(() -> TimeLimit.within(Duration.ofMillis(800), () -> {
                    for (int i = 0; i < 10; i++) {
                        unanswered();
                    }
                    return null;
                }))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("time for this step is over");

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
    }

    private void unanswered() {
        try {
            prober.get(address("/"));
        } catch (OutsideException e) {
            if (!e.getMessage().contains("did not answer within")) {
                throw e;
            }
        }
    }

    @Test
    void bringsStatusBodyAndTime() {
        serve("/", exchange -> answer(exchange, 503, "{\"state\": \"closed\"}"));

        Answer answer = prober.get(address("/"));

        assertThat(answer.status()).isEqualTo(503);
        assertThat(answer.body()).isEqualTo("{\"state\": \"closed\"}");
        assertThat(answer.took()).isPositive();
    }

    @Test
    void sendsWhatTheProbeSays() {
        serve("/", exchange -> {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String type = exchange.getRequestHeaders().getFirst("Content-Type");
            answer(exchange, 201, exchange.getRequestMethod() + " " + type + " " + body);
        });

        Answer answer = prober.send(new Check.HttpProbe(address("/"), "POST", "{}", 201, Map.of()));

        assertThat(answer.body()).isEqualTo("POST application/json {}");
    }

    @Test
    void doesNotFollowRedirects() {
        serve("/", exchange -> {
            exchange.getResponseHeaders().add("Location", "/elsewhere");
            answer(exchange, 302, "");
        });

        assertThat(prober.get(address("/")).status()).isEqualTo(302);
    }

    @Test
    void cutsAnEndlessAnswer() {
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = "x".repeat(8192).getBytes(StandardCharsets.UTF_8);
            while (done.getCount() > 0) {
                exchange.getResponseBody().write(chunk);
            }
        });

        assertThat(prober.get(address("/")).body()).hasSize(64 * 1024);
    }

    @Test
    void givesUpOnABodyThatNeverEnds() {
        serve("/", exchange -> {
            exchange.sendResponseHeaders(200, 100);
            exchange.getResponseBody().write('x');
            exchange.getResponseBody().flush();
            await();
        });

        assertThatThrownBy(() -> prober.get(address("/")))
                .isInstanceOf(OutsideException.class)
                .hasMessage("'" + address("/") + "' did not answer within 500 ms");
    }

    @Test
    void givesUpOnAServerThatSaysNothing() {
        serve("/", exchange -> await());

        assertThatThrownBy(() -> prober.get(address("/")))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("did not answer");
    }

    @Test
    void namesTheAddressWhenNothingListens() throws IOException {
        int free;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            free = socket.getLocalPort();
        }
        URI nobody = URI.create("http://127.0.0.1:" + free + "/");

        assertThatThrownBy(() -> prober.get(nobody))
                .isInstanceOf(OutsideException.class)
                .hasMessageStartingWith("'" + nobody + "' did not answer: ConnectException");
    }

    private void serve(String path, HttpHandler handler) {
        server.createContext(path, handler);
    }

    private void await() {
        try {
            done.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private URI address(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    private static void answer(HttpExchange exchange, int status, String body) throws IOException {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }
}
