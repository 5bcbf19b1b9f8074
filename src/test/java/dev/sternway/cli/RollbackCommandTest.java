package dev.sternway.cli;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** {@code rollback} against a Sternway that answers as told: what it sends, what it prints, how it ends. */
class RollbackCommandTest {
    private static final String BEGUN =
            "{'requestId':'REQ-2026-0001','incidents':{'web-shop':'INC-2026-0007'},'repeated':false}";

    private final List<JsonNode> bodies = new ArrayList<>();
    private final List<String> keys = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server;
    private int status;
    private String answer;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/api/rollbacks", exchange -> {
            bodies.add(SternwayClient.JSON.readTree(exchange.getRequestBody().readAllBytes()));
            keys.add(exchange.getRequestHeaders().getFirst("Idempotency-Key"));
            byte[] body = answer.replace('\'', '"').getBytes(UTF_8);
            exchange.sendResponseHeaders(status, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        answers(202, BEGUN);
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    private void answers(int with, String body) {
        status = with;
        answer = body;
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(List.of("rollback"));
        all.addAll(Arrays.asList(args));
        all.add("--port");
        all.add(Integer.toString(server.getAddress().getPort()));
        return CommandLineInterface.commandLine(Object.class)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    @Test
    @Tag("S0-14")
    void asksOnceWithTheKeyOfTheRunAndSaysWhichIncidentItIs() {
        assertThat(run("web-shop", "--to", "1.4.0", "--reason", "validation failed", "--key", "run-17"))
                .isEqualTo(ExitCode.OK);

        assertThat(bodies.get(0).toString())
                .isEqualTo("{\"systems\":\"web-shop\",\"release\":\"1.4.0\",\"reason\":\"validation failed\"}");
        assertThat(keys).containsExactly("run-17");
        assertThat(out.toString())
                .contains("Rollback of web-shop begun as INC-2026-0007: ")
                .contains("/incidents/INC-2026-0007");
    }

    @Test
    void sendsEveryOption() {
        run(
                "web-shop",
                "--backup",
                "b1",
                "--level",
                "3",
                "--scope",
                "DATABASE",
                "--restore-reason",
                "CORRUPTION",
                "--severity",
                "MAJOR",
                "--reason",
                "r");
        run("web-shop", "--scope", "PARTIAL_SERVICE", "--service", "api", "--to", "1", "--reason", "r");

        assertThat(bodies.get(0).toString())
                .isEqualTo("{\"systems\":\"web-shop\",\"level\":\"3\",\"scope\":\"DATABASE\",\"backup\":\"b1\","
                        + "\"restoreReason\":\"CORRUPTION\",\"severity\":\"MAJOR\",\"reason\":\"r\"}");
        assertThat(bodies.get(1).path("service").asText()).isEqualTo("api");
        assertThat(keys).doesNotHaveDuplicates().allMatch(key -> key.length() > 20);
    }

    @Test
    @Tag("S1-14")
    void asksForSeveralSystemsOrAll() {
        run("web-shop", "n8n", "--backup-base", "latest", "--reason", "r");
        run("--all", "--reason", "r");

        assertThat(bodies.get(0).path("systems").asText()).isEqualTo("web-shop,n8n");
        assertThat(bodies.get(0).path("backupBase").asText()).isEqualTo("latest");
        assertThat(bodies.get(1).path("systems").asText()).isEqualTo("ALL");
    }

    @Test
    @Tag("S3-09")
    void showsTheRestorePointsWhereNoneIsNamedAndNobodyCanBeAsked() {
        answers(
                409,
                "{'code':'RESTORE_POINT_MISSING','detail':'neither a release nor a backup was named','hint':'ask again',"
                        + "'restorePoints':[{'kind':'BACKUP','id':'b1','version':'1.4.0','takenAt':'2026-11-20T03:00:00Z',"
                        + "'usable':true,'state':'manifest verified'},{'kind':'RELEASE','id':'shop@1#1','version':null,"
                        + "'takenAt':'2026-11-20T03:00:00Z','usable':false,'state':'images gone: shop:1'}]}");

        assertThat(run("web-shop", "--reason", "r")).isEqualTo(ExitCode.REFUSED);

        List<String> lines = out.toString().lines().toList();
        assertThat(lines).hasSize(2);
        assertThat(lines.get(0)).startsWith("1. --backup b1  version 1.4.0  2026-11-20T03:00:00Z (");
        assertThat(lines.get(1)).startsWith("2. --to shop@1#1  ").endsWith("images gone: shop:1  (would be refused)");
        assertThat(err.toString()).contains("neither a release nor a backup").contains("HINT: ask again");
    }

    @Test
    @Tag("S1-17")
    void showsWhatTheGatesSaw() {
        answers(
                409,
                "{'code':'IMAGE_NOT_PRESENT','detail':'image gone','hint':'pull it','gates':["
                        + "{'name':'checkAuthorisation','green':true,'seen':'fine'},"
                        + "{'name':'checkTarget','green':false,'seen':'image gone'}]}");

        assertThat(run("web-shop", "--to", "1", "--reason", "r")).isEqualTo(ExitCode.REFUSED);

        assertThat(err.toString())
                .containsSubsequence(
                        "image gone",
                        "HINT: pull it",
                        "green  checkAuthorisation: fine",
                        "red    checkTarget: image gone");
    }

    @Test
    void saysThatARetryBeganNothingMore() {
        answers(200, BEGUN.replace("false", "true"));

        assertThat(run("web-shop", "--to", "1", "--reason", "r", "--key", "k")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("had begun before as INC-2026-0007");
    }

    @Test
    void answersInJsonForPrograms() throws IOException {
        assertThat(run("web-shop", "--to", "1", "--reason", "r", "--json")).isEqualTo(ExitCode.OK);
        assertThat(SternwayClient.JSON
                        .readTree(out.toString())
                        .at("/incidents/web-shop")
                        .asText())
                .isEqualTo("INC-2026-0007");
    }

    @Test
    void whoMayNotIsToldByAnExitCodeOfItsOwn() {
        answers(403, "{'detail':'may not','hint':'ask somebody'}");

        assertThat(run("web-shop", "--to", "1", "--reason", "r")).isEqualTo(ExitCode.FORBIDDEN);
    }

    @Test
    void wantsSystemsOrAllAndAReason() {
        assertThat(run("--reason", "r")).isEqualTo(ExitCode.USAGE);
        assertThat(run("web-shop", "--all", "--reason", "r")).isEqualTo(ExitCode.USAGE);
        assertThat(run("web-shop")).isEqualTo(ExitCode.USAGE);
        assertThat(bodies).isEmpty();
    }
}
