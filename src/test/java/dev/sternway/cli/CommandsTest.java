package dev.sternway.cli;

import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.sun.net.httpserver.HttpServer;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Json;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Every command that asks a running Sternway, against one that answers as told. */
class CommandsTest {

    private final Map<String, Deque<Answer>> answers = new HashMap<>();
    private final List<String> bodies = new ArrayList<>();
    private final StringWriter out = new StringWriter();
    private final StringWriter err = new StringWriter();
    private HttpServer server;

    @TempDir
    Path directory;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            bodies.add(new String(exchange.getRequestBody().readAllBytes(), UTF_8));
            Deque<Answer> queue = answers.get(exchange.getRequestMethod() + " " + exchange.getRequestURI());
            Answer answer = queue == null ? new Answer(404, "") : queue.size() > 1 ? queue.poll() : queue.peek();
            byte[] body = answer.body().getBytes(UTF_8);
            exchange.sendResponseHeaders(answer.status(), body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
    }

    @AfterEach
    void stop() {
        server.stop(0);
    }

    @Test
    void snapshotWaitsForItsEnd() {
        answer("POST /api/systems/web-shop/snapshots", 202, "{'processInstanceId':'p','businessKey':'SNAP-1'}");
        answer("GET /api/snapshots/SNAP-1", 200, "{'state':'RUNNING'}");
        answer("GET /api/snapshots/SNAP-1", 200, "{'state':'DONE','releaseId':'r1','backupId':'b1'}");

        assertThat(run("snapshot", "web-shop", "--version", "1.0")).isEqualTo(ExitCode.OK);
        assertThat(bodies.get(0)).isEqualTo("{\"version\":\"1.0\"}");
        assertThat(out.toString()).contains("Release 'r1' recorded, backup set 'b1' taken.");
    }

    @Test
    @Tag("S3-01")
    void snapshotSaysWhichPartsAreMissingAndWhatToDo() {
        answer("POST /api/systems/web-shop/snapshots", 202, "{'businessKey':'SNAP-1'}");
        answer(
                "GET /api/snapshots/SNAP-1",
                200,
                "{'state':'DONE','releaseId':'r1','backupId':'b1','rollbackReady':false,'parts':["
                        + "{'part':'release','state':'KEPT','detail':'image ids of 2 services'},"
                        + "{'part':'artefacts','state':'NOT_APPLICABLE','detail':'in the images'},"
                        + "{'part':'package lock','state':'MISSING','detail':'not named','remedy':'name its files.'}]}");

        assertThat(run("snapshot", "web-shop", "--version", "1.0")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("release       kept: image ids of 2 services")
                .contains("artefacts     not applicable: in the images")
                .contains("package lock  missing: not named", "HINT: name its files.", "NOT ROLLBACK-READY");
    }

    @Test
    void snapshotThatFailsIsAFailureWithItsReason() {
        answer("POST /api/systems/web-shop/snapshots", 202, "{'businessKey':'SNAP-1'}");
        answer("GET /api/snapshots/SNAP-1", 200, "{'state':'FAILED','message':'disk is full'}");

        assertThat(run("snapshot", "web-shop", "--version", "1.0", "--json")).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString()).contains("\"FAILED\"");
        assertThat(err.toString()).contains("disk is full");
    }

    @Test
    void decisionTablesAreListedWithTheirRules() {
        answer(
                "GET /api/decisions/tables",
                200,
                "{'tables':[{'id':'assess-severity','name':'Assess severity','version':3,'deployedBy':'ada',"
                        + "'deployedAt':'2026-05-01T00:00:00Z','rules':[{'rule':'S2-02.errors','reason':'Many errors',"
                        + "'switchedOff':true},{'rule':'S2-04.ux','reason':'A flaw','switchedOff':false}]}],"
                        + "'disabledRules':['S2-02']}");

        assertThat(run("decide", "--list")).isEqualTo(ExitCode.OK);
        assertThat(out.toString())
                .contains("assess-severity  3        ada")
                .containsPattern("S2-02.errors +Many errors {2}\\[switched off]\\R")
                .containsPattern("S2-04.ux +A flaw\\R")
                .contains("disabled-rules: S2-02");
    }

    @Test
    void editedTablesAreSentByteForByte() throws IOException {
        Path table = Files.write(directory.resolve("assess-severity.dmn"), "<é/>".getBytes(UTF_16));
        Files.writeString(directory.resolve("notes.txt"), "no table");
        answer("POST /api/decisions/tables", 200, "[{'id':'assess-severity','version':4,'changed':true}]");

        assertThat(run("decide", "--deploy", directory.toString(), "--yes")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("assess-severity", "version 4");
        assertThat(bodies.get(0))
                .isEqualTo("{\"tables\":{\"assess-severity.dmn\":\""
                        + Base64.getEncoder().encodeToString(Files.readAllBytes(table)) + "\"}}");
    }

    @Test
    void aRefusedTableIsToldWithItsPlace() throws IOException {
        Files.writeString(directory.resolve("assess-severity.dmn"), "<x/>");
        answer(
                "POST /api/decisions/tables",
                409,
                "{'detail':'assess-severity.dmn, row 2: severity must be one of','hint':'mend it','code':'TABLE_REFUSED'}");

        assertThat(run("decide", "--deploy", directory.toString(), "--yes")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("assess-severity.dmn, row 2").contains("mend it");
    }

    @Test
    void aReplayEndsWithOneWhenADecisionWouldChange() throws IOException {
        Path cases = Files.writeString(directory.resolve("cases.yaml"), "- name: a");
        answer(
                "POST /api/decisions/replay",
                200,
                "{'decisions':3,'incidents':2,'cases':1,'changes':[{'of':'INC-2026-0007','decidedAt':'2026-05-01T03:00:00Z',"
                        + "'fields':['action'],'before':{'severity':'MINOR','action':'MONITOR'},"
                        + "'after':{'severity':null,'action':'EVALUATE'},'rulesBefore':['S2-04.ux'],'rulesAfter':[]}]}");

        assertThat(run("decide", "--replay", "--cases", cases.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(out.toString())
                .contains("INC-2026-0007 of 2026-05-01T03:00:00Z")
                .contains("was     severity MINOR, action MONITOR")
                .contains("would   severity none, action EVALUATE")
                .contains("rules   -S2-04.ux")
                .contains("3 decisions of 2 incidents and 1 cases were decided again: 1 would change.");
        assertThat(bodies.get(0)).isEqualTo("{\"tables\":{},\"cases\":\"- name: a\"}");
    }

    @Test
    void aReplayEndsWithZeroWhenNoDecisionWouldChange() {
        answer("POST /api/decisions/replay", 200, "{'decisions':3,'incidents':2,'cases':0,'changes':[]}");

        assertThat(run("decide", "--replay")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("none would change");
        assertThat(run("decide", "--replay", "--json")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("\"incidents\" : 2");
    }

    @Test
    void whatIsDecidedAboutIsAskedForPlainly() {
        assertThat(run("decide")).isEqualTo(ExitCode.USAGE);
        assertThat(run("decide", "--list", "--deploy")).isEqualTo(ExitCode.USAGE);
        assertThat(run("decide", "--list", "--cases", "x.yaml")).isEqualTo(ExitCode.USAGE);
        assertThat(run("decide", "--deploy", directory.toString(), "--yes")).isEqualTo(ExitCode.USAGE);
        assertThat(err.toString()).contains("holds no table *.dmn");
    }

    @Test
    void backupsAreATable() {
        answer(
                "GET /api/backups?last=5&system=web-shop",
                200,
                "[{'id':'b1','kind':'snapshot','bytes':12,'rows':3,'proved':'never restored yet'}]");

        assertThat(run("backup", "list", "web-shop", "--last", "5")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("b1", "snapshot", "never restored yet");
    }

    @Test
    void proofsWaitForTheirEndAndFailWithTheirCode() {
        answer("POST /api/backups/b1/prove", 202, "{'key':'PROOF-b1'}");
        answer("GET /api/backups/runs/PROOF-b1", 200, "{'state':'RUNNING'}");
        answer("GET /api/backups/runs/PROOF-b1", 200, "{'state':'DONE','outcome':'PROVED'}");
        answer("POST /api/backups/b2/verify", 202, "{'key':'PROOF-b2'}");
        answer(
                "GET /api/backups/runs/PROOF-b2",
                200,
                "{'state':'FAILED','code':'BACKUP_TRUNCATED','message':'it ends at byte 7'}");

        assertThat(run("backup", "prove", "b1")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("restored beside, and is whole");
        assertThat(run("backup", "verify", "b2")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("BACKUP_TRUNCATED: it ends at byte 7");
    }

    @Test
    void backupsAreTakenAdoptedAndDiscarded() {
        answer("POST /api/backups", 202, "{'key':'BACKUP-1'}");
        answer("GET /api/backups/runs/BACKUP-1", 200, "{'state':'DONE','backupId':'b3'}");
        answer("POST /api/backups/adopt", 202, "{'key':'ADOPT-1'}");
        answer("GET /api/backups/runs/ADOPT-1", 200, "{'state':'DONE','backupId':'b4'}");
        answer("POST /api/backups/b1/discard", 200, "{'discarded':'b1'}");

        assertThat(run("backup", "create", "web-shop", "--emergency")).isEqualTo(ExitCode.OK);
        assertThat(bodies.get(0)).contains("\"kind\":\"emergency\"");
        assertThat(run("backup", "adopt", "web-shop", "/var/backups/x.sql", "--taken-at", "2026-11-20T10:15:00Z"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("'b3' taken", "'b4'", "./sternway backup prove b4");
        assertThat(run("backup", "discard", "b1", "--reason", "no room")).isEqualTo(ExitCode.USAGE);
        assertThat(run("backup", "discard", "b1", "--reason", "no room", "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(run("backup")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void swapBackAsksFirst() {
        answer("POST /api/incidents/INC-1/swap-back", 202, "{'incidentId':'INC-2'}");

        assertThat(run("swap-back", "INC-1", "--reason", "it was fine")).isEqualTo(ExitCode.USAGE);
        assertThat(bodies).isEmpty();
        assertThat(run("swap-back", "INC-1", "--reason", "it was fine", "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("/incidents/INC-2");
    }

    @Test
    void salvageListsWhatThereIsWithConflicts() {
        answer("GET /api/incidents/INC-1/salvage", 200, "{'step':'IDLE'}");
        answer("GET /api/incidents/INC-1/salvage", 200, "{'step':'LOOKING'}");
        answer(
                "GET /api/incidents/INC-1/salvage",
                200,
                "{'step':'CHOICE','stores':[{'store':'orders','tables':[{'table':'public.items','missing':3,"
                        + "'changed':1,'uniqueConflicts':2,'parentConflicts':0,'obstacle':null,"
                        + "'needs':['public.orders'],'leftBehind':['loyalty']},{'table':'public.notes','missing':4,"
                        + "'changed':0,'obstacle':'it has no primary key'}]}],'salvages':[]}");
        answer("POST /api/incidents/INC-1/salvage/look", 202, "{}");

        assertThat(run("salvage", "INC-1")).isEqualTo(ExitCode.OK);

        assertThat(out.toString())
                .contains("public.items: 3 missing, 1 with other values; 2 in conflict, they stay out; needs"
                        + " public.orders too; without loyalty")
                .contains("public.notes: 4 missing, 0 with other values; not offered: it has no primary key")
                .contains("now: CHOICE");
    }

    @Test
    void salvageAsksForRowsToBeBroughtBackOrTakenOutAgain() {
        answer("POST /api/incidents/INC-1/salvage", 202, "{}");
        answer("POST /api/incidents/INC-1/salvage/undo", 202, "{}");

        assertThat(run("salvage", "INC-1", "--apply", "public.a", "public.b", "--rows", "all"))
                .isEqualTo(ExitCode.USAGE);
        assertThat(bodies).isEmpty();
        assertThat(run("salvage", "INC-1", "--apply", "public.a", "public.b", "--rows", "all", "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(bodies.get(0)).contains("\"rows\":\"all\"", "\"tables\":[\"public.a\",\"public.b\"]");
        assertThat(out.toString()).contains("Another person approves it");
        assertThat(run("salvage", "INC-1", "--undo", "--yes")).isEqualTo(ExitCode.USAGE);
        assertThat(run("salvage", "INC-1", "--undo", "--reason", "wrong rows", "--yes"))
                .isEqualTo(ExitCode.OK);
        assertThat(bodies.get(1)).isEqualTo("{\"reason\":\"wrong rows\"}");
    }

    @Test
    void aRefusalIsShownWithItsHint() {
        answer("GET /api/systems/web-shop/plan?level=3", 409, "{'message':'no backup','hint':'take one'}");

        assertThat(run("plan", "web-shop", "--level", "3")).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).isEqualToNormalizingNewlines("no backup\nHINT: take one\n");
    }

    @Test
    void incidentsAreATableOrJson() throws Exception {
        answer("GET /api/incidents", 200, "[{'id':'INC-1','state':'OPEN','systems':['a','b']}]");

        assertThat(run("incident", "list")).isEqualTo(ExitCode.OK);
        assertThat(out.toString().lines().toList().get(1)).startsWith("INC-1  OPEN   -         a, b");

        out.getBuffer().setLength(0);
        assertThat(run("incident", "list", "--json")).isEqualTo(ExitCode.OK);
        JsonNode json = SternwayClient.JSON.readTree(out.toString());
        assertThat(json.path(0).path("id").asText()).isEqualTo("INC-1");
    }

    @Test
    void whoIsNotKnownOrMayNotHasAnExitCodeOfItsOwn() {
        answer("GET /api/incidents", 401, "");
        answer("GET /api/incidents/INC-1", 403, "");

        assertThat(run("incident", "list")).isEqualTo(ExitCode.FORBIDDEN);
        assertThat(run("incident", "show", "INC-1")).isEqualTo(ExitCode.FORBIDDEN);
    }

    @Test
    void nobodyThereHasAnExitCodeOfItsOwn() {
        server.stop(0);

        assertThat(run("status")).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(err.toString()).contains("HINT: start it with ./sternway serve");
    }

    @Test
    void wrongUsageIsTwo() {
        assertThat(run("plan")).isEqualTo(ExitCode.USAGE);
        assertThat(run("plan", "web-shop", "--level", "4")).isEqualTo(ExitCode.USAGE);
        assertThat(run("no-such-command")).isEqualTo(ExitCode.USAGE);
        assertThat(run("verify-evidence")).isEqualTo(ExitCode.USAGE);
    }

    @Test
    void evidenceIsCheckedHereAndFromAFile() throws Exception {
        String evidence = Json.writeEvidence(List.of(first("as it was")));
        answer("GET /api/incidents/INC-1/evidence", 200, evidence);
        Path forged = Files.writeString(directory.resolve("evidence.json"), evidence.replace("as it was", "better"));

        assertThat(run("verify-evidence", "INC-1")).isEqualTo(ExitCode.OK);
        assertThat(out.toString()).contains("The evidence holds: 1 entry");
        assertThat(run("verify-evidence", "--file", forged.toString())).isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("entry 1 was edited");
    }

    @Test
    void evidenceMustEndWhereItsHeadSays() throws Exception {
        Evidence entry = first("as it was");
        Path saved = Files.writeString(directory.resolve("evidence.json"), Json.writeEvidence(List.of(entry)));

        assertThat(run("verify-evidence", "--file", saved.toString(), "--head", "1 " + entry.hash()))
                .isEqualTo(ExitCode.OK);
        assertThat(run("verify-evidence", "--file", saved.toString(), "--head", "2 " + Chain.START))
                .isEqualTo(ExitCode.REFUSED);
        assertThat(err.toString()).contains("entry 2 is missing");
        assertThat(run("verify-evidence", "--file", saved.toString(), "--head", "nonsense"))
                .isEqualTo(ExitCode.USAGE);
    }

    @Test
    void everyCommandTakesTheCommonOptions() {
        CommandLine sternway = CommandLineInterface.commandLine(Object.class);
        List<String> common = List.of("--port", "--data", "--config", "--json", "--yes", "--help");

        assertThat(leaves(sternway))
                .allSatisfy(command -> assertThat(
                                command.getCommandSpec().optionsMap().keySet())
                        .containsAll(common));
    }

    private static List<CommandLine> leaves(CommandLine command) {
        return command.getSubcommands().values().stream()
                .flatMap(each -> each.getSubcommands().isEmpty() ? Stream.of(each) : leaves(each).stream())
                .toList();
    }

    private static Evidence first(String seen) {
        Entry entry = Entry.fact("INC-1", Evidence.Kind.NOTE, "note", "a fact", seen, Evidence.Outcome.NOTED);
        Evidence open = evidence(entry, "");
        return evidence(entry, Chain.hash(open));
    }

    private static Evidence evidence(Entry entry, String hash) {
        return new Evidence(
                entry.incidentId(),
                1,
                entry.startedAt(),
                entry.endedAt(),
                entry.systemId(),
                entry.level(),
                entry.kind(),
                entry.step(),
                entry.target(),
                entry.wanted(),
                entry.seen(),
                entry.outcome(),
                entry.actor(),
                entry.planSha256(),
                entry.details(),
                Chain.START,
                hash);
    }

    private void answer(String request, int status, String body) {
        String json = body.startsWith("[ {") ? body : body.replace('\'', '"');
        answers.computeIfAbsent(request, key -> new ArrayDeque<>()).add(new Answer(status, json));
    }

    private int run(String... args) {
        List<String> all = new ArrayList<>(Arrays.asList(args));
        all.add("--port");
        all.add(Integer.toString(server.getAddress().getPort()));
        return CommandLineInterface.commandLine(Object.class)
                .setOut(new PrintWriter(out, true))
                .setErr(new PrintWriter(err, true))
                .execute(all.toArray(String[]::new));
    }

    private record Answer(int status, String body) {}
}
