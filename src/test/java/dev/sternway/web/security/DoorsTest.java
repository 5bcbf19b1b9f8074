package dev.sternway.web.security;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.web.WebTest;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Value;

/** Who comes in by which door. */
class DoorsTest extends WebTest {

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/engine-rest",
                "/engine-rest/",
                "/engine-rest/engine",
                "/engine-rest/engine/",
                "/engine-rest/engine/default/task",
                "/engine-rest/engine/default/process-definition",
                "/engine-rest/version",
                "/engine-rest/task",
                "/engine-rest/task/1/form-variables",
                "/engine-rest/task/1/deployed-form",
                "/engine-rest/process-definition",
                "/engine-rest/process-definition/key/handle-incident/xml",
                "/engine-rest/process-instance",
                "/engine-rest/process-instance/1/variables",
                "/engine-rest/deployment",
                "/engine-rest/decision-definition",
                "/engine-rest/external-task",
                "/engine-rest/history/process-instance",
                "/engine-rest/history/variable-instance",
                "/engine-rest/history/user-operation",
                "/engine-rest/identity/password-policy",
                "/engine-rest/user",
                "/engine-rest/user/count",
                "/engine-rest/group",
                "/engine-rest/authorization",
                "/engine-rest/authorization/check",
                "/engine-rest/filter",
                "/engine-rest/job",
                "/engine-rest/incident",
                "/engine-rest/metrics",
                "/engine-rest/schema/log",
                "/engine-rest/telemetry/configuration",
                "/engine-rest/no-such-thing",
                "/engine-rest/openapi.json",
                "/api",
                "/api/incidents",
                "/api/incidents/INC-1",
                "/api/incidents/INC-1/evidence",
                "/api/no-such-thing",
            })
    void strangersAreRefusedOnEveryPathForPrograms(String path) {
        assertThat(get(path).statusCode()).isEqualTo(401);
        assertThat(post(path, null, "{}").statusCode()).isEqualTo(401);
        HttpRequest.Builder request = HttpRequest.newBuilder(at(path));
        for (String method : new String[] {"PUT", "DELETE", "OPTIONS", "HEAD", "PATCH"}) {
            HttpResponse<String> answer = send(
                    stranger(),
                    request.method(method, HttpRequest.BodyPublishers.noBody()).build());
            assertThat(answer.statusCode()).as(method).isEqualTo(401);
        }
        assertThat(get(path, "mallory", "wrong").statusCode()).isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "//engine-rest/engine",
                "/engine-rest;a=b/engine",
                "/engine-rest%2Fengine",
                "/x/../engine-rest/engine",
                "/%65ngine-rest/engine",
                "/engine-rest/%2e%2e/engine-rest/engine",
                "/ENGINE-REST/engine",
                "/camunda/api/engine/engine",
                "/camunda/api/engine/engine/default/task",
                "/camunda/api/cockpit/plugin/base/default/process-definition/statistics",
                "/camunda/api/admin/auth/user/default",
                "/camunda/api/admin/plugin/adminPlugins/static/app/plugin.css",
            })
    void strangersFindNoWayAround(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isIn(400, 401, 302, 403);
        if (answer.statusCode() == 302) {
            assertThat(answer.headers().firstValue("location").orElseThrow()).endsWith("/sign-in");
        }
        assertThat(answer.body()).doesNotContain("default");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "/",
                "/incidents/INC-1",
                "/camunda",
                "/camunda/",
                "/camunda/app/tasklist/default/",
                "/camunda/app/cockpit/default/",
                "/camunda/app/admin/default/",
                "/camunda/app/admin/default/setup/",
                "/no-such-page"
            })
    void strangersAreAskedToSignIn(String path) {
        HttpResponse<String> answer = get(path);
        assertThat(answer.statusCode()).isEqualTo(302);
        assertThat(answer.headers().firstValue("location").orElseThrow()).endsWith("/sign-in");
    }

    @Test
    void programsSignInWithEveryRequestAndGetNoSession() {
        HttpResponse<String> answer = get("/engine-rest/engine", "vera");
        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("default");
        assertThat(answer.headers().firstValue("set-cookie")).isEmpty();
    }

    @Test
    void whoIsInNoGroupMayNotComeIn() {
        assertThat(get("/engine-rest/engine", "nobody").statusCode()).isEqualTo(403);
        assertThat(get("/api/incidents", "nobody").statusCode()).isEqualTo(403);
    }

    @Test
    void aBrowserLedHereByAnotherSiteIsRefused() {
        HttpResponse<String> answer = send(
                stranger(),
                basic("/engine-rest/engine", "vera", PASSWORD)
                        .header("Sec-Fetch-Site", "cross-site")
                        .build());
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void oneSignInOpensPagesAndWebapps() {
        HttpClient browser = browserOf("carla");
        assertThat(view(browser, "/").statusCode()).isEqualTo(200);
        HttpResponse<String> tasklist = view(browser, "/camunda/app/tasklist/default/");
        assertThat(tasklist.statusCode()).isEqualTo(200);
        assertThat(tasklist.body()).contains("camunda");
        HttpResponse<String> who = view(browser, "/camunda/api/admin/auth/user/default");
        assertThat(who.statusCode()).isEqualTo(200);
        assertThat(who.body())
                .contains("\"userId\":\"carla\"", "tasklist", "cockpit")
                .doesNotContain("\"admin\"");
        assertThat(view(browser, "/camunda/api/engine/engine/default/task").statusCode())
                .isEqualTo(200);
    }

    @Test
    void aWrongPasswordStaysOnTheSignInPage() {
        HttpResponse<String> answer = signIn(browser(), "mallet", "guessed-it");
        assertThat(answer.uri().toString()).endsWith("/sign-in?error");
        assertThat(answer.body()).contains("not signed in").doesNotContain("guessed-it");
    }

    @Test
    void signingInNeedsTheTokenOfThePage() {
        HttpResponse<String> answer = send(
                browser(),
                HttpRequest.newBuilder(at("/sign-in"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("username=carla&password=" + PASSWORD))
                        .build());
        assertThat(answer.statusCode()).isEqualTo(403);
    }

    @Test
    void signingOutOfAWebappSignsOutOfEverything() {
        HttpClient browser = browserOf("carla");
        HttpResponse<String> out = send(
                browser,
                HttpRequest.newBuilder(at("/camunda/api/admin/auth/user/default/logout"))
                        .POST(HttpRequest.BodyPublishers.noBody())
                        .build());
        assertThat(out.statusCode()).isEqualTo(204);
        assertThat(view(browser, "/").uri().getPath()).isEqualTo("/sign-in");
        assertThat(view(browser, "/camunda/api/engine/engine/default/task").statusCode())
                .isEqualTo(401);
    }

    @Test
    void theWebappsOwnSignInAndSetupAreClosed() {
        HttpClient browser = browserOf("ada");
        HttpResponse<String> setup = send(
                browser,
                HttpRequest.newBuilder(at("/camunda/api/admin/setup/default/user/create"))
                        .header("Content-Type", "application/json")
                        .POST(HttpRequest.BodyPublishers.ofString("{}"))
                        .build());
        assertThat(setup.statusCode()).isEqualTo(403);
        assertThat(view(browser, "/camunda/app/admin/default/setup/").statusCode())
                .isEqualTo(403);
        HttpResponse<String> signIn = send(
                browser,
                HttpRequest.newBuilder(at("/camunda/api/admin/auth/user/default/login/admin"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString("username=carla&password=" + PASSWORD))
                        .build());
        assertThat(signIn.statusCode()).isEqualTo(403);
    }

    @Test
    void theWebappsLeadToTheOneSignIn() {
        HttpClient browser = browserOf("carla");
        for (String app : new String[] {"tasklist", "cockpit", "admin", "welcome"}) {
            HttpResponse<String> script = view(browser, "/camunda/app/" + app + "/scripts/config.js");
            assertThat(script.headers().firstValue("content-type").orElseThrow())
                    .startsWith("text/javascript");
            assertThat(script.body()).contains("export default", "location.replace(location.pathname)");
        }
        assertThat(view(browser, "/camunda/app/other/scripts/config.js").statusCode())
                .isEqualTo(404);
    }

    @Test
    void nobodySignsInAsSternwayItself() {
        assertThat(get("/engine-rest/engine", "sternway", "").statusCode()).isEqualTo(401);
        assertThat(get("/engine-rest/engine", "sternway", "sternway").statusCode())
                .isEqualTo(401);
    }

    @Test
    void aUserIsLockedForAWhileAfterWrongPasswords() {
        assertThat(get("/api/incidents", "larry").statusCode()).isEqualTo(200);
        for (int i = 0; i < 4; i++) {
            assertThat(get("/api/incidents", "larry", "guess " + i).statusCode())
                    .isEqualTo(401);
        }
        assertThat(get("/api/incidents", "larry").statusCode()).isEqualTo(401);
    }

    @Test
    void healthIsOpenWithoutDetailsAndTheRestOfTheActuatorIsNot() {
        HttpResponse<String> health = get("/actuator/health");
        assertThat(health.statusCode()).isEqualTo(200);
        assertThat(health.body()).contains("\"status\":\"UP\"").doesNotContain("database");
        assertThat(get("/actuator/prometheus").statusCode()).isEqualTo(200);
        HttpRequest proxied = HttpRequest.newBuilder(at("/actuator/prometheus"))
                .header("X-Forwarded-For", "203.0.113.9")
                .build();
        assertThat(send(stranger(), proxied).statusCode()).isEqualTo(401);
        for (String path : new String[] {"env", "beans", "heapdump", "loggers", "configprops", "mappings", ""}) {
            assertThat(get("/actuator/" + path).statusCode()).as(path).isEqualTo(401);
            assertThat(get("/actuator/" + path, "ada").statusCode()).as(path).isEqualTo(403);
        }
    }

    @Test
    void webhooksAreLeftToTheirOwnToken() {
        assertThat(post("/alerts/no-such-format", null, "{}").statusCode()).isNotEqualTo(302);
    }

    @Test
    void pagesSendHeadersThatKeepForeignScriptsOut() {
        HttpResponse<String> page = view(browserOf("vera"), "/");
        assertThat(page.headers().firstValue("content-security-policy").orElseThrow())
                .contains("default-src 'none'", "script-src 'self'", "frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(page.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(page.headers().firstValue("referrer-policy")).isPresent();
    }

    @Test
    void theSessionCookieIsOutOfReachOfScriptsAndOtherSites() {
        HttpResponse<String> page = get("/sign-in");
        assertThat(page.headers().firstValue("set-cookie").orElseThrow()).contains("HttpOnly", "SameSite=Lax");
    }

    @Test
    void noAdministratorIsMadeWhereThereIsOne(@Value("${sternway.data-directory}") Path data) {
        assertThat(data.resolve("administrator-password")).doesNotExist();
    }
}
