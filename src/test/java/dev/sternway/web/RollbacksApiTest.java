package dev.sternway.web;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Service;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.MemoryReleases;
import java.io.IOException;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.ComponentScan;
import org.springframework.context.annotation.FilterType;
import org.springframework.context.annotation.Import;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Who may ask for a rollback over HTTP, and what the answer is. */
@Import(RollbacksApiTest.World.class)
class RollbacksApiTest extends WebTest {
    private static final JsonMapper JSON = JsonMapper.builder().build();
    private static final String NAMED =
            "{\"systems\": \"hand-shop\", \"release\": \"1.0\", \"reason\": \"smoke tests failed\"}";

    @Autowired
    Incidents incidents;

    @Autowired
    RuntimeService runtime;

    @Autowired
    JdbcClient database;

    @Autowired
    FakeContainerHost host;

    /** All that a request needs, on a shop of one container in memory. */
    @ComponentScan(
            basePackages = {
                "dev.sternway.alert",
                "dev.sternway.evidence",
                "dev.sternway.notification",
                "dev.sternway.plan",
                "dev.sternway.process",
                "dev.sternway.web"
            },
            useDefaultFilters = false,
            includeFilters =
                    @ComponentScan.Filter(
                            type = FilterType.REGEX,
                            pattern = {
                                "dev\\.sternway\\.alert\\.(Incidents|WaitingAlerts)",
                                "dev\\.sternway\\.evidence\\.LedgerOutbox",
                                "dev\\.sternway\\.notification\\.(Notices|Outbox)",
                                "dev\\.sternway\\.plan\\.(Planner|Locks|BackupBase|RestorePoints|RollbackRequests)",
                                "dev\\.sternway\\.process\\.(Rollbacks|RollbackStart|RollbackGates|Approvers|Groups"
                                        + "|OwnAuthority|Weighing|DeployedTables|DisabledRules|TakeOver|LastProof|IncidentNotices)",
                                "dev\\.sternway\\.web\\.RollbacksApi"
                            }))
    static class World {
        @Bean
        FakeContainerHost host() {
            FakeContainerHost host = new FakeContainerHost();
            host.images.add("sha256:one");
            host.run("hand-api", "sha256:two", Map.of());
            return host;
        }

        @Bean
        ReleaseLedger releases() {
            MemoryReleases releases = new MemoryReleases();
            releases.save(new Release(
                    "hand-shop@1.0#1",
                    "hand-shop",
                    "1.0",
                    Instant.parse("2026-11-20T03:00:00Z"),
                    Map.of(
                            "api",
                            new RecordedService(
                                    "sha256:one", "api:1.0", null, FakeContainerHost.specification(Map.of()))),
                    Map.of()));
            return releases;
        }

        @Bean
        BackupLedger backups() {
            return new FakeBackupLedger(Path.of("target"));
        }

        /** Nothing was ever restored. */
        @Bean
        RestoreHistory restoreHistory() {
            return RestoreHistory.NONE;
        }

        @Bean
        DataStores dataStores() {
            return new DataStores(List.of());
        }

        @Bean
        Catalogue catalogue() {
            return new Catalogue(
                    List.of(new ManagedSystem(
                            "hand-shop",
                            "Shop",
                            new ManagedSystem.AlertMatch("system", "hand-shop"),
                            null,
                            List.of(new Service(
                                    "api", "hand-api", List.of(), List.of(), false, Duration.ofSeconds(1), null)),
                            List.of(),
                            List.of(),
                            List.of(),
                            ManagedSystem.Budgets.DEFAULT,
                            ManagedSystem.Windows.DEFAULT)),
                    List.of());
        }
    }

    @BeforeEach
    void nothingRuns() {
        runtime.createProcessInstanceQuery().processDefinitionKey("handle-incident").list().stream()
                .map(ProcessInstance::getId)
                .forEach(id -> runtime.deleteProcessInstance(id, "test", true, true, true));
        database.sql("truncate incident, rollback_request_incident, rollback_request cascade")
                .update();
        host.images.add("sha256:one");
    }

    private HttpResponse<String> ask(String user, String body) {
        return post("/api/rollbacks", user, body);
    }

    private HttpResponse<String> ask(String user, String body, String key) {
        return send(
                stranger(),
                basic("/api/rollbacks", user, PASSWORD)
                        .header("Content-Type", "application/json")
                        .header("Idempotency-Key", key)
                        .POST(HttpRequest.BodyPublishers.ofString(body))
                        .build());
    }

    private static JsonNode json(HttpResponse<String> answer) {
        try {
            return JSON.readTree(answer.body());
        } catch (IOException e) {
            throw new AssertionError(answer.body(), e);
        }
    }

    private long processes() {
        return runtime.createProcessInstanceQuery()
                .processDefinitionKey("handle-incident")
                .count();
    }

    @Test
    @Tag("S0-14")
    void beginsForThoseWhoMayAsk() {
        for (String user : List.of("olga", "carla", "theo")) {
            nothingRuns();

            HttpResponse<String> answer = ask(user, NAMED);

            assertThat(answer.statusCode()).as(user + ": " + answer.body()).isEqualTo(202);
            String incident = json(answer).at("/incidents/hand-shop").asText();
            ProcessInstance process = runtime.createProcessInstanceQuery()
                    .processInstanceBusinessKey(incident)
                    .singleResult();
            assertThat(runtime.getVariable(process.getId(), "requestedBy")).isEqualTo(user);
            assertThat(runtime.getVariable(process.getId(), "preAuthorised")).isEqualTo(false);
            assertThat(runtime.getVariable(process.getId(), "approverGroups")).isEqualTo("tech-lead");
            assertThat(incidents.find(incident).orElseThrow().title()).contains(user, "smoke tests failed");
        }
    }

    @Test
    void isRefusedToEverybodyElse() {
        assertThat(ask(null, NAMED).statusCode()).isEqualTo(401);
        for (String user : List.of("vera", "ada", "nobody")) {
            assertThat(ask(user, NAMED).statusCode()).as(user).isEqualTo(403);
        }
        assertThat(json(ask("vera", NAMED)).path("detail").asText())
                .contains("'vera' is in [viewer]")
                .contains("deployment-lead");
        assertThat(processes()).isZero();
    }

    @Test
    void isNotLedHereByAnotherSite() {
        HttpResponse<String> answer = send(
                stranger(),
                basic("/api/rollbacks", "olga", PASSWORD)
                        .header("Content-Type", "application/json")
                        .header("Sec-Fetch-Site", "cross-site")
                        .POST(HttpRequest.BodyPublishers.ofString(NAMED))
                        .build());

        assertThat(answer.statusCode()).isEqualTo(403);
        assertThat(processes()).isZero();
    }

    @Test
    void namesTheFieldThatIsWrong() {
        Map<String, String> wrong = Map.of(
                "{\"systems\": \"hand-shop\"}", "field 'reason' is missing",
                "{\"systems\": \"hand-shop\", \"levle\": 2, \"reason\": \"r\"}", "field 'levle' is not known",
                "{\"systems\": \"hand-shop\", \"level\": 2.5, \"reason\": \"r\"}", "field 'level' is neither",
                "{\"systems\": [], \"reason\": \"r\"}", "field 'systems' is missing",
                "{\"systems\": \"hand-shop\", \"scope\": \"ALL\", \"reason\": \"r\"}", "field 'scope' is 'ALL'",
                "{\"systems\": \"hand-shop\", \"level\": 1, \"release\": \"1\", \"reason\": \"r\"}",
                        "field 'level' is 1",
                "[]", "not a JSON object");
        wrong.forEach((body, detail) -> {
            HttpResponse<String> answer = ask("olga", body);
            assertThat(answer.statusCode()).as(body).isEqualTo(400);
            assertThat(json(answer).path("detail").asText()).as(body).contains(detail);
            assertThat(json(answer).path("code").asText()).isEqualTo("REQUEST_INVALID");
        });
        assertThat(ask("olga", "{").statusCode()).isEqualTo(400);
        assertThat(ask("olga", NAMED, "a b").statusCode()).isEqualTo(400);
        assertThat(ask("olga", NAMED.replace("hand-shop", "shed")).statusCode()).isEqualTo(404);
        assertThat(processes()).isZero();
    }

    @Test
    @Tag("S3-09")
    void listsTheRestorePointsWhereNoneIsNamed() {
        HttpResponse<String> answer = ask("olga", "{\"systems\": [\"hand-shop\"], \"reason\": \"r\"}");

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).path("code").asText()).isEqualTo("RESTORE_POINT_MISSING");
        JsonNode point = json(answer).at("/restorePoints/0");
        assertThat(point.path("id").asText()).isEqualTo("hand-shop@1.0#1");
        assertThat(point.path("usable").asBoolean()).isTrue();
        assertThat(json(get("/api/systems/hand-shop/restore-points", "vera")))
                .isEqualTo(json(answer).path("restorePoints"));
        assertThat(get("/api/systems/hand-shop/restore-points?limit=0", "vera").statusCode())
                .isEqualTo(400);
        assertThat(get("/api/systems/hand-shop/restore-points").statusCode()).isEqualTo(401);
    }

    @Test
    @Tag("S0-14")
    void beginsOnceForAKey() {
        HttpResponse<String> first = ask("olga", NAMED, "run-1");
        HttpResponse<String> again = ask("olga", NAMED, "run-1");

        assertThat(first.statusCode()).isEqualTo(202);
        assertThat(again.statusCode()).isEqualTo(200);
        assertThat(json(again).path("incidents")).isEqualTo(json(first).path("incidents"));
        assertThat(processes()).isOne();
        HttpResponse<String> other = ask("olga", NAMED.replace("smoke", "unit"), "run-1");
        assertThat(other.statusCode()).isEqualTo(409);
        assertThat(json(other).path("code").asText()).isEqualTo("REQUEST_REPEATED");
    }

    /** What was refused is not done: the same key may be used when the cause is mended. */
    @Test
    @Tag("S1-17")
    void tellsWhatTheGatesSawAndTakesTheKeyAgain() {
        host.images.clear();

        HttpResponse<String> refused = ask("olga", NAMED, "run-2");

        assertThat(refused.statusCode()).isEqualTo(409);
        assertThat(json(refused).path("code").asText()).isEqualTo("IMAGE_NOT_PRESENT");
        assertThat(json(refused).path("gates")).hasSize(3);
        assertThat(json(refused).at("/gates/2/name").asText()).isEqualTo("checkTarget");
        assertThat(json(refused).at("/gates/2/green").asBoolean()).isFalse();
        assertThat(processes()).isZero();

        host.images.add("sha256:one");
        assertThat(ask("olga", NAMED, "run-2").statusCode()).isEqualTo(202);
    }

    @Test
    void namesTheIncidentThatRuns() {
        String incident =
                incidents.open("hand-shop", "It is bad", Instant.now()).orElseThrow();

        HttpResponse<String> answer = ask("olga", NAMED);

        assertThat(answer.statusCode()).isEqualTo(409);
        assertThat(json(answer).path("code").asText()).isEqualTo("INCIDENT_RUNNING");
        assertThat(json(answer).path("incidentId").asText()).isEqualTo(incident);
    }
}
