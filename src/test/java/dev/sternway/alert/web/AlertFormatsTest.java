package dev.sternway.alert.web;

import static org.assertj.core.api.Assertions.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.options;
import static org.springframework.test.web.servlet.request.MockMvcRequestBuilders.post;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.content;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.header;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.jsonPath;
import static org.springframework.test.web.servlet.result.MockMvcResultMatchers.status;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Subscriptions;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.database.TestDatabase;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureMockMvc;
import org.springframework.boot.test.autoconfigure.web.servlet.AutoConfigureWebMvc;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.test.web.servlet.MockMvc;
import org.springframework.test.web.servlet.ResultActions;
import org.springframework.test.web.servlet.request.MockHttpServletRequestBuilder;
import org.springframework.transaction.support.TransactionTemplate;

/** What each monitoring product sends, as its maker documents it: valid, replayed, forged, expired and broken. */
@SpringBootTest(classes = AlertSlice.class)
@AutoConfigureMockMvc(addFilters = false)
@AutoConfigureWebMvc
@ExtendWith(OutputCaptureExtension.class)
class AlertFormatsTest {
    static final String SECRET = "the-secret-of-today";
    private static final String OLD_SECRET = "the-secret-of-yesterday";
    private static final TestDatabase DATABASE = TestDatabase.create();

    @Autowired
    MockMvc http;

    @Autowired
    JdbcClient database;

    @Autowired
    WaitingAlerts waiting;

    @Autowired
    Subscriptions subscriptions;

    @Autowired
    TransactionTemplate transaction;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws IOException {
        Path now = Files.writeString(Files.createTempFile("new", ".key"), SECRET + "\n");
        Path before = Files.writeString(Files.createTempFile("old", ".key"), OLD_SECRET + "\n");
        String both = "file:" + now + ",file:" + before;
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        String senders = "sternway.alerts.senders.";
        registry.add(senders + "alertmanager.bearer", () -> both);
        registry.add(senders + "alertmanager.basic[0].user", () -> "alertmanager");
        registry.add(senders + "alertmanager.basic[0].password", () -> "file:" + now);
        registry.add(senders + "grafana.hmac.keys", () -> both);
        registry.add(senders + "grafana.hmac.timestamp-header", () -> "X-Grafana-Alerting-Timestamp");
        registry.add(senders + "pagerduty.hmac.keys", () -> both);
        registry.add(senders + "datadog.header.name", () -> "X-Sternway-Secret");
        registry.add(senders + "datadog.header.secrets", () -> both);
        registry.add(senders + "sns.topics", () -> TestSns.TOPIC);
        registry.add(senders + "sns.certificates", () -> TestSns.certificates().toString());
        registry.add(senders + "cloudevents.hmac.keys", () -> both);
        registry.add(senders + "cloudevents.basic[0].user", () -> "events");
        registry.add(senders + "cloudevents.basic[0].password", () -> "file:" + now);
        registry.add(senders + "cloudevents.origins", () -> "eventgrid.example");
        registry.add(senders + "generic.hmac.keys", () -> both);
    }

    @BeforeEach
    void emptyInbox() {
        database.sql("truncate alert, alert_message, alert_once, incident, alert_subscription")
                .update();
    }

    private ResultActions send(Product product, Product.Sent sent) throws Exception {
        MockHttpServletRequestBuilder request =
                post("/alerts/" + product.format()).content(sent.body().getBytes(StandardCharsets.UTF_8));
        sent.headers().forEach(request::header);
        return http.perform(request);
    }

    private ResultActions send(Product product, String body) throws Exception {
        return send(product, product.sign(body, SECRET, Instant.now()));
    }

    private long stored() {
        return database.sql("select count(*) from alert").query(Long.class).single();
    }

    private List<Alert> waiting() {
        return taken(stored -> stored.stream().map(WaitingAlerts.Stored::alert).toList());
    }

    /** Of each waiting alert, whether it is over. */
    private List<Boolean> over() {
        return taken(stored -> {
            Set<Long> over = waiting.over(stored);
            return stored.stream().map(each -> over.contains(each.id())).toList();
        });
    }

    private <T> List<T> taken(Function<List<WaitingAlerts.Stored>, List<T>> part) {
        return transaction.execute(status -> waiting.systems().stream()
                .flatMap(system -> part.apply(waiting.take(system, 100)).stream())
                .toList());
    }

    private Alert only() {
        assertThat(waiting()).hasSize(1);
        return waiting().get(0);
    }

    @ParameterizedTest
    @EnumSource
    void takesWhatTheProductDocumentsAndKeepsItsBytes(Product product) throws Exception {
        Product.Sent sent = product.sign(product.body(), SECRET, Instant.now());

        send(product, sent)
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(1));

        assertThat(database.sql("select body from alert_message")
                        .query(byte[].class)
                        .single())
                .isEqualTo(sent.body().getBytes(StandardCharsets.UTF_8));
        assertThat(only().status()).isEqualTo(Alert.Status.FIRING);
        assertThat(only().source()).isEqualTo(product.format());
    }

    @ParameterizedTest
    @EnumSource
    void givesAMessageThatIsSentAgainNoSecondEffect(Product product, CapturedOutput log) throws Exception {
        Product.Sent sent = product.sign(product.body(), SECRET, Instant.now());
        send(product, sent).andExpect(status().isAccepted());

        send(product, sent)
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0))
                .andExpect(jsonPath("$.repeated").value(1));

        assertThat(stored()).isOne();
        assertThat(log).contains("/alerts/" + product.format() + " repeats 1 alerts");
    }

    /** Whoever recorded a message and sends it again, after its incident has ended and before its time is over. */
    @ParameterizedTest
    @EnumSource
    void startsNothingAnewByARecordedMessage(Product product) throws Exception {
        if (product == Product.ALERTMANAGER || product == Product.DATADOG) {
            // Their senders show a secret: who recorded that can say what he likes.
            return;
        }
        Product.Sent sent = product.sign(product.body(), SECRET, Instant.now());
        send(product, sent).andExpect(status().isAccepted());
        database.sql(
                        "insert into incident (id, system_id, title, state, ended_at) values ('INC-1', 'shop', '', 'CLOSED', now())")
                .update();
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-1'")
                .update();

        send(product, sent)
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0))
                .andExpect(jsonPath("$.repeated").value(1));

        assertThat(waiting()).isEmpty();
        if (product == Product.GRAFANA || product == Product.GENERIC) {
            assertThat(database.sql("select repeats from alert_once")
                            .query(Integer.class)
                            .single())
                    .isOne();
            // The product itself signs anew what still fires.
            send(product, product.sign(product.body(), SECRET, Instant.now().minusSeconds(2)))
                    .andExpect(jsonPath("$.stored").value(1));
        }
    }

    /** It may be signed as before and still be new: the first time it was not stored. */
    @Test
    void takesAMessageThatComesAgainBecauseItWasNotStored() throws Exception {
        Product.Sent sent = Product.GENERIC.sign(Product.GENERIC.body(), SECRET, Instant.now());
        database.sql("alter table alert rename to alert_away").update();
        try {
            send(Product.GENERIC, sent).andExpect(status().isServiceUnavailable());
        } finally {
            database.sql("alter table alert_away rename to alert").update();
        }

        send(Product.GENERIC, sent)
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(1));
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayWhatIsForgedAndSaysWhyInTheLogOnly(Product product, CapturedOutput log) throws Exception {
        send(product, product.sign(product.body(), "a-guess", Instant.now()))
                .andExpect(status().isUnauthorized())
                .andExpect(header().exists("WWW-Authenticate"))
                .andExpect(jsonPath("$.detail").value("the sender is not known"))
                .andExpect(content().string(not(containsString("signature"))))
                .andExpect(content().string(not(containsString("secret"))))
                .andExpect(content().string(not(containsString("bearer"))));

        assertThat(stored()).isZero();
        assertThat(log)
                .contains("refused an alert at /alerts/" + product.format())
                .contains("a wrong");
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayWhatIsNotSignedAtAll(Product product) throws Exception {
        send(product, new Product.Sent(product.body(), Map.of("Content-Type", "application/json")))
                .andExpect(status().isUnauthorized());

        assertThat(stored()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayAChangedBody(Product product) throws Exception {
        if (product == Product.ALERTMANAGER || product == Product.DATADOG) {
            return;
        }
        Product.Sent sent = product.sign(product.body(), SECRET, Instant.now());

        send(product, new Product.Sent(sent.body().replaceFirst("shop", "shed"), sent.headers()))
                .andExpect(status().isUnauthorized());
    }

    @ParameterizedTest
    @EnumSource
    void turnsAwayWhatWasSignedTooLongAgoOrInTheFuture(Product product, CapturedOutput log) throws Exception {
        if (!product.signsTheTime()) {
            return;
        }
        Duration longest = product == Product.SNS ? Duration.ofMinutes(66) : Duration.ofMinutes(6);

        send(product, product.sign(product.body(), SECRET, Instant.now().minus(longest)))
                .andExpect(status().isUnauthorized())
                .andExpect(jsonPath("$.detail").value("the sender is not known"));
        send(product, product.sign(product.body(), SECRET, Instant.now().plusSeconds(360)))
                .andExpect(status().isUnauthorized());

        assertThat(stored()).isZero();
        assertThat(log).contains("a right signature");

        send(product, product.sign(product.body(), SECRET, Instant.now().minusSeconds(240)))
                .andExpect(status().isAccepted());
    }

    @ParameterizedTest
    @EnumSource(mode = EnumSource.Mode.EXCLUDE, names = "SNS")
    void takesTheOldSecretToo(Product product) throws Exception {
        send(product, product.sign(product.body(), OLD_SECRET, Instant.now())).andExpect(status().isAccepted());
    }

    @ParameterizedTest
    @EnumSource
    void namesThePlaceInWhatIsBroken(Product product) throws Exception {
        String broken = product == Product.SNS
                ? TestSns.envelope("no alarm at all", Instant.now())
                : product.body().substring(0, product.body().length() / 2);

        send(product, broken)
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.title").value("ALERT_MALFORMED"))
                .andExpect(jsonPath("$.detail", containsString(": line ")))
                .andExpect(jsonPath("$.hint").isNotEmpty());

        assertThat(stored()).isZero();
    }

    @ParameterizedTest
    @EnumSource
    void knowsTheEndOfAnAlertWhicheverComesFirst(Product product) throws Exception {
        send(product, product.ended(product.body())).andExpect(status().isAccepted());
        send(product, product.body()).andExpect(status().isAccepted());

        Map<Alert.Status, Alert> both = new TreeMap<>();
        waiting().forEach(alert -> both.put(alert.status(), alert));

        assertThat(both).hasSize(2);
        assertThat(both.get(Alert.Status.RESOLVED).ends(both.get(Alert.Status.FIRING)))
                .isTrue();
        assertThat(over()).containsExactly(true, true);
    }

    @Test
    void alertmanagerIsUnderstood() throws Exception {
        send(Product.ALERTMANAGER, Product.ALERTMANAGER.body());

        assertThat(only().label("symptom")).contains("FEATURE_FAILURE");
        assertThat(only().label("service")).contains("web");
        assertThat(only().figure("error_rate")).contains(12.5);
        assertThat(only().sustained(Instant.parse("2026-11-20T03:13:45.123Z"))).isEqualTo(Duration.ofMinutes(6));
    }

    @Test
    void grafanaIsUnderstood() throws Exception {
        send(Product.GRAFANA, Product.GRAFANA.body());

        assertThat(only().series()).startsWith("7/c6eadffa33fcdf37/");
        assertThat(only().label("symptom")).contains("PERFORMANCE");
        assertThat(only().figure("latency")).contains(4.75);
        assertThat(only().startsAt()).isEqualTo("2026-11-20T02:12:40Z");
    }

    @Test
    void pagerdutyIsUnderstood() throws Exception {
        send(Product.PAGERDUTY, Product.PAGERDUTY.body());

        assertThat(only().series()).isEqualTo("PGR0VU2");
        assertThat(only().key()).isEqualTo("01CN1LCQD8MYNMBBKTBMRQAVIE");
        // By a rule for its title.
        assertThat(only().label("symptom")).contains("CRASH");
        assertThat(only().label("service")).contains("Web shop (production)");
        assertThat(only().label("priority")).contains("P1");
    }

    @Test
    void pagerdutyAlertThatBeginsAgainIsNotOver() throws Exception {
        String again = Product.PAGERDUTY
                .body()
                .replace("incident.triggered", "incident.reopened")
                .replace("01CN1LCQD8MYNMBBKTBMRQAVIE", "01CN1LCQD8MYNMBBKTBMRQAVIG")
                .replace("03:12:45.700Z", "03:32:45.700Z");
        send(Product.PAGERDUTY, Product.PAGERDUTY.body());
        send(Product.PAGERDUTY, Product.PAGERDUTY.ended(Product.PAGERDUTY.body()));
        send(Product.PAGERDUTY, again).andExpect(jsonPath("$.stored").value(1));

        assertThat(over()).containsExactly(true, true, false);
    }

    @ParameterizedTest
    @ValueSource(strings = {"incident.acknowledged", "incident.escalated", "incident.reassigned", "pagey.ping"})
    void pagerdutyEventThatBeginsNothingIsTakenAndStartsNothing(String type) throws Exception {
        send(Product.PAGERDUTY, Product.PAGERDUTY.body().replace("incident.triggered", type))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0));

        assertThat(stored()).isZero();
    }

    @Test
    void pagerdutyIncidentThatSternwayOpenedStartsNothing() throws Exception {
        send(Product.PAGERDUTY, Product.PAGERDUTY.body().replace("d3640fbd41094207a1c11e58e46b1662", "INC-2026-0042/x"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0));
    }

    @Test
    void pagerdutyIsNotToldOfAnUnknownSystemOrItWouldStopSending(CapturedOutput log) throws Exception {
        send(Product.PAGERDUTY, Product.PAGERDUTY.body().replace("Web shop (production)", "Cinema"))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0));

        assertThat(log).contains("no managed system matches");
        assertThat(stored()).isOne();
    }

    @Test
    void datadogIsUnderstood() throws Exception {
        send(Product.DATADOG, Product.DATADOG.body());

        assertThat(only().series()).isEqualTo("1234567890123456789");
        assertThat(only().labels())
                .containsEntry("symptom", "FEATURE_FAILURE")
                .containsEntry("service", "checkout")
                .containsEntry("urgent", "true")
                .doesNotContainKey("hostname");
        assertThat(only().figure("error_rate")).contains(5.0);
        assertThat(only().startsAt()).isEqualTo(Instant.ofEpochMilli(1795143165000L));
    }

    @Test
    void cloudwatchIsUnderstood() throws Exception {
        send(Product.SNS, Product.SNS.body());

        assertThat(only().series()).isEqualTo("arn:aws:cloudwatch:eu-central-1:123456789012:alarm:shop-latency");
        assertThat(only().label("service")).contains("app/shop/50dc6c495c0c9188");
        assertThat(only().figure("latency")).contains(2.75);
        assertThat(only().sustained(Instant.parse("2026-11-20T03:12:45.123Z"))).isEqualTo(Duration.ofMinutes(3));
    }

    @Test
    void cloudwatchAlarmWithoutDataIsNoRecovery() throws Exception {
        send(Product.SNS, Product.SNS.body().replace("\\\"ALARM\\\"", "\\\"INSUFFICIENT_DATA\\\""))
                .andExpect(status().isAccepted())
                .andExpect(jsonPath("$.stored").value(0));
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "2"})
    void snsSignsInTwoVersions(String version) throws Exception {
        send(Product.SNS, TestSns.with(Product.SNS.body(), "SignatureVersion", version))
                .andExpect(status().isAccepted());
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://sns.eu-central-1.amazonaws.com/" + TestSns.CERTIFICATE,
                "https://sns.eu-central-1.amazonaws.com.evil.example/" + TestSns.CERTIFICATE,
                "https://sns.eu-central-1.amazonaws.com@evil.example/" + TestSns.CERTIFICATE,
                "https://evil.example/sns.eu-central-1.amazonaws.com/" + TestSns.CERTIFICATE,
                "https://sns.eu-central-1.amazonaws.com:8443/" + TestSns.CERTIFICATE,
                "https://sns.us-east-1.amazonaws.com/" + TestSns.CERTIFICATE,
                "https://sns.eu-central-1.amazonaws.com/../" + TestSns.CERTIFICATE,
                "https://sns.eu-central-1.amazonaws.com/" + TestSns.CERTIFICATE + "?x=1",
                "https://sns.eu-central-1.amazonaws.com/?Action=GetEndpoint",
                "file:///etc/passwd",
                "no address",
                "https://sns.eu-central-1.amazonaws.com/" + TestSns.EXPIRED
            })
    void snsIsBelievedByNoOtherCertificate(String address) throws Exception {
        send(Product.SNS, TestSns.with(Product.SNS.body(), "SigningCertURL", address))
                .andExpect(status().isUnauthorized());

        assertThat(stored()).isZero();
    }

    @Test
    void snsIsAskedToComeAgainWhenItsCertificateCannotBeFetched() throws Exception {
        String other = "SimpleNotificationService-ffffffffffffffffffffffffffffffff.pem";

        send(Product.SNS, Product.SNS.body().replace(TestSns.CERTIFICATE, other))
                .andExpect(status().isServiceUnavailable())
                .andExpect(header().string("Retry-After", "5"));
    }

    @Test
    void snsTopicThatIsNotKnownIsTurnedAway() throws Exception {
        send(Product.SNS, TestSns.with(Product.SNS.body(), "TopicArn", TestSns.TOPIC + "-of-mallory"))
                .andExpect(status().isUnauthorized());
    }

    @Test
    void snsTopicThatAsksToBeSubscribedWaitsForAPerson() throws Exception {
        Product.Sent asked = new Product.Sent(TestSns.confirmation(), Map.of("Content-Type", "text/plain"));
        send(Product.SNS, asked).andExpect(status().isAccepted());
        send(Product.SNS, asked).andExpect(status().isAccepted());

        assertThat(subscriptions.all())
                .singleElement()
                .satisfies(each -> assertThat(each.topic()).isEqualTo(TestSns.TOPIC))
                .satisfies(each -> assertThat(each.confirmedAt()).isNull());
        assertThat(stored()).isZero();
    }

    @Test
    void cloudEventIsUnderstood() throws Exception {
        send(Product.CLOUDEVENTS, Product.CLOUDEVENTS.body());

        assertThat(only().series()).isEqualTo("https://ci.example/shop/shop/api");
        assertThat(only().key()).isEqualTo("https://ci.example/shop/A234-1234-1234");
        assertThat(only().title()).isEqualTo("The deployment of the shop failed");
        assertThat(only().labels())
                .containsEntry("symptom", "UPGRADE_FAILED")
                .containsEntry("service", "api")
                .containsEntry("importance", "MAJOR")
                .containsEntry("tenant", "acme");
        assertThat(only().figure("affected_users")).contains(30.0);
    }

    @Test
    void binaryCloudEventIsTheSameAsAStructuredOne() throws Exception {
        String body = Product.CLOUDEVENTS.body();
        String data = body.substring(body.indexOf("{", 5), body.lastIndexOf("}"));
        Map<String, String> headers = Map.of(
                "Content-Type", "application/json",
                "ce-specversion", "1.0",
                "ce-id", "A234-1234-1234",
                "ce-source", "https://ci.example/shop",
                "ce-type", "com.example.deployment.failed",
                "ce-subject", "shop%2Fapi",
                "ce-time", "2026-11-20T03:12:45Z",
                "ce-tenant", "acme",
                "Authorization", Product.basic("events", SECRET));
        send(Product.CLOUDEVENTS, new Product.Sent(data, headers)).andExpect(status().isAccepted());
        Alert binary = only();
        emptyInbox();
        send(Product.CLOUDEVENTS, body);

        assertThat(binary).usingRecursiveComparison().isEqualTo(only());
    }

    /** Its headers say what it is about, and no signature covers them. */
    @Test
    void binaryCloudEventIsNotBelievedByTheSignatureOfItsBody(CapturedOutput log) throws Exception {
        Map<String, String> headers = new TreeMap<>(
                Product.CLOUDEVENTS.sign("{}", SECRET, Instant.now()).headers());
        headers.put("ce-specversion", "1.0");

        send(Product.CLOUDEVENTS, new Product.Sent("{}", headers)).andExpect(status().isUnauthorized());

        assertThat(log).contains("does not cover the headers");
    }

    @Test
    void cloudEventsAreAskedForByKnownOriginsOnly() throws Exception {
        http.perform(options("/alerts/cloudevents").header("WebHook-Request-Origin", "eventgrid.example"))
                .andExpect(status().isOk())
                .andExpect(header().string("WebHook-Allowed-Origin", "eventgrid.example"))
                .andExpect(header().string("WebHook-Allowed-Rate", "*"));
        http.perform(options("/alerts/cloudevents").header("WebHook-Request-Origin", "mallory.example"))
                .andExpect(header().doesNotExist("WebHook-Allowed-Origin"));
    }

    @Test
    void genericIsUnderstood() throws Exception {
        send(Product.GENERIC, Product.GENERIC.body());

        assertThat(only().series()).isEqualTo("nightly-check/prices");
        assertThat(only().labels())
                .containsEntry("symptom", "DATA_CORRUPTION")
                .containsEntry("importance", "CRITICAL")
                .containsEntry("service", "db");
        assertThat(only().figure("error_rate")).contains(7.5);
        assertThat(only().annotations()).containsEntry("workaround", "false");
    }

    @Test
    void genericTakesWhatItsSchemaSaysAndNothingElse() throws Exception {
        send(Product.GENERIC, Product.GENERIC.body().replace("\"symptom\"", "\"sympton\""))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail", containsString("sympton")));
        send(Product.GENERIC, Product.GENERIC.body().replace("7.5", "101"))
                .andExpect(status().isBadRequest())
                .andExpect(jsonPath("$.detail", containsString("/metrics/error_rate")));
        send(Product.GENERIC, Product.GENERIC.body().replace("\"firing\"", "\"perhaps\""))
                .andExpect(jsonPath("$.detail", containsString("/status")));
    }

    @Test
    void anyOfSeveralWaysSuffices() throws Exception {
        Map<String, String> headers =
                Map.of("Authorization", Product.basic("alertmanager", SECRET), "Content-Type", "application/json");

        send(Product.ALERTMANAGER, new Product.Sent(Product.ALERTMANAGER.body(), headers))
                .andExpect(status().isAccepted());
        send(
                        Product.ALERTMANAGER,
                        new Product.Sent(
                                Product.ALERTMANAGER.body(), Map.of("Authorization", Product.basic("someone", SECRET))))
                .andExpect(status().isUnauthorized());
    }

    @Test
    void writesNoLineIntoTheLogThatSomebodyElseMade(CapturedOutput log) throws Exception {
        send(
                        Product.SNS,
                        TestSns.with(
                                Product.SNS.body(), "SigningCertURL", "x\r\n2026-11-20 ERROR all is lost \u001b[31m"))
                .andExpect(status().isUnauthorized());

        assertThat(log.getAll().lines()).noneMatch(line -> line.startsWith("2026-11-20 ERROR"));
        assertThat(log).doesNotContain("\u001b[31m");
    }

    @Test
    void makesTextsPlainBeforeAnybodyReadsThem() throws Exception {
        String body = Product.GENERIC
                .body()
                .replace("Prices are negative", "Prices\\r\\n are \\u001b[31mred\\u001b[0m \\u202eevitagen <b>")
                .replace("17 rows", "17\\u0007 rows\\u2028");

        send(Product.GENERIC, body).andExpect(status().isAccepted());

        assertThat(only().title()).isEqualTo("Prices  are red evitagen <b>");
        assertThat(only().annotations().get("description")).isEqualTo("17  rows  of table prices");
    }

    @Test
    void keepsNamesShortEnoughForTheIndexAndStillApart() throws Exception {
        String longKey = "k".repeat(490);
        send(Product.GENERIC, Product.GENERIC.body().replace("\"prices\"", "\"" + longKey + "1\""))
                .andExpect(jsonPath("$.stored").value(1));
        send(Product.GENERIC, Product.GENERIC.body().replace("\"prices\"", "\"" + longKey + "2\""))
                .andExpect(jsonPath("$.stored").value(1));

        assertThat(waiting()).allSatisfy(alert -> assertThat(alert.key()).hasSizeLessThanOrEqualTo(500));
    }
}
