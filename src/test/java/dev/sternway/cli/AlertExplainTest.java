package dev.sternway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import picocli.CommandLine;

/** {@code alert explain} without a running Sternway: the files tell what would be understood and decided. */
class AlertExplainTest {
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();

    @TempDir
    Path config;

    @BeforeEach
    void catalogue() throws IOException {
        Files.createDirectories(config.resolve("systems"));
        Files.writeString(config.resolve("systems/web-shop.yaml"), """
                title: Web shop
                alerts:
                  - {label: system, value: shop}
                  - {label: service, value: Web shop (production)}
                services: [{id: web, container: one}]
                """);
    }

    private int explain(String file, String... more) {
        List<String> arguments = new ArrayList<>(List.of("alert", "explain", file, "--config", config.toString()));
        arguments.addAll(Arrays.asList(more));
        CommandLine command = CommandLineInterface.commandLine(Object.class)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true));
        return command.execute(arguments.toArray(String[]::new));
    }

    private static String sample(String name) {
        return "src/test/resources/alerts/" + name + ".json";
    }

    @Test
    void tellsFactsAndDecisionWithItsRules() {
        assertThat(explain(sample("alertmanager"), "--offline"))
                .as(err.toString())
                .isEqualTo(ExitCode.OK);

        assertThat(out.toString())
                .contains("format           alertmanager")
                .contains("system         web-shop")
                .contains("errorRate=12.5")
                .contains("sustainedMinutes=5.0")
                .contains("decision         for web-shop")
                .contains("severity       CRITICAL")
                .containsPattern("rule           S[24]-\\d\\d\\.");
    }

    @ParameterizedTest
    @CsvSource({"alertmanager", "grafana", "pagerduty", "datadog", "generic"})
    void guessesTheFormatOfASavedMessage(String format) throws Exception {
        assertThat(explain(sample(format), "--offline", "--json")).isEqualTo(ExitCode.OK);

        JsonNode explanation = SternwayClient.JSON.readTree(out.toString());
        assertThat(explanation.path("format").asText()).isEqualTo(format);
        assertThat(explanation.at("/alerts/0/system").asText()).isEqualTo("web-shop");
        assertThat(explanation.at("/decisions/0/decision/action").asText()).isNotBlank();
    }

    @Test
    void countsNoRuleThatIsSwitchedOff() throws Exception {
        Files.writeString(config.resolve("application.yaml"), """
                sternway:
                  decision:
                    disabled-rules: [S2-02, S4-01, S4-04]
                """);

        assertThat(explain(sample("alertmanager"), "--offline")).isEqualTo(ExitCode.OK);

        assertThat(out.toString()).contains("(switched off, does not count)");
    }

    @Test
    void readsABinaryCloudEventWithItsHeaders() throws Exception {
        Path data = Files.writeString(
                config.resolve("data.json"), "{\"symptom\": \"CRASH\", \"labels\": {\"system\": \"shop\"}}");

        assertThat(explain(
                        data.toString(),
                        "--offline",
                        "--header",
                        "ce-specversion: 1.0",
                        "--header",
                        "ce-id: 1",
                        "--header",
                        "ce-source: test",
                        "--header",
                        "ce-type: com.example.failed"))
                .as(err.toString())
                .isEqualTo(ExitCode.OK);

        assertThat(out.toString()).contains("format           cloudevents").contains("symptom=CRASH");
    }

    @Test
    void saysThatTheFilesAreAskedWhenNoSternwayAnswers() throws IOException {
        int nobody;
        try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            nobody = socket.getLocalPort();
        }

        assertThat(explain(sample("generic"), "--port", String.valueOf(nobody))).isEqualTo(ExitCode.OK);

        assertThat(err.toString()).contains("No Sternway answers; the files here are asked.");
        assertThat(out.toString()).contains("symptom=DATA_CORRUPTION");
    }

    @Test
    void namesThePlaceInWhatWouldBeRefused() throws IOException {
        Path broken = Files.write(config.resolve("broken.json"), "{\"version\": \"4\", \"alerts\": [}".getBytes(UTF_8));

        assertThat(explain(broken.toString(), "--offline", "--format", "alertmanager"))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("line 1, column").contains("HINT:");
        assertThat(explain(sample("generic"), "--offline", "--format", "morse")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("there is no alert format 'morse'");
        assertThat(explain("nowhere.json", "--offline")).isEqualTo(ExitCode.USAGE);
    }
}
