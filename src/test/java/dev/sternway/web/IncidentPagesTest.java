package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.evidence.Chain;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Json;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.StoryEvidence;
import dev.sternway.evidence.StoryEvidence.Chapter;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;

/** What pages and API tell of an incident. */
class IncidentPagesTest extends WebTest {
    private static final String HOSTILE = "<script>alert(1)</script><img src=x onerror=alert(2)>\"'`${7*7}[[${7*7}]]";

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient jdbc;

    @Autowired
    private ObjectMapper json;

    @Test
    void thePageTellsTheWholeStory() {
        String id = incident("CLOSED", "Orders fail", Chapter.CLOSED);
        String page = view(browserOf("vera"), "/incidents/" + id).body();
        assertThat(page)
                .contains(id, "Orders fail", "Closed")
                .contains("Level 1: switch toggles", "Level 2: revert the release", "Level 3: restore the data")
                .contains("within budget", "of <span>45 min</span>", "for people (not counted)")
                .contains("Errors above 5 % for more than 5 minutes", "<code>errorRateAboveFive</code>")
                .contains("c3c3c3c3", "RECOMMENDATIONS_ENABLED=false")
                .contains("carla", "theo", "✓ Approved", "✗ Refused", "of at most 61 rows")
                .contains("public.order_lines", "15,501")
                .contains("✓ Success: all five parts passed")
                .contains("Windows are shortened")
                .contains("shop-api.failed-" + id, "./sternway swap-back " + id)
                .contains("The hash chain of <span>", "entries</span> holds".substring(15));
    }

    @Test
    void hostileTextsStayTexts() {
        String id = incident("ROLLING_BACK", HOSTILE, Chapter.DECIDED);
        ledger.append(Entry.fact(id, Evidence.Kind.NOTE, HOSTILE, HOSTILE, HOSTILE, Evidence.Outcome.NOTED)
                .by(HOSTILE)
                .on(HOSTILE));
        HttpClient browser = browserOf("vera");
        for (String path : List.of("/", "/incidents/" + id, "/incidents/" + id + "/live", "/incidents/live")) {
            assertThat(view(browser, path).body())
                    .as(path)
                    .contains("&lt;script&gt;alert(1)&lt;/script&gt;")
                    .contains("${7*7}[[${7*7}]]")
                    .doesNotContain("<script>alert", "<img src=x", "49[[");
        }
        HttpResponse<String> none = view(browser, "/incidents/%3Cscript%3Ealert(1)%3C%2Fscript%3E");
        assertThat(none.body()).doesNotContain("<script>alert");
    }

    @Test
    void thePageSaysWhatIsWaitedForAndThatTheChainIsBroken() {
        String id = incident("WAITING_FOR_PEOPLE", "Orders fail", Chapter.LOSS_MEASURED);
        jdbc.sql("update incident set waits_for = 'Confirm the data loss' where id = ?")
                .param(id)
                .update();
        jdbc.sql("alter table evidence disable trigger user").update();
        jdbc.sql("update evidence set seen = 'fine' where incident_id = ? and sequence = 4")
                .param(id)
                .update();
        jdbc.sql("alter table evidence enable trigger user").update();
        String page = view(browserOf("carla"), "/incidents/" + id).body();
        assertThat(page)
                .contains("Waiting for people", "waits for <span>Confirm the data loss</span>")
                .contains("chain broken", "entry 4 was edited");
        assertThat(get("/api/incidents/" + id, "carla").body()).contains("\"brokenAt\":\"entry 4 was edited");
    }

    @Test
    void openIncidentsComeFirst() {
        String closed = incident("CLOSED", "Over", Chapter.DECIDED);
        jdbc.sql("update incident set closed_at = now() where id = ?")
                .param(closed)
                .update();
        String open = incident("PLANNING", "Not over", Chapter.DECIDED);
        String page = view(browserOf("vera"), "/").body();
        assertThat(page.indexOf(open)).isPositive().isLessThan(page.indexOf(closed));
        assertThat(page).contains("Critical");
    }

    @Test
    void theLivePartIsSentOnlyWhenSomethingChanged() {
        String id = incident("PLANNING", "Orders fail", Chapter.DECIDED);
        HttpClient browser = browserOf("vera");
        HttpResponse<String> first = view(browser, "/incidents/" + id + "/live");
        assertThat(first.body()).contains("id=\"state\"").doesNotContain("<html");
        String tag = first.headers().firstValue("etag").orElseThrow();
        assertThat(live(browser, id, tag).statusCode()).isEqualTo(304);
        ledger.append(Entry.fact(id, Evidence.Kind.NOTE, "note", null, "news", Evidence.Outcome.NOTED));
        assertThat(live(browser, id, tag).body()).contains("news");
        assertThat(live(stranger(), id, tag).statusCode()).isEqualTo(401);
    }

    @Test
    void theListForProgramsHasPlainFields() throws Exception {
        String id = incident("PLANNING", "Orders fail", Chapter.DECIDED);
        JsonNode list = json.readTree(get("/api/incidents", "olga").body());
        JsonNode one = null;
        for (JsonNode each : list) {
            one = each.path("id").asText().equals(id) ? each : one;
        }
        assertThat(one).isNotNull();
        assertThat(one.path("severity").asText()).isEqualTo("CRITICAL");
        assertThat(one.path("state").asText()).isEqualTo("PLANNING");
        assertThat(one.path("systems").get(0).asText()).isEqualTo("shop-" + id);
        assertThat(Instant.parse(one.path("openedAt").asText())).isNotNull();
    }

    @Test
    void evidenceOverTheApiCanBeCheckedAnywhere() {
        String id = incident("CLOSED", "Orders fail", Chapter.CLOSED);
        HttpResponse<String> answer = get("/api/incidents/" + id + "/evidence", "vera");
        List<Evidence> copy = Json.readEvidence(answer.body());
        String[] head = answer.headers()
                .firstValue("Sternway-Evidence-Head")
                .orElseThrow()
                .split(" ");
        assertThat(copy).isEqualTo(ledger.of(id));
        assertThat(Chain.firstBreak(copy, new Chain.Head(Long.parseLong(head[0]), head[1])))
                .isEmpty();
        String forged =
                answer.body().replace("'carla' approved a loss of at most 61", "'carla' approved a loss of at most 99");
        assertThat(Chain.firstBreak(Json.readEvidence(forged)))
                .hasValueSatisfying(text -> assertThat(text).contains("was edited"));
    }

    @Test
    void planVerdictAndReportAreThereForPrograms() throws Exception {
        String id = incident("CLOSED", "Orders fail", Chapter.CLOSED);
        JsonNode plan =
                json.readTree(get("/api/incidents/" + id + "/plan", "vera").body());
        assertThat(plan.path("sha256").asText()).startsWith("c3c3");
        JsonNode verdict =
                json.readTree(get("/api/incidents/" + id + "/verdict", "vera").body());
        assertThat(verdict.path("success").asBoolean()).isTrue();
        assertThat(verdict.path("parts")).hasSize(5);
        JsonNode detail = json.readTree(get("/api/incidents/" + id, "vera").body());
        assertThat(detail.path("id").asText()).isEqualTo(id);
        assertThat(detail.path("levels").get(0).path("used").asText()).startsWith("PT3");
        assertThat(detail.path("evidenceHead").path("entries").asInt())
                .isEqualTo(ledger.of(id).size());
        HttpResponse<String> report = send(
                stranger(),
                basic("/api/incidents/" + id + "/report", "vera", PASSWORD)
                        .header("Accept", "application/json")
                        .build());
        assertThat(report.statusCode()).isEqualTo(200);
        assertThat(report.headers().firstValue("content-type").orElseThrow()).startsWith("text/markdown");
        assertThat(report.body()).startsWith("# Production incident " + id);
        assertThat(view(browserOf("vera"), "/incidents/" + id + "/report").body())
                .isEqualTo(report.body());
    }

    @Test
    void anUnknownIncidentIsNamedInTheProblem() throws Exception {
        for (String rest : List.of("", "/evidence", "/plan", "/verdict", "/report")) {
            HttpResponse<String> answer = get("/api/incidents/INC-NONE" + rest, "vera");
            assertThat(answer.statusCode()).as(rest).isEqualTo(404);
            assertThat(answer.headers().firstValue("content-type").orElseThrow())
                    .isEqualTo("application/problem+json");
            assertThat(json.readTree(answer.body()).path("detail").asText()).isEqualTo("no incident 'INC-NONE'");
            assertThat(json.readTree(answer.body()).path("hint").asText()).isNotEmpty();
        }
        assertThat(view(browserOf("vera"), "/incidents/INC-NONE").statusCode()).isEqualTo(404);
        assertThat(get("/api/nothing", "vera").statusCode()).isEqualTo(404);
    }

    @Test
    void anIncidentWithoutAPlanSaysSo() throws Exception {
        String id = incident("DECIDING", "Orders fail", Chapter.DECIDED);
        HttpResponse<String> answer = get("/api/incidents/" + id + "/plan", "vera");
        assertThat(answer.statusCode()).isEqualTo(404);
        assertThat(answer.body()).contains("has no plan yet");
    }

    @Test
    void thePageTellsTheAlertsOfAnIncidentAndThereIsAPageOfAllOfThem() throws Exception {
        String id = incident("MONITORING", "Orders fail", Chapter.DECIDED);
        for (int i = 0; i < 120; i++) {
            alert(id, "a" + i, "FIRING", i == 7 ? "93" : "6");
        }
        alert(id, "a0", "RESOLVED", "6");
        HttpClient browser = browserOf("vera");

        String page = view(browser, "/incidents/" + id).body();

        assertThat(page).contains("<strong>120</strong>", "<strong>119</strong>", "93 % errors", "118 alike,");
        assertThat(page.indexOf("93 % errors")).isLessThan(page.indexOf("6 % errors"));
        assertThat(view(browser, "/incidents/" + id + "/alerts").body())
                .contains("121 alerts", "a1/firing", "Next")
                .doesNotContain("a0/firing");
        assertThat(view(browser, "/incidents/" + id + "/alerts?page=1").body())
                .contains("a0/firing", "a0/resolved", "is over", "Before")
                .doesNotContain("Next");

        JsonNode answer = json.readTree(
                get("/api/incidents/" + id + "/alerts?page=0&size=2", "vera").body());
        assertThat(answer.path("total").asInt()).isEqualTo(121);
        assertThat(answer.path("more").asBoolean()).isTrue();
        assertThat(answer.path("alerts")).hasSize(2);
        assertThat(answer.at("/alerts/0/annotations/error_rate").asText()).isEqualTo("6");
        assertThat(get("/api/incidents/INC-0/alerts", "vera").statusCode()).isEqualTo(404);
    }

    private void alert(String incident, String series, String status, String errorRate) {
        jdbc.sql("""
                        insert into alert (source, series, key, status, state, starts_at, system_id, incident_id, alert)
                        values ('test', :series, :key, :status, 'JOINED', now(), 'shop', :incident, jsonb_build_object(
                            'source', 'test', 'series', :series, 'key', :key, 'status', :status,
                            'title', 'Orders <b>fail</b>', 'startsAt', '2026-11-20T03:12:45Z',
                            'labels', jsonb_build_object(), 'annotations', jsonb_build_object('error_rate', :errorRate)))
                        """)
                .param("series", series)
                .param("key", series + "/" + status.toLowerCase(java.util.Locale.ROOT))
                .param("status", status)
                .param("incident", incident)
                .param("errorRate", errorRate)
                .update();
    }

    @Test
    void pagesLoadNothingFromElsewhereAndNoInlineScript() {
        String id = incident("CLOSED", "Orders fail", Chapter.CLOSED);
        String page = view(browserOf("vera"), "/incidents/" + id).body();
        assertThat(page).doesNotContainPattern("<script(?![^>]*src=\"/pages/)").doesNotContainPattern("style=\"");
        assertThat(page).doesNotContainPattern("(src|href)=\"(https?:)?//");
        for (String file : List.of("/pages/sternway.css", "/pages/sternway.js", "/pages/sternway.svg")) {
            assertThat(get(file).statusCode()).as(file).isEqualTo(200);
        }
    }

    private HttpResponse<String> live(HttpClient browser, String id, String tag) {
        return send(
                browser,
                HttpRequest.newBuilder(at("/incidents/" + id + "/live"))
                        .header("If-None-Match", tag)
                        .build());
    }

    private String incident(String state, String title, Chapter until) {
        String id = "INC-" + Long.toString(System.nanoTime(), 36).toUpperCase(java.util.Locale.ROOT);
        // One open incident for each system: each of these has a system of its own.
        jdbc.sql("insert into incident (id, system_id, title, state, opened_at, ended_at) values (?, ?, ?, ?, ?, ?)")
                .params(
                        id,
                        "shop-" + id,
                        title,
                        state,
                        StoryEvidence.BEGIN.atOffset(ZoneOffset.UTC),
                        state.equals("CLOSED")
                                ? StoryEvidence.BEGIN.plusSeconds(200).atOffset(ZoneOffset.UTC)
                                : null)
                .update();
        StoryEvidence.tell(ledger, id, until);
        return id;
    }
}
