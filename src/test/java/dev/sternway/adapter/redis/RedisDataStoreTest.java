package dev.sternway.adapter.redis;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.adapter.RunningProgram;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.SecretReference;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A real Redis with and without a password, and sockets that behave as none does. */
@Tag("S4-10")
class RedisDataStoreTest {
    private static final String PASSWORD = "canary:pass word\"";

    @TempDir
    Path folder;

    private RunningProgram running(int port, String... more) {
        List<String> command = new ArrayList<>(List.of(
                RunningProgram.installed("redis-server", "redis-server").toString(),
                "--port",
                String.valueOf(port),
                "--bind",
                "127.0.0.1",
                "--save",
                "",
                "--appendonly",
                "no"));
        command.addAll(List.of(more));
        return RunningProgram.start(RunningProgram.folder("test-redis-"), command, () -> {
            new Socket(InetAddress.getLoopbackAddress(), port).close();
            return true;
        });
    }

    private static Store store(int port, String user, String password) {
        return new Store(
                "cache",
                Store.Kind.REDIS,
                null,
                "127.0.0.1",
                port,
                null,
                user,
                password == null ? null : new SecretReference("file:" + password),
                null,
                false);
    }

    private static ManagedSystem system(Store store) {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(),
                List.of(store),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private DataStore redis() {
        return new RedisDataStore(new Secrets(folder));
    }

    private List<String> obstacles(Store store) {
        return redis().obstacles(system(store), store);
    }

    @Test
    void isWellWhileItAnswersPing() {
        int port = RunningProgram.freePort();
        Store store = store(port, null, null);
        try (RunningProgram program = running(port)) {
            assertThat(obstacles(store)).isEmpty();
            assertThat(redis().query(system(store), store, "PING")).isEqualTo("PONG");
            assertThat(redis().identify(system(store), store).serverVersion()).matches("\\d+\\.\\d+.*");
            assertThat(redis().identify(system(store), store).identity()).isEqualTo("127.0.0.1:" + port);
            assertThatThrownBy(() -> redis().query(system(store), store, "FLUSHALL"))
                    .isInstanceOf(OutsideException.class);
            assertThat(program).isNotNull();
        }
        assertThat(obstacles(store)).singleElement().asString().contains("did not answer");
    }

    @Test
    void signsInWithAPasswordAloneOrAsAUser() throws IOException {
        Files.writeString(folder.resolve("right"), PASSWORD + "\n");
        Files.writeString(folder.resolve("wrong"), "an0ther-password\n");
        int port = RunningProgram.freePort();
        try (RunningProgram program = running(port, "--requirepass", PASSWORD)) {
            try (RedisConnection administrator = new RedisConnection("127.0.0.1", port)) {
                administrator.ask("AUTH", PASSWORD);
                administrator.ask("ACL", "SETUSER", "checker", "on", ">checker-password", "+ping");
            }
            Files.writeString(folder.resolve("checker"), "checker-password\n");

            assertThat(obstacles(store(port, null, "right"))).isEmpty();
            assertThat(obstacles(store(port, "default", "right"))).isEmpty();
            Store checker = store(port, "checker", "checker");
            assertThat(obstacles(checker)).isEmpty();
            assertThat(redis().identify(system(checker), checker).serverVersion())
                    .as("it may not ask")
                    .isNull();
            assertThat(obstacles(store(port, null, null)))
                    .singleElement()
                    .asString()
                    .contains("NOAUTH");
            assertThat(obstacles(store(port, null, "wrong")))
                    .singleElement()
                    .asString()
                    .contains("WRONGPASS")
                    .doesNotContain("an0ther");
            assertThat(program).isNotNull();
        }
    }

    @Test
    void refusesWhateverWouldRestoreIt() {
        Store store = store(1, null, null);

        assertThat(redis().can(store)).isEmpty();
        for (Capability capability : Capability.values()) {
            assertThatThrownBy(() -> redis().require(store, capability))
                    .isInstanceOfSatisfying(
                            Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_CANNOT));
        }
        assertThatThrownBy(() -> redis().swap(system(store), store, "a", "b")).isInstanceOf(Refusal.class);
        assertThatThrownBy(() -> redis().backUp(system(store), store, folder, DataStore.Progress.NONE))
                .isInstanceOf(Refusal.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-LOADING Redis is loading the dataset in memory\r\n",
                "-MISCONF Redis is configured to save RDB snapshots\r\n",
                "+WHAT\r\n",
                "HTTP/1.1 400 Bad Request\r\n\r\n",
                "$99999999999\r\n",
                "$x\r\n",
                "+PON"
            })
    void isNotWellWhenItAnswersAnythingElse(String answer) throws Exception {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    socket.getInputStream().read();
                    socket.getOutputStream().write(answer.getBytes(StandardCharsets.US_ASCII));
                    socket.shutdownOutput();
                    socket.getInputStream().readAllBytes();
                } catch (IOException e) {
                    // The other side has hung up.
                }
            });
            thread.start();

            assertThat(obstacles(store(server.getLocalPort(), null, null))).hasSize(1);

            thread.join();
        }
    }

    @Test
    void givesUpOnWhoSendsOneByteNowAndThen() throws Exception {
        CountDownLatch over = new CountDownLatch(1);
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread thread = new Thread(() -> {
                try (Socket socket = server.accept()) {
                    OutputStream out = socket.getOutputStream();
                    out.write('+');
                    while (!over.await(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
                        out.write('P');
                        out.flush();
                    }
                } catch (IOException | InterruptedException e) {
                    // The other side has hung up.
                }
            });
            thread.start();
            Store store = store(server.getLocalPort(), null, null);
            long begin = System.nanoTime();

            List<String> found = TimeLimit.within(Duration.ofMillis(400), () -> obstacles(store));

            assertThat(found).singleElement().asString().contains("in time");
            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(3));
            over.countDown();
            thread.join();
        }
    }
}
