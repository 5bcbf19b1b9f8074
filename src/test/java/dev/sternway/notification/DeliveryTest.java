package dev.sternway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.icegreen.greenmail.util.GreenMail;
import com.icegreen.greenmail.util.GreenMailUtil;
import com.icegreen.greenmail.util.ServerSetup;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import dev.sternway.database.TestDatabase;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.notification.Receiver.Answer;
import dev.sternway.notification.Receiver.Request;
import dev.sternway.port.MessageChannel.Kind;
import jakarta.mail.internet.MimeMessage;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;

/**
 * The real channels against receivers on this machine that insist on what their vendors document, and a real SMTP server.
 */
@ExtendWith(OutputCaptureExtension.class)
@SpringBootTest(
        classes = DeliverySlice.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "sternway.public-url=https://sternway.example",
            "sternway.contacts[0].role=on-call",
            "sternway.contacts[0].name=Olga Oncall",
            "sternway.contacts[0].mail=olga@shop.example",
            "sternway.contacts[1].role=engineering",
            "sternway.contacts[1].name=All engineers",
            "sternway.contacts[1].mail=engineering@shop.example",
            "sternway.notifications.slack.token=file:slack",
            "sternway.notifications.teams.webhook=file:teams",
            "sternway.notifications.pagerduty.routing-key=file:pagerduty",
            "sternway.notifications.statuspage.key=file:statuspage",
            "sternway.notifications.statuspage.page=page1",
            "sternway.notifications.statuspage.components.shop=component1",
            "sternway.notifications.webhook.address=file:webhook",
            "sternway.notifications.webhook.key=file:webhook-key",
            "sternway.notifications.mail.host=127.0.0.1",
            "sternway.notifications.mail.security=NONE",
            "sternway.notifications.mail.user=sternway",
            "sternway.notifications.mail.password=file:mail",
            "sternway.notifications.mail.from=sternway@shop.example"
        })
class DeliveryTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final Map<String, String> SECRETS = Map.of(
            "slack", "xoxb-CANARY-slack-1",
            "pagerduty", "CANARYpagerduty00000000000000032",
            "statuspage", "CANARY-statuspage-2",
            "webhook-key", "CANARY-webhook-3",
            "mail", "CANARY-mail-4",
            "gateway", "Bearer CANARY-gateway-5");
    private static final Map<String, String> ROLL_BACK = Map.of("action", "ROLL_BACK", "severity", "CRITICAL");
    private static final AtomicInteger NUMBER = new AtomicInteger();

    private static final Receiver SLACK = new Receiver(DeliveryTest::slack);
    private static final Receiver PAGERDUTY = new Receiver(DeliveryTest::pagerDuty);
    private static final Receiver STATUSPAGE = new Receiver(DeliveryTest::statuspage);
    private static final Receiver TEAMS = new Receiver(request -> Answer.of(202, ""));
    private static final Receiver WEBHOOK = new Receiver(request -> Answer.of(200, "heard"));
    private static final Receiver GATEWAY = new Receiver(DeliveryTest::gateway);
    private static final GreenMail MAIL = new GreenMail(new ServerSetup(0, "127.0.0.1", ServerSetup.PROTOCOL_SMTP));
    private static final AtomicInteger TS = new AtomicInteger();
    private static final List<String> OPEN_PAGES = new ArrayList<>();

    private String incident;

    @Autowired
    private Notices notices;

    @Autowired
    private NoticeLog log;

    @Autowired
    private Trial trial;

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient database;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws Exception {
        MAIL.start();
        MAIL.setUser("sternway@shop.example", "sternway", SECRETS.get("mail"));
        Path secrets = Files.createTempDirectory("sternway-secrets");
        for (Map.Entry<String, String> secret : SECRETS.entrySet()) {
            Files.writeString(secrets.resolve(secret.getKey()), secret.getValue() + "\n");
        }
        Files.writeString(secrets.resolve("teams"), TEAMS.address() + "/workflows/CANARY-teams-6\n");
        Files.writeString(secrets.resolve("webhook"), WEBHOOK.address() + "/hooks/CANARY-hook-7\n");
        registry.add("test.secrets", secrets::toString);
        registry.add("test.gateway", GATEWAY::address);
        registry.add("sternway.config-directory", secrets::toString);
        registry.add("sternway.notifications.slack.api", () -> SLACK.address() + "/api");
        registry.add("sternway.notifications.pagerduty.address", () -> PAGERDUTY.address() + "/v2/enqueue");
        registry.add("sternway.notifications.statuspage.address", STATUSPAGE::address);
        registry.add("sternway.notifications.mail.port", () -> MAIL.getSmtp().getPort());
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
    }

    @AfterAll
    static void stop() {
        List.of(SLACK, PAGERDUTY, STATUSPAGE, TEAMS, WEBHOOK, GATEWAY).forEach(Receiver::close);
        MAIL.stop();
    }

    @BeforeEach
    void anIncident() throws Exception {
        incident = "INC-2026-%04d".formatted(NUMBER.incrementAndGet());
        // What an earlier test could not deliver is not this one's.
        database.sql("delete from notice").update();
        database.sql("update incident set ended_at = now() where ended_at is null")
                .update();
        database.sql("insert into incident (id, system_id, title, state) values (?, 'shop', ?, 'DECIDING')")
                .params(incident, "Orders <!channel> & more fail")
                .update();
        database.sql("insert into decision (incident_id, process_instance_id, decided_at, severity)"
                        + " values (?, gen_random_uuid(), now(), 'CRITICAL')")
                .param(incident)
                .update();
        SLACK.answers(DeliveryTest::slack);
        PAGERDUTY.answers(DeliveryTest::pagerDuty);
        STATUSPAGE.answers(DeliveryTest::statuspage);
        GATEWAY.answers(DeliveryTest::gateway);
        for (Receiver each : List.of(SLACK, PAGERDUTY, STATUSPAGE, TEAMS, WEBHOOK, GATEWAY)) {
            each.forget();
        }
        MAIL.purgeEmailFromAllMailboxes();
    }

    // What the vendors document.

    private static Answer slack(Request request) {
        JsonNode body = request.json();
        boolean update = request.path().equals("/api/chat.update");
        if (!request.method().equals("POST") || !update && !request.path().equals("/api/chat.postMessage")) {
            return Answer.of(200, "{\"ok\":false,\"error\":\"unknown_method\"}");
        }
        if (!("Bearer " + SECRETS.get("slack")).equals(request.headers().get("authorization"))) {
            return Answer.of(200, "{\"ok\":false,\"error\":\"invalid_auth\"}");
        }
        if (body.path("channel").asText().isEmpty()
                || body.path("text").asText().isEmpty()) {
            return Answer.of(200, "{\"ok\":false,\"error\":\"no_text\"}");
        }
        for (JsonNode block : body.path("blocks")) {
            int most = block.path("type").asText().equals("header") ? 150 : 3000;
            if (block.at("/text/text").asText().isEmpty()
                    || block.at("/text/text").asText().length() > most) {
                return Answer.of(200, "{\"ok\":false,\"error\":\"invalid_blocks\"}");
            }
        }
        if (update
                && (body.path("ts").asText().isEmpty()
                        || !body.path("channel").asText().startsWith("C"))) {
            return Answer.of(200, "{\"ok\":false,\"error\":\"channel_not_found\"}");
        }
        String ts = update ? body.path("ts").asText() : "1700000000.%06d".formatted(TS.incrementAndGet());
        return Answer.of(200, "{\"ok\":true,\"channel\":\"C0INCIDENT\",\"ts\":\"" + ts + "\"}");
    }

    private static Answer pagerDuty(Request request) {
        JsonNode event = request.json();
        String action = event.path("event_action").asText();
        boolean valid = request.path().equals("/v2/enqueue")
                && event.path("routing_key").asText().equals(SECRETS.get("pagerduty"))
                && event.path("routing_key").asText().length() == 32
                && Set.of("trigger", "acknowledge", "resolve").contains(action)
                && !event.path("dedup_key").asText().isEmpty()
                && event.path("dedup_key").asText().length() <= 255;
        if (valid && action.equals("trigger")) {
            JsonNode payload = event.path("payload");
            valid = !payload.path("summary").asText().isEmpty()
                    && payload.path("summary").asText().length() <= 1024
                    && !payload.path("source").asText().isEmpty()
                    && Set.of("critical", "error", "warning", "info")
                            .contains(payload.path("severity").asText())
                    && event.at("/links/0/href").asText().startsWith("https://");
        }
        return valid
                ? Answer.of(
                        202,
                        "{\"status\":\"success\",\"message\":\"Event processed\",\"dedup_key\":\""
                                + event.path("dedup_key").asText() + "\"}")
                : Answer.of(400, "{\"status\":\"invalid event\"}");
    }

    private static Answer statuspage(Request request) {
        if (!("OAuth " + SECRETS.get("statuspage")).equals(request.headers().get("authorization"))) {
            return Answer.of(401, "{\"error\":\"Could not authenticate\"}");
        }
        if (request.method().equals("GET")) {
            return request.path().equals("/v1/pages/page1/incidents/unresolved")
                    ? Answer.of(200, OPEN_PAGES.toString())
                    : Answer.of(200, "{\"id\":\"page1\"}");
        }
        JsonNode body = request.json().path("incident");
        boolean create = request.method().equals("POST") && request.path().equals("/v1/pages/page1/incidents");
        boolean change =
                request.method().equals("PATCH") && request.path().matches("/v1/pages/page1/incidents/[a-z0-9]+");
        boolean valid = (create || change)
                && (!create
                        || !body.path("name").asText().isEmpty()
                                && body.path("name").asText().length() <= 255)
                && Set.of("investigating", "identified", "monitoring", "resolved")
                        .contains(body.path("status").asText())
                && (!create
                        || Set.of("none", "minor", "major", "critical")
                                .contains(body.path("impact_override").asText()))
                && Set.of("operational", "degraded_performance", "partial_outage", "major_outage")
                        .contains(body.at("/components/component1").asText());
        if (!valid) {
            return Answer.of(422, "{\"error\":\"invalid\"}");
        }
        OPEN_PAGES.clear();
        OPEN_PAGES.add("{\"id\":\"i1\",\"metadata\":" + body.path("metadata") + "}");
        return Answer.of(
                create ? 201 : 200,
                "{\"id\":\"i1\",\"status\":\"" + body.path("status").asText() + "\"}");
    }

    private static Answer gateway(Request request) {
        return SECRETS.get("gateway").equals(request.headers().get("authorization"))
                ? Answer.of(204, "")
                : Answer.of(401, "who are you");
    }

    private void delivered() {
        await().atMost(Duration.ofSeconds(40))
                .untilAsserted(() -> assertThat(log.of(incident))
                        .isNotEmpty()
                        .allSatisfy(message -> assertThat(message.state())
                                .as(message.toString())
                                .isIn("DELIVERED", "SUPERSEDED")));
    }

    @Test
    @Tag("S2-24")
    @Tag("S4-06")
    @Tag("S4-24")
    void tellsAWholeIncidentToEveryChannelAsItsVendorWantsIt() throws Exception {
        notices.tell(incident, Occasion.INCIDENT_OPENED, Map.of());
        notices.tell(incident, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(incident, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        notices.tell(incident, Occasion.MAINTENANCE_ON, Map.of());
        // Maintenance that was not switched on yet would never be: the end of it supersedes its begin.
        delivered();
        notices.tell(incident, Occasion.RECOVERED, Map.of());
        notices.tell(incident, Occasion.MAINTENANCE_OFF, Map.of());
        notices.tell(incident, Occasion.CLOSED, Map.of());
        delivered();

        List<Request> posts = SLACK.requests().stream()
                .filter(each -> each.path().endsWith("postMessage"))
                .toList();
        assertThat(posts).hasSize(5);
        assertThat(posts.get(0).json().path("channel").asText()).isEqualTo("#incident-response");
        assertThat(posts.get(0).json().has("thread_ts")).isFalse();
        for (String spoken : List.of("/text", "/blocks/1/text/text")) {
            assertThat(posts.get(0).json().at(spoken).asText())
                    .contains("&lt;!channel&gt; &amp; more")
                    .doesNotContain("<!channel>");
        }
        assertThat(posts.get(0).json().at("/blocks/0/text/type").asText())
                .as("plain text calls nobody")
                .isEqualTo("plain_text");
        assertThat(posts.subList(1, 5)).allSatisfy(each -> {
            assertThat(each.json().path("thread_ts").asText()).startsWith("1700000000.");
            assertThat(each.json().path("channel").asText()).isEqualTo("C0INCIDENT");
        });
        Request head = SLACK.requests().get(SLACK.requests().size() - 1);
        assertThat(head.path()).isEqualTo("/api/chat.update");
        assertThat(head.json().path("text").asText()).contains(incident, "operational");

        assertThat(PAGERDUTY.requests())
                .extracting(each -> each.json().path("event_action").asText())
                .containsExactly("trigger", "resolve");
        assertThat(PAGERDUTY.requests())
                .extracting(each -> each.json().path("dedup_key").asText())
                .containsOnly(incident);
        assertThat(PAGERDUTY.requests().get(0).json().at("/payload/severity").asText())
                .isEqualTo("critical");

        assertThat(STATUSPAGE.requests())
                .extracting(each -> each.method() + " "
                        + each.json().at("/incident/status").asText() + " "
                        + each.json().at("/incident/components/component1").asText())
                .containsExactly(
                        "POST identified major_outage", "PATCH monitoring operational", "PATCH resolved operational");
        assertThat(STATUSPAGE.requests().toString()).doesNotContain("Orders").doesNotContain("sternway.example");

        assertThat(GATEWAY.requests())
                .extracting(each -> each.method() + " " + each.path() + " " + each.body())
                .containsExactly("PUT /maintenance {\"enabled\":true}", "PUT /maintenance {\"enabled\":false}");

        assertThat(TEAMS.requests()).hasSize(5).allSatisfy(each -> {
            assertThat(each.json().path("type").asText()).isEqualTo("message");
            assertThat(each.json().at("/attachments/0/contentType").asText())
                    .isEqualTo("application/vnd.microsoft.card.adaptive");
            assertThat(each.json().at("/attachments/0/content/body").size()).isPositive();
            assertThat(each.json().at("/attachments/0/content/actions/0/type").asText())
                    .isEqualTo("Action.OpenUrl");
        });

        webhook(WEBHOOK.requests());
        mails();
        assertThat(log.of(incident)).allSatisfy(message -> {
            assertThat(message.late()).isFalse();
            assertThat(message.deliveryId()).isNotBlank();
        });
    }

    private void webhook(List<Request> requests) throws Exception {
        var schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                .getSchema(Files.readString(Path.of("docs/notification.schema.json")));
        assertThat(requests).hasSize(5);
        for (Request each : requests) {
            assertThat(schema.validate(each.json())).isEmpty();
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(SECRETS.get("webhook-key").getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            String signed = each.headers().get("x-sternway-timestamp") + "." + each.body();
            assertThat(each.headers().get("x-sternway-signature"))
                    .isEqualTo("v1=" + HexFormat.of().formatHex(mac.doFinal(signed.getBytes(StandardCharsets.UTF_8))));
            assertThat(each.headers().get("idempotency-key"))
                    .isEqualTo(each.json().path("id").asText());
        }
    }

    private void mails() throws Exception {
        List<MimeMessage> toEngineering = Arrays.stream(MAIL.getReceivedMessages())
                .filter(each -> recipients(each).contains("engineering@shop.example"))
                .toList();
        assertThat(toEngineering).hasSize(3);
        MimeMessage first = toEngineering.get(0);
        assertThat(first.getSubject()).isEqualTo(incident + ": The shop is being rolled back (CRITICAL)");
        assertThat(first.getFrom()[0].toString()).contains("sternway@shop.example");
        assertThat(first.getHeader("In-Reply-To")).isNull();
        assertThat(toEngineering.subList(1, 3)).allSatisfy(each -> {
            assertThat(each.getHeader("In-Reply-To")).containsExactly(first.getMessageID());
            assertThat(each.getMessageID()).startsWith("<" + incident).endsWith("@shop.example>");
        });
        String body = GreenMailUtil.getBody(first);
        assertThat(body).contains("text/plain", "text/html");
        assertThat(body.replace("=\r\n", "")).contains("&lt;!channel&gt; &amp; more");
    }

    private static String recipients(MimeMessage mail) {
        try {
            return Arrays.toString(mail.getAllRecipients());
        } catch (jakarta.mail.MessagingException e) {
            throw new IllegalStateException(e);
        }
    }

    @Test
    void takesOkFalseForAnErrorAndTriesAgain() {
        AtomicInteger tries = new AtomicInteger();
        SLACK.answers(request -> tries.incrementAndGet() == 1
                ? Answer.of(200, "{\"ok\":false,\"error\":\"internal_error " + SECRETS.get("slack") + "\"}")
                : slack(request));
        notices.tell(incident, Occasion.INCIDENT_OPENED, Map.of());
        await().atMost(Duration.ofSeconds(20)).until(() -> tries.get() >= 1);
        delivered();

        assertThat(tries.get()).isEqualTo(2);
        assertThat(log.of(incident))
                .filteredOn(message -> message.channel().equals("slack"))
                .singleElement()
                .satisfies(message -> assertThat(message.attempts()).isEqualTo(2));
    }

    @Test
    void waitsAsLongAsSlackAsks() {
        SLACK.answers(request -> new Answer(429, "", Map.of("Retry-After", "600")));
        notices.tell(incident, Occasion.INCIDENT_OPENED, Map.of());
        await().atMost(Duration.ofSeconds(20))
                .until(() -> SLACK.requests().size() == 1
                        && log.of(incident).stream().anyMatch(message -> message.lastError() != null));

        assertThat(database.sql("select extract(epoch from next_try_at - now()) from outbox"
                                + " where incident_id = ? and channel = 'SLACK'")
                        .param(incident)
                        .query(Double.class)
                        .single())
                .isBetween(500.0, 601.0);
        assertThat(log.of(incident))
                .filteredOn(message -> message.channel().equals("slack"))
                .singleElement()
                .satisfies(message -> assertThat(message.lastError())
                        .isEqualTo("'Slack' answered 429; it wants to be asked again after 600 s"));
    }

    @Test
    void makesNoSecondPageWhenTheAnswerToTheFirstWasLost() {
        AtomicInteger tries = new AtomicInteger();
        STATUSPAGE.answers(request -> {
            Answer answer = statuspage(request);
            return tries.incrementAndGet() == 1 ? new Answer(0, "", Map.of()) : answer;
        });
        notices.tell(incident, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(incident, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        delivered();

        assertThat(STATUSPAGE.requests())
                .extracting(each -> each.method() + " " + each.path())
                .containsExactly(
                        "POST /v1/pages/page1/incidents",
                        "GET /v1/pages/page1/incidents/unresolved",
                        "PATCH /v1/pages/page1/incidents/i1");
    }

    @Test
    void keepsALongTitleWithinTheVendorsLimits() {
        database.sql("update incident set title = ? where id = ?")
                .params("x".repeat(5000), incident)
                .update();
        notices.tell(incident, Occasion.INCIDENT_OPENED, Map.of());
        notices.tell(incident, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(
                incident,
                Occasion.PERSON_NEEDED,
                "t".repeat(600),
                Map.of("task", "y".repeat(3000), "groups", "on-call"));
        delivered();
    }

    @Test
    void followsNoRedirect() {
        try (Receiver elsewhere = new Receiver(request -> Answer.of(204, ""))) {
            GATEWAY.answers(request -> new Answer(302, "", Map.of("Location", elsewhere.address() + "/stolen")));
            notices.tell(incident, Occasion.MAINTENANCE_ON, Map.of());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> log.of(incident).stream().anyMatch(message -> message.lastError() != null));

            assertThat(elsewhere.requests()).isEmpty();
            assertThat(log.of(incident))
                    .singleElement()
                    .satisfies(message -> assertThat(message.lastError())
                            .startsWith("maintenance mode of 'shop' was not switched on: answered 302, wanted 204"));
        }
    }

    @Test
    void saysNothingSecretWhateverGoesWrong(CapturedOutput output) throws Exception {
        // Receivers that repeat everything they were given.
        for (Receiver each : List.of(SLACK, PAGERDUTY, STATUSPAGE, GATEWAY)) {
            each.answers(request -> Answer.of(500, request.headers() + " " + request.body()));
        }
        TEAMS.answers(request -> Answer.of(500, "no such path " + request.path()));
        WEBHOOK.answers(request -> Answer.of(500, "no such path " + request.path()));
        notices.tell(incident, Occasion.RELAPSED, Map.of("level", "1"));
        notices.tell(incident, Occasion.MAINTENANCE_ON, Map.of());
        await().atMost(Duration.ofSeconds(30))
                .until(() -> log.of(incident).stream()
                        .filter(message -> !message.channel().equals("mail"))
                        .allMatch(message -> message.lastError() != null));

        String rows = database.sql("select string_agg(o::text || n::text, ' ') from outbox o join notice n on true")
                .query(String.class)
                .single();
        String entries = database.sql("select coalesce(string_agg(e::text, ' '), '') from evidence e")
                .query(String.class)
                .single();
        assertThat(rows).contains("***").doesNotContain("CANARY");
        assertThat(entries).doesNotContain("CANARY");
        assertThat(output.getAll()).contains("was not delivered to SLACK").doesNotContain("CANARY");
        TEAMS.answers(request -> Answer.of(202, ""));
        WEBHOOK.answers(request -> Answer.of(200, "heard"));
    }

    @Test
    void testsEveryChannelWithoutDisturbingCustomers() {
        List<Trial.Tried> tried = trial.run(null);

        assertThat(tried)
                .hasSize(6)
                .allSatisfy(
                        each -> assertThat(each.delivered()).as(each.toString()).isTrue());
        assertThat(STATUSPAGE.requests()).extracting(Request::method).containsExactly("GET");
        assertThat(PAGERDUTY.requests())
                .extracting(each -> each.json().path("event_action").asText())
                .containsExactly("trigger", "resolve");
        assertThat(GATEWAY.requests()).isEmpty();
        assertThat(trial.run(Kind.MAINTENANCE))
                .singleElement()
                .satisfies(each -> assertThat(each.delivered()).isFalse());
    }

    @Test
    void saysWhichReceiverDoesNotAnswer() throws Exception {
        try (ServerSocket nobody = new ServerSocket(0)) {
            // Accepts and never answers: the limit on answers ends it.
            SLACK.answers(request -> new Answer(0, "", Map.of()));
            notices.tell(incident, Occasion.INCIDENT_OPENED, Map.of());
            await().atMost(Duration.ofSeconds(20))
                    .until(() -> log.of(incident).stream()
                            .anyMatch(message -> message.channel().equals("slack") && message.lastError() != null));
            assertThat(log.of(incident))
                    .filteredOn(message -> message.channel().equals("slack"))
                    .singleElement()
                    .satisfies(message -> assertThat(message.lastError())
                            .startsWith("'Slack' did not answer")
                            .doesNotContain("127.0.0.1"));
            assertThat(nobody.isBound()).isTrue();
        }
        assertThat(ledger.of(incident)).noneMatch(entry -> entry.outcome() == Evidence.Outcome.FAILED);
    }
}
