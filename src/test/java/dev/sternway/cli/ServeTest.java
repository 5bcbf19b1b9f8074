package dev.sternway.cli;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.Sternway;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code sternway serve} as a process of its own, through a whole life: start, a rival, a kill, an orderly stop. */
@Tag("long")
class ServeTest {

    private static final Pattern UP = Pattern.compile("Sternway is up at (http://\\S+) after ([0-9.]+) s");

    @TempDir
    Path directory;

    private final List<Process> processes = new ArrayList<>();

    @AfterEach
    void stopAll() throws Exception {
        for (Process process : processes) {
            process.destroy();
            process.waitFor(40, TimeUnit.SECONDS);
            process.destroyForcibly();
        }
    }

    @Test
    void startsSurvivesAKillKeepsRivalsOutAndLeavesNothingBehind() throws Exception {
        Path firstLog = directory.resolve("first.log");
        Process first = serve(firstLog);
        assertThat(health(address(first, firstLog))).isEqualTo(200);
        long postmaster = postmaster();

        Path rivalLog = directory.resolve("rival.log");
        Process rival = serve(rivalLog);
        assertThat(rival.waitFor(60, TimeUnit.SECONDS)).isTrue();
        assertThat(rival.exitValue()).isEqualTo(ExitCode.REFUSED);
        assertThat(Files.readString(rivalLog))
                .contains("is in use by process '" + first.pid() + "'")
                .doesNotContain("\tat ");

        first.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
        Path secondLog = directory.resolve("second.log");
        Process second = serve(secondLog);
        assertThat(health(address(second, secondLog))).isEqualTo(200);
        assertThat(Files.readString(secondLog)).contains("adopted");
        assertThat(postmaster()).isEqualTo(postmaster);

        second.destroy();
        assertThat(second.waitFor(60, TimeUnit.SECONDS)).isTrue();
        Awaitility.await()
                .atMost(Duration.ofSeconds(10))
                .until(() -> ProcessHandle.of(postmaster)
                        .filter(ProcessHandle::isAlive)
                        .isEmpty());
    }

    private Process serve(Path log) throws IOException {
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        Sternway.class.getName(),
                        "serve",
                        "--port",
                        "0",
                        "--data",
                        directory.resolve("data").toString())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        processes.add(process);
        return process;
    }

    private static String address(Process process, Path log) {
        return Awaitility.await()
                .atMost(Duration.ofSeconds(90))
                .pollInterval(Duration.ofMillis(200))
                .until(
                        () -> {
                            String text = Files.readString(log);
                            assertThat(process.isAlive()).as(text).isTrue();
                            Matcher up = UP.matcher(text);
                            return up.find() ? up.group(1) : "";
                        },
                        address -> !address.isEmpty());
    }

    private static int health(String address) throws Exception {
        HttpRequest request =
                HttpRequest.newBuilder(URI.create(address + "/actuator/health")).build();
        return HttpClient.newHttpClient()
                .send(request, HttpResponse.BodyHandlers.ofString())
                .statusCode();
    }

    private long postmaster() throws IOException {
        return Long.parseLong(Files.readAllLines(directory.resolve("data/postgresql/data/postmaster.pid"))
                .get(0));
    }
}
