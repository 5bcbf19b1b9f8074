package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.decision.Action;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.Facts;
import dev.sternway.decision.MatchedRule;
import dev.sternway.decision.Response;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.process.Weighing;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.repository.Deployment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Why something was decided, told to people and programs; and the tables, listed, changed and tried over HTTP. */
class DecisionsTest extends WebTest {
    private static final String HOSTILE = "<script>alert(1)</script>";

    @Autowired
    private Decisions decisions;

    @Autowired
    private Weighing weighing;

    @Autowired
    private RepositoryService repository;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private ObjectMapper json;

    @AfterEach
    void theTablesOfTheProductAgain() {
        repository.createDeploymentQuery().deploymentName("decision tables, edited").list().stream()
                .map(Deployment::getId)
                .forEach(id -> repository.deleteDeployment(id, true));
    }

    @Test
    @Tag("S0-12")
    void thePageTellsEveryRuleAndWhichDoNotCount() {
        String page = view(browserOf("vera"), "/incidents/" + worsened("INC-2026-7001"))
                .body();

        assertThat(page)
                .contains("More than 5 % errors for more than 5 minutes", "<code>S2-02.errors</code>")
                .contains("Too many errors", "alertmanager")
                .contains("Slower than the baseline by more than 50 %")
                .contains("switched off by configuration, does not count")
                .contains("It got worse: one decision came before", "A small flaw in how it is used")
                .contains("error rate 6.5")
                .contains("nobody is asked first")
                .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                .doesNotContain(HOSTILE);
        assertThat(page.split("<strong class=\"mark\">decides</strong>"))
                .as("the strictest only")
                .hasSize(2);
        assertThat(page.indexOf("S2-02.errors")).isLessThan(page.indexOf("S4-02.errors"));
    }

    @Test
    void programsAreToldTheSame() throws IOException {
        String id = worsened("INC-2026-7002");

        JsonNode told =
                json.readTree(get("/api/incidents/" + id, "vera").body()).path("decisions");

        assertThat(told).hasSize(2);
        JsonNode last = told.get(0);
        assertThat(last.path("action").asText()).isEqualTo("ROLL_BACK");
        assertThat(last.path("rules").get(0).path("id").asText()).isEqualTo("S2-02.errors");
        assertThat(last.path("rules").get(0).path("decides").asBoolean()).isTrue();
        assertThat(last.path("rules").get(0).path("alerts").get(0).path("title").asText())
                .isEqualTo("Too many errors");
        assertThat(last.path("rules").findValuesAsText("switchedOff")).containsExactly("false", "false", "true");
        assertThat(last.path("steps").get(0).path("reason").asText()).isEqualTo("Critical: roll back at once");
        assertThat(last.path("tableVersions").path("assess-severity").asInt()).isEqualTo(3);
        assertThat(told.get(1).path("action").asText()).isEqualTo("MONITOR");
    }

    @Test
    void everybodyMayListTheTables() throws IOException {
        JsonNode listed = json.readTree(get("/api/decisions/tables", "vera").body());

        assertThat(listed.path("tables").findValuesAsText("id"))
                .containsExactly(
                        "assess-severity",
                        "judge-triggers",
                        "weigh-matrix",
                        "recognise-scenario",
                        "choose-scope",
                        "decide-rollback",
                        "choose-response",
                        "permit-restore");
        assertThat(listed.path("tables").findValuesAsText("deployedBy")).containsOnly("sternway");
        assertThat(listed.path("tables").get(0).path("rules").findValuesAsText("rule"))
                .contains("S2-02.errors");
        assertThat(listed.path("disabledRules")).isEmpty();
        assertThat(get("/api/decisions/tables").statusCode()).isEqualTo(401);
    }

    @Test
    void anAdministratorChangesWhatTheNextDecisionSays() throws IOException {
        List<AlertFacts> alerts = List.of(new AlertFacts("1", Facts.of(Map.of("degradation", 60.0))));
        assertThat(weighing.weigh(alerts).action()).isEqualTo(Action.EVALUATE);
        String stricter = table("assess-severity").replace("&gt; 50<", "&gt; 90<");
        for (String other : List.of("vera", "carla", "theo", "olga")) {
            assertThat(deploy(other, "assess-severity.dmn", stricter).statusCode())
                    .as(other)
                    .isEqualTo(403);
        }

        HttpResponse<String> answer = deploy("ada", "assess-severity.dmn", stricter);

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        assertThat(json.readTree(answer.body()).get(0).path("changed").asBoolean())
                .isTrue();
        assertThat(weighing.weigh(alerts).rules()).as("without a restart").isEmpty();
        JsonNode first = json.readTree(get("/api/decisions/tables", "vera").body())
                .path("tables")
                .get(0);
        assertThat(first.path("deployedBy").asText()).isEqualTo("ada");
        assertThat(first.path("version").asInt())
                .isEqualTo(json.readTree(answer.body()).get(0).path("version").asInt());
        assertThat(json.readTree(deploy("ada", "a.dmn", stricter).body())
                        .get(0)
                        .path("changed")
                        .asBoolean())
                .as("the same again")
                .isFalse();
    }

    @ParameterizedTest(name = "{3}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            assess-severity | "CRITICAL"</text>         | "CRITCAL"</text>                  | severity must be one of [CRITICAL, MAJOR, MINOR] in quotes or null, got "CRITCAL"
            assess-severity | "ROLL_BACK"</text>        | null</text>                       | action must be one of [ROLL_BACK, EVALUATE, MONITOR] in quotes, got null
            assess-severity | "S2-02.data"</text>       | "S2-02.crash"</text>              | row 2 (S2-02.crash): another row has this rule id
            assess-severity | "S2-02.data"</text>       | "S4-01.data"</text>               | rule id 'S4-01.data' belongs to assess-severity already
            assess-severity | <text>&gt; 5</text>       | <text>&gt; five%</text>           | the test of errorRate is no FEEL: > five%
            assess-severity | <text>errorRate</text>    | <text>erorRate</text>             | input 'erorRate' is never known
            assess-severity | hitPolicy="COLLECT"       | hitPolicy="COLLECT" aggregation="COUNT" | hit policy must be COLLECT, got COLLECT COUNT
            assess-severity | hitPolicy="COLLECT"       | hitPolicy="FIRST"                 | hit policy must be COLLECT, got FIRST
            assess-severity | name="action"             | name="deed"                       | [action] is missing
            assess-severity | "Memory leaks"</text>     | ""</text>                         | output 'reason' must say in words what the row means
            assess-severity | decision id="assess-severity" | decision id="assess-severities" | its decision must have one of the ids
            assess-severity | typeRef="double">         | typeRef="double" expressionLanguage="juel"> | is written in 'juel', people deploy FEEL only
            assess-severity | <definitions              | <!DOCTYPE definitions><definitions | has a DOCTYPE
            assess-severity | </definitions>            | ``                                | is no XML, see line
            choose-scope    | <text>3</text>            | <text>4</text>                    | level must be 1, 2 or 3, got '4'
            decide-rollback | <text>15</text>           | <text>"soon"</text>               | decideWithin must be minutes or null
            choose-response | "tech-lead"</text>        | "Tech Lead"</text>                | approverGroups must be groups separated by commas
            choose-response | "tech-lead"</text>        | "tech-leed"</text>                | there is no group 'tech-leed'
            permit-restore  | <text>false</text>        | <text>no</text>                   | permitted must be true or false, got 'no'
            """)
    void aTableThatCannotDecideIsRefused(String id, String clean, String broken, String why) throws IOException {
        String table = table(id);
        assertThat(table).contains(clean);

        HttpResponse<String> answer = deploy(
                "ada",
                id + ".dmn",
                table.replaceFirst(
                        java.util.regex.Pattern.quote(clean),
                        java.util.regex.Matcher.quoteReplacement(broken == null ? "" : broken)));

        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(409);
        JsonNode problem = json.readTree(answer.body());
        assertThat(problem.path("code").asText()).isEqualTo("TABLE_REFUSED");
        assertThat(problem.path("detail").asText()).contains(why);
        assertThat(repository
                        .createDeploymentQuery()
                        .deploymentName("decision tables, edited")
                        .count())
                .isZero();
    }

    @Test
    void theLastRowOfATableThatPicksFitsWhateverComes() throws IOException {
        String table = table("decide-rollback");
        int last = table.lastIndexOf("_rollBackRules\">\n          <text></text>");
        String without =
                table.substring(0, last) + table.substring(last).replaceFirst("<text></text>", "<text>&gt; 7</text>");

        assertThat(deploy("ada", "decide-rollback.dmn", without).body())
                .contains("the last row must fit whatever comes");
    }

    @Test
    void anotherEncodingHidesNoOtherLanguage() throws IOException {
        String foreign = table("assess-severity")
                .replaceFirst("typeRef=\"double\">", "typeRef=\"double\" expressionLanguage=\"juel\">")
                .replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");
        String plain = table("assess-severity").replace("encoding=\"UTF-8\"", "encoding=\"UTF-16\"");

        assertThat(deploy("ada", "t.dmn", foreign, StandardCharsets.UTF_16).body())
                .contains("people deploy FEEL only");
        assertThat(engineDeploy("t.dmn", foreign.getBytes(StandardCharsets.UTF_16))
                        .statusCode())
                .isEqualTo(403);
        assertThat(deploy("ada", "t.dmn", plain, StandardCharsets.UTF_16).statusCode())
                .isEqualTo(200);
    }

    /** Cockpit and the engine's REST API deploy too. */
    @Test
    void theEnginesOwnDeploymentRefusesTheSame() throws IOException {
        String broken = table("choose-scope").replaceFirst("\"DATABASE\"", "\"DATABASES\"");

        HttpResponse<String> answer = engineDeploy("choose-scope.dmn", broken.getBytes(StandardCharsets.UTF_8));

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(answer.body()).contains("scope must be one of");
    }

    @Test
    void aReplayTellsWhoseDecisionWouldChange() throws IOException {
        String id = worsened("INC-2026-7003");
        String milder = table("assess-severity").replaceFirst("&gt; 5<", "&gt; 8<");

        JsonNode none = replay(Map.of(), null);
        assertThat(none.path("changes").findValuesAsText("of"))
                .as("the recorded decisions were made up, so that of 7003 differs from what the tables say")
                .doesNotContain("nobody");
        JsonNode with = replay(Map.of("assess-severity.dmn", milder), """
                - name: errors between the old and the new bound
                  alerts: [{errorRate: 6.5, sustainedMinutes: 7, service: api}]
                - name: far above both
                  alerts: [{errorRate: 20, sustainedMinutes: 7}]
                - name: expected to be watched
                  alerts: [{symptom: UX}]
                  expect: {action: MONITOR, severity: MINOR}
                - name: expected wrongly
                  alerts: [{symptom: UX}]
                  expect: {action: ROLL_BACK}
                """);

        assertThat(with.path("cases").asInt()).isEqualTo(4);
        assertThat(with.path("incidents").asInt()).isPositive();
        assertThat(with.path("changes").findValuesAsText("of"))
                .contains("errors between the old and the new bound", "expected wrongly")
                .doesNotContain("far above both", "expected to be watched");
        JsonNode change = with.path("changes").findParents("of").stream()
                .filter(each -> each.path("of").asText().startsWith("errors between"))
                .findFirst()
                .orElseThrow();
        assertThat(change.path("fields")).extracting(JsonNode::asText).contains("decideWithin");
        assertThat(change.path("rulesBefore")).extracting(JsonNode::asText).contains("S2-02.errors");
        assertThat(change.path("rulesAfter")).extracting(JsonNode::asText).doesNotContain("S2-02.errors");
        assertThat(repository
                        .createDeploymentQuery()
                        .deploymentName("decision tables, edited")
                        .count())
                .isZero();
        assertThat(decisions.of(id)).as("and nothing is recorded").hasSize(2);
    }

    @ParameterizedTest(name = "{1}")
    @CsvSource(delimiter = '|', quoteCharacter = '`', textBlock = """
            name: x                                                   | cases: must be a list of cases
            `- name: x`                                               | cases/0/alerts: must be a list of facts
            `- {name: x, alerts: [], expects: {}}`                    | cases/0/expects: is unknown
            `- {name: x, alerts: [{symptom: A, errorrate: 3}]}`       | cases/0/alerts/0: there is no fact 'errorrate'
            `- {name: x, alerts: [{errorRate: high}]}`                | cases/0/alerts/0: errorRate: must be a number, got 'high'
            `- {name: x, alerts: [], expect: {levels: 3}}`            | cases/0/expect/levels: is no field of a decision
            `- {name: x`                                              | cases: is neither YAML nor JSON
            """)
    void aFileOfCasesIsReadStrictly(String cases, String why) throws IOException {
        HttpResponse<String> answer =
                post("/api/decisions/replay", "vera", json.writeValueAsString(Map.of("cases", cases)));

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json.readTree(answer.body()).path("detail").asText()).contains(why);
    }

    @Test
    void aReplayTakesTablesFromAnAdministratorOnly() throws IOException {
        String body = json.writeValueAsString(Map.of(
                "tables", Map.of("t.dmn", base64(table("assess-severity"), StandardCharsets.UTF_8)), "cases", "[]"));

        assertThat(post("/api/decisions/replay", "vera", body).statusCode()).isEqualTo(403);
        assertThat(post("/api/decisions/replay", "ada", body).statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "for x in 1..1000000000 return x",
                "? > 1 and (some x in 1..1000000000 satisfies x < 0)",
                "every x in 1..1000000000 satisfies x > 0",
                "\"\\\" for x in 1..1000000000 return \"\"",
                "{f: function(n) f(n)}.f(1)"
            })
    void noCellGoesThroughAList(String feel) throws IOException {
        String test = feel.replace("<", "&lt;").replace(">", "&gt;");
        String table = table("assess-severity")
                .replaceFirst("<text>&gt; 5</text>", Matcher.quoteReplacement("<text>" + test + "</text>"));

        HttpResponse<String> answer = deploy("ada", "t.dmn", table);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json.readTree(answer.body()).path("detail").asText())
                .contains("may take for ever")
                .contains("t.dmn: rule_");
    }

    private JsonNode replay(Map<String, String> tables, String cases) throws IOException {
        var request = json.createObjectNode();
        var files = request.putObject("tables");
        tables.forEach((name, text) -> files.put(name, base64(text, StandardCharsets.UTF_8)));
        request.put("cases", cases);
        // Tables of his own an administrator only may try.
        HttpResponse<String> answer =
                post("/api/decisions/replay", tables.isEmpty() ? "vera" : "ada", request.toString());
        assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
        return json.readTree(answer.body());
    }

    private HttpResponse<String> deploy(String user, String file, String table) throws IOException {
        return deploy(user, file, table, StandardCharsets.UTF_8);
    }

    private HttpResponse<String> deploy(String user, String file, String table, Charset encoding) throws IOException {
        return post(
                "/api/decisions/tables",
                user,
                json.writeValueAsString(Map.of("tables", Map.of(file, base64(table, encoding)))));
    }

    private HttpResponse<String> engineDeploy(String file, byte[] content) {
        byte[] head = ("--X\r\nContent-Disposition: form-data; name=\"deployment-name\"\r\n\r\ntry\r\n--X\r\n"
                        + "Content-Disposition: form-data; name=\"data\"; filename=\"" + file + "\"\r\n"
                        + "Content-Type: application/octet-stream\r\n\r\n")
                .getBytes(StandardCharsets.UTF_8);
        byte[] tail = "\r\n--X--\r\n".getBytes(StandardCharsets.UTF_8);
        byte[] body = new byte[head.length + content.length + tail.length];
        System.arraycopy(head, 0, body, 0, head.length);
        System.arraycopy(content, 0, body, head.length, content.length);
        System.arraycopy(tail, 0, body, head.length + content.length, tail.length);
        return send(
                stranger(),
                basic("/engine-rest/deployment/create", "ada", PASSWORD)
                        .header("Content-Type", "multipart/form-data; boundary=X")
                        .POST(java.net.http.HttpRequest.BodyPublishers.ofByteArray(body))
                        .build());
    }

    private static String base64(String text, Charset encoding) {
        return Base64.getEncoder().encodeToString(text.getBytes(encoding));
    }

    private static String table(String id) throws IOException {
        return Files.readString(Path.of("processes", id + ".dmn"));
    }

    /** Watched first, critical then; one rule that matches is switched off. */
    private String worsened(String id) {
        jdbc.sql("insert into incident (id, system_id, title, state) values (?, ?, 'Orders fail', 'ROLLING_BACK')")
                .params(id, id.toLowerCase())
                .update();
        String first = alert(id, HOSTILE);
        String second = alert(id, "Too many errors");
        record(
                id,
                Map.of(first, Map.of("symptom", "UX")),
                decision(Severity.MINOR, Action.MONITOR),
                rule(
                        "assess-severity",
                        "S2-04.ux",
                        Severity.MINOR,
                        Action.MONITOR,
                        "A small flaw in how it is used",
                        false,
                        first));
        record(
                id,
                Map.of(first, Map.of("symptom", "UX"), second, Map.of("errorRate", 6.5, "sustainedMinutes", 7.0)),
                decision(Severity.CRITICAL, Action.ROLL_BACK),
                rule(
                        "judge-triggers",
                        "S4-02.errors",
                        Severity.MAJOR,
                        Action.EVALUATE,
                        "1 to 5 % errors",
                        false,
                        second),
                rule(
                        "assess-severity",
                        "S2-02.errors",
                        Severity.CRITICAL,
                        Action.ROLL_BACK,
                        "More than 5 % errors for more than 5 minutes",
                        false,
                        second),
                rule(
                        "assess-severity",
                        "S2-03.slower",
                        Severity.MAJOR,
                        Action.EVALUATE,
                        "Slower than the baseline by more than 50 %",
                        true,
                        second));
        return id;
    }

    private void record(String id, Map<String, Map<String, Object>> facts, Decision decision, MatchedRule... rules) {
        facts.forEach((alert, known) -> decisions.matched(
                id,
                "pi-" + id,
                new AlertFacts(alert, Facts.of(known)),
                "assess-severity",
                3,
                List.of(rules).stream()
                        .filter(rule -> rule.alert().equals(alert))
                        .toList()));
        long open = decisions.open(id, "pi-" + id);
        decisions.picked(open, new Decision.Step("decide-rollback", "S2-02.decide", "Critical: roll back at once"), 1);
        decisions.decided(open, decision);
    }

    private static Decision decision(Severity severity, Action action) {
        return new Decision(
                severity,
                action,
                (Scenario) null,
                Scope.FULL,
                1,
                null,
                null,
                null,
                action == Action.ROLL_BACK,
                5,
                Response.FULL_ROLLBACK,
                30,
                "incident-commander,tech-lead",
                List.of(),
                List.of());
    }

    private static MatchedRule rule(
            String table, String id, Severity severity, Action action, String reason, boolean off, String alert) {
        return new MatchedRule(table, id, severity, action, 30, null, reason, off, alert);
    }

    private String alert(String incident, String title) {
        return jdbc.sql(
                        "insert into alert (source, key, series, starts_at, status, state, incident_id, alert) values ('alertmanager',"
                                + " :key, :key, now(), 'FIRING', 'JOINED', :incident, jsonb_build_object('source', 'alertmanager',"
                                + " 'series', :key::text, 'key', :key::text, 'status', 'FIRING', 'title', :title::text,"
                                + " 'startsAt', '2026-05-01T00:00:00Z', 'labels', '{}'::jsonb, 'annotations', '{}'::jsonb))"
                                + " returning id")
                .param("key", incident + title)
                .param("incident", incident)
                .param("title", title)
                .query(String.class)
                .single();
    }
}
