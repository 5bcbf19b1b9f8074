package dev.sternway.adapter.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Engines of other ages than the one that is installed, played by a small server. */
class DockerEngineTest {
    private final List<String> asked = new CopyOnWriteArrayList<>();
    private HttpServer server;
    private DockerContainerHost host;
    private String version;
    private String inspect = "{\"message\": \"No such container\"}";
    private int status = 404;
    private volatile boolean hangs;
    private final CountDownLatch over = new CountDownLatch(1);

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            asked.add(path);
            if (hangs) {
                hang();
            }
            boolean isVersion = path.equals("/version");
            byte[] answer = (isVersion ? version : inspect).getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(isVersion ? 200 : status, answer.length);
            exchange.getResponseBody().write(answer);
            exchange.close();
        });
        server.start();
        String address = "tcp://127.0.0.1:" + server.getAddress().getPort();
        host = new DockerContainerHost(new DockerSettings(address, Duration.ofSeconds(2), Duration.ofSeconds(2)));
    }

    private void hang() {
        try {
            over.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    @AfterEach
    void stop() throws IOException {
        over.countDown();
        host.destroy();
        server.stop(0);
    }

    @Test
    void stopsAContainerWithinTheTimeOfItsWork() {
        version = "{\"Version\":\"20.10\",\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
        host.find("shop");
        hangs = true;
        long begin = System.nanoTime();

        assertThatThrownBy(() -> TimeLimit.within(Duration.ofMillis(500), () -> {
                    host.stop("shop", Duration.ofSeconds(30));
                    return null;
                }))
                .isInstanceOf(OutsideException.class);

        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(4));
        assertThat(asked).contains("/v1.41/containers/shop/stop");
    }

    @Test
    void speaksTheNewestThatBothKnowAndAsksForItOnce() {
        version = "{\"Version\":\"29.0\",\"ApiVersion\":\"1.52\",\"MinAPIVersion\":\"1.44\"}";

        assertThat(host.find("shop")).isEmpty();
        assertThat(host.find("shop")).isEmpty();

        assertThat(asked).containsExactly("/version", "/v1.44/containers/shop/json", "/v1.44/containers/shop/json");
    }

    @Test
    void refusesAnEngineThatItCannotSpeakTo() {
        version = "{\"Version\":\"19.03\",\"ApiVersion\":\"1.40\",\"MinAPIVersion\":\"1.12\"}";

        assertThatThrownBy(() -> host.find("shop"))
                .isInstanceOfSatisfying(
                        Refusal.class,
                        refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.CONTAINER_ENGINE_UNSUPPORTED));
    }

    @Test
    void passesOnWhatTheEngineSays() {
        version = "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
        status = 500;
        inspect = "{\"message\": \"disk is full\"}";

        assertThatThrownBy(() -> host.find("shop"))
                .isInstanceOf(OutsideException.class)
                .hasMessage("container 'shop': the docker engine answers 500, disk is full");
    }

    @Test
    void findsNoContainerByTheBeginningOfAnId() {
        version = "{\"ApiVersion\":\"1.41\",\"MinAPIVersion\":\"1.12\"}";
        status = 200;
        inspect = "{\"Id\": \"cafe0123456789abcdef\", \"Name\": \"/other\", \"State\": {}, \"Config\": {}}";

        assertThat(host.find("cafe")).isEmpty();
        assertThat(host.find("cafe01234567")).isPresent();
        assertThat(host.find("other")).isPresent();
    }

    @Test
    void refusesNamesThatAreNone() {
        assertThatThrownBy(() -> host.find("../version")).isInstanceOf(IllegalArgumentException.class);
        assertThat(asked).isEmpty();
    }
}
