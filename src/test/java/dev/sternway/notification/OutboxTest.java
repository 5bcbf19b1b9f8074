package dev.sternway.notification;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.database.TestDatabase;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.Letter;
import dev.sternway.port.Letter.Act;
import dev.sternway.port.NotDelivered;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.boot.actuate.health.Status;
import org.springframework.boot.test.context.SpringBootTest;
import org.springframework.boot.test.context.SpringBootTest.WebEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.test.context.DynamicPropertyRegistry;
import org.springframework.test.context.DynamicPropertySource;
import org.springframework.transaction.support.TransactionTemplate;

@SpringBootTest(
        classes = NotificationSlice.class,
        webEnvironment = WebEnvironment.NONE,
        properties = {
            "logging.level.root=error",
            "sternway.public-url=https://sternway.example",
            "sternway.contacts[0].role=on-call",
            "sternway.contacts[0].name=Olga Oncall",
            "sternway.contacts[0].phone=+49 30 1",
            "sternway.contacts[0].mail=olga@shop.example",
            "sternway.contacts[1].role=tech-lead",
            "sternway.contacts[1].name=Tim Lead",
            "sternway.contacts[1].mail=tim@shop.example",
            "sternway.contacts[2].role=executive",
            "sternway.contacts[2].name=Eva Executive",
            "sternway.contacts[2].mail=eva@shop.example",
            "sternway.contacts[3].role=engineering",
            "sternway.contacts[3].name=All engineers",
            "sternway.contacts[3].mail=engineering@shop.example",
            "sternway.contacts[4].role=customers",
            "sternway.contacts[4].name=Customers",
            "sternway.contacts[4].mail=customers@shop.example",
            "sternway.contacts[5].role=incident-commander",
            "sternway.contacts[5].name=Carla",
            "sternway.contacts[5].mail=carla@shop.example"
        })
class OutboxTest {
    private static final TestDatabase DATABASE = TestDatabase.create();
    private static final String INCIDENT = "INC-2026-0001";
    private static final Map<String, String> ROLL_BACK = Map.of("action", "ROLL_BACK", "severity", "CRITICAL");
    private static Path config;
    private int before;

    @Autowired
    private Notices notices;

    @Autowired
    private Sender sender;

    @Autowired
    private DeadlineWatch watch;

    @Autowired
    private NoticeLog log;

    @Autowired
    private SetUp setUp;

    @Autowired
    private NotificationsHealth health;

    @Autowired
    private FakeChannels channels;

    @Autowired
    private Ledger ledger;

    @Autowired
    private JdbcClient database;

    @Autowired
    private TransactionTemplate transaction;

    @DynamicPropertySource
    static void settings(DynamicPropertyRegistry registry) throws Exception {
        config = Files.createTempDirectory("sternway-texts");
        registry.add("spring.datasource.url", DATABASE::url);
        registry.add("spring.datasource.username", DATABASE::user);
        registry.add("spring.datasource.password", DATABASE::password);
        registry.add("sternway.config-directory", config::toString);
    }

    @BeforeEach
    void nothingWasTold() throws Exception {
        database.sql("truncate notice, outbox, incident, decision cascade").update();
        database.sql("insert into incident (id, system_id, title, state) values (?, 'shop', 'Orders fail', 'DECIDING')")
                .param(INCIDENT)
                .update();
        decided("CRITICAL");
        channels.reset();
        before = ledger.of(INCIDENT).size();
        Path texts = config.resolve("notifications");
        Files.createDirectories(texts);
        try (var all = Files.list(texts)) {
            for (Path each : all.toList()) {
                Files.delete(each);
            }
        }
    }

    private void decided(String severity) {
        database.sql("insert into decision (incident_id, process_instance_id, decided_at, severity)"
                        + " values (?, gen_random_uuid(), now(), ?)")
                .params(INCIDENT, severity)
                .update();
    }

    private void send() {
        channels.all().forEach(channel -> {
            while (sender.sendNext(channel)) {
                // until nothing may be sent now
            }
        });
    }

    /** Lets all waiting time pass: of retries, and of deadlines. */
    private void laterOn() {
        database.sql("update outbox set next_try_at = now() - interval '1 second', due_at = now() - interval '1 second'"
                        + " where state = 'WAITING'")
                .update();
    }

    private List<String> told(String audience) {
        return channels.mail.got().stream()
                .filter(letter -> letter.to().stream().anyMatch(to -> to.mail().startsWith(audience)))
                .map(Letter::occasion)
                .toList();
    }

    private List<Evidence> evidence() {
        return ledger.of(INCIDENT).stream()
                .skip(before)
                .filter(entry -> entry.kind() == Evidence.Kind.NOTIFICATION)
                .toList();
    }

    @Test
    @Tag("S4-06")
    @Tag("S2-24")
    @Tag("S2-25")
    void tellsARollbackToEverybodyInTime() {
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        send();
        assertThat(channels.slack.occasions()).containsExactly("decision-made");
        assertThat(minutesUntilDue("SLACK", "ENGINEERING")).isEqualTo(1);
        assertThat(channels.statuspage.got()).as("nothing has begun").isEmpty();
        assertThat(told("customers")).isEmpty();

        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        notices.tell(INCIDENT, Occasion.MAINTENANCE_ON, Map.of());
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "2", Map.of("level", "2"));
        send();

        assertThat(told("customers")).as("once").containsExactly("level-started");
        assertThat(channels.pagerDuty.got()).singleElement().satisfies(call -> {
            assertThat(call.act()).isEqualTo(Act.TRIGGER);
            assertThat(call.dedup()).isEqualTo(INCIDENT);
            assertThat(call.severity()).isEqualTo("CRITICAL");
            assertThat(call.link()).isEqualTo("https://sternway.example/incidents/" + INCIDENT);
        });
        assertThat(channels.statuspage.got()).singleElement().satisfies(page -> {
            assertThat(page.act()).isEqualTo(Act.IDENTIFIED);
            assertThat(page.text())
                    .contains("The shop")
                    .doesNotContain(INCIDENT)
                    .doesNotContain("Orders fail");
        });
        assertThat(channels.maintenance.got()).extracting(Letter::act).containsExactly(Act.ON);
        assertThat(told("olga")).containsExactly("decision-made");
        assertThat(told("engineering")).containsExactly("decision-made");
        assertThat(told("eva")).isEmpty();
        assertThat(log.of(INCIDENT)).allSatisfy(message -> {
            assertThat(message.state()).isEqualTo("DELIVERED");
            assertThat(message.late()).isFalse();
        });
        assertThat(minutesUntilDue("STATUSPAGE", "PUBLIC")).isEqualTo(1);
        assertThat(minutesUntilDue("PAGERDUTY", "ON_CALL")).isEqualTo(1);
        assertThat(minutesUntilDue("MAIL", "ENGINEERING")).isEqualTo(1);
        assertThat(minutesUntilDue("MAINTENANCE", "SYSTEM")).isEqualTo(1);
        assertThat(minutesUntilDue("MAIL", "ON_CALL")).isEqualTo(5);
        assertThat(minutesUntilDue("MAIL", "CUSTOMERS")).isEqualTo(60);
    }

    private long minutesUntilDue(String channel, String audience) {
        return database.sql("select extract(epoch from o.due_at - n.told_at)::bigint / 60 from outbox o"
                        + " join notice n on n.id = o.notice_id where o.channel = ? and o.audience = ?")
                .params(channel, audience)
                .query(Long.class)
                .single();
    }

    @Test
    @Tag("S4-24")
    void tellsTheEndToEverybodyAndResolvesEveryCall() {
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Choose", "groups", "on-call"));
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        notices.tell(INCIDENT, Occasion.RECOVERED, Map.of());
        notices.tell(INCIDENT, Occasion.CLOSED, Map.of());
        send();

        assertThat(channels.pagerDuty.got())
                .extracting(Letter::act, Letter::dedup)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Act.TRIGGER, INCIDENT),
                        org.assertj.core.groups.Tuple.tuple(Act.TRIGGER, INCIDENT + "/person-needed/task-1"),
                        org.assertj.core.groups.Tuple.tuple(Act.RESOLVE, INCIDENT),
                        org.assertj.core.groups.Tuple.tuple(Act.RESOLVE, INCIDENT + "/person-needed/task-1"));
        assertThat(channels.statuspage.got())
                .extracting(Letter::act)
                .containsExactly(Act.IDENTIFIED, Act.MONITORING, Act.RESOLVED);
        assertThat(channels.statuspage.got().get(1).thread())
                .isEqualTo(channels.statuspage.got().get(2).thread())
                .isNotNull();
        assertThat(told("customers")).containsExactly("level-started", "closed");
        assertThat(channels.slack.occasions()).contains("closed");
        assertThat(minutesUntilDue("MAIL", "SUPPORT", "CLOSED")).isEmpty();
        assertThat(minutesUntilDue("MAIL", "CUSTOMERS", "CLOSED")).contains(10L);
    }

    private java.util.Optional<Long> minutesUntilDue(String channel, String audience, String occasion) {
        return database.sql(
                        "select extract(epoch from o.due_at - n.told_at)::bigint / 60 from outbox o"
                                + " join notice n on n.id = o.notice_id where o.channel = ? and o.audience = ? and n.occasion = ?")
                .params(channel, audience, occasion)
                .query(Long.class)
                .optional();
    }

    @Test
    void tellsNoCustomersOfAnEndWhoHeardOfNoBeginning() {
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "MONITOR", Map.of("action", "MONITOR"));
        notices.tell(INCIDENT, Occasion.RESOLVED_BY_ITSELF, Map.of());
        send();

        assertThat(channels.statuspage.got()).isEmpty();
        assertThat(told("customers")).isEmpty();
        assertThat(channels.slack.occasions()).containsExactly("decision-made", "resolved-by-itself");
    }

    @Test
    void tellsAStormOnce() throws Exception {
        ExecutorService nodes = Executors.newFixedThreadPool(8);
        List<Future<Boolean>> all = new ArrayList<>();
        for (int i = 0; i < 400; i++) {
            all.add(nodes.submit(() -> notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK)));
        }
        int first = 0;
        for (Future<Boolean> each : all) {
            first += each.get(30, TimeUnit.SECONDS) ? 1 : 0;
        }
        nodes.shutdown();
        send();

        assertThat(first).isEqualTo(1);
        assertThat(channels.slack.got()).hasSize(1);
        assertThat(channels.pagerDuty.got()).hasSize(1);
    }

    @Test
    void tellsNothingWhenTheProcessIsTakenBack() {
        assertThatThrownBy(() -> transaction.executeWithoutResult(status -> {
                    notices.tell(INCIDENT, Occasion.CLOSED, Map.of());
                    throw new IllegalStateException("taken back");
                }))
                .hasMessage("taken back");
        send();

        assertThat(channels.slack.got()).isEmpty();
        assertThat(notices.tell(INCIDENT, Occasion.CLOSED, Map.of())).isTrue();
    }

    @Test
    void keepsTheOrderOfAnIncidentWithTwoSendersAtOnce() throws Exception {
        for (int i = 0; i < 60; i++) {
            String incident = "INC-2026-1" + (100 + i % 3);
            notices.tell(incident, Occasion.LEVEL_STARTED, Integer.toString(i), Map.of("level", Integer.toString(i)));
        }
        CountDownLatch start = new CountDownLatch(1);
        ExecutorService senders = Executors.newFixedThreadPool(4);
        List<Future<?>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(senders.submit(() -> {
                start.await();
                long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(30);
                while (channels.slack.got().size() < 60 && System.nanoTime() < end) {
                    sender.sendNext(channels.slack);
                }
                return null;
            }));
        }
        start.countDown();
        for (Future<?> each : all) {
            each.get(40, TimeUnit.SECONDS);
        }
        senders.shutdown();

        assertThat(channels.slack.got()).hasSize(60);
        for (int i = 0; i < 3; i++) {
            String incident = "INC-2026-1" + (100 + i);
            assertThat(channels.slack.got().stream()
                            .filter(letter -> letter.incidentId().equals(incident))
                            .map(letter -> Integer.parseInt(letter.facts().get("level"))))
                    .isSorted()
                    .hasSize(20);
        }
    }

    @Test
    void putsEverythingUnderTheFirstMessage() {
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        send();

        assertThat(channels.slack.got().get(0).thread()).isNull();
        assertThat(channels.slack.got().get(1).thread()).startsWith("SLACK-");
    }

    @Test
    void triesAgainLaterAndKeepsTheOrderMeanwhile() {
        channels.slack.dies();
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        notices.tell(INCIDENT, Occasion.CLOSED, Map.of());
        send();

        assertThat(database.sql("select attempts from outbox where channel = 'SLACK' order by id")
                        .query(Integer.class)
                        .list())
                .containsExactly(1, 0);
        assertThat(database.sql("select next_try_at > now() from outbox where channel = 'SLACK' order by id limit 1")
                        .query(Boolean.class)
                        .single())
                .isTrue();

        channels.slack.lives();
        send();
        assertThat(channels.slack.got()).as("before its time").isEmpty();
        laterOn();
        send();
        assertThat(channels.slack.occasions()).containsExactly("incident-opened", "closed");
        assertThat(channels.slack.got().get(0).repeated()).isTrue();
        assertThat(evidence())
                .filteredOn(entry -> "SLACK".equals(entry.target()))
                .first()
                .satisfies(entry -> {
                    assertThat(entry.outcome()).isEqualTo(Evidence.Outcome.PROVED);
                    assertThat(entry.details().path("attempts").asInt()).isEqualTo(2);
                    assertThat(entry.details().path("deliveryId").asText()).startsWith("SLACK-");
                    assertThat(entry.details().path("response").asText()).isEqualTo("ok");
                });
    }

    @Test
    void waitsAsLongAsTheReceiverAsks() {
        channels.slack.dies(() -> NotDelivered.before(Duration.ofSeconds(90), "too many"));
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        send();

        assertThat(database.sql("select extract(epoch from next_try_at - now()) from outbox where channel = 'SLACK'")
                        .query(Double.class)
                        .single())
                .isBetween(80.0, 91.0);
    }

    @Test
    void waitsLongerEachTimeButNotForEver() {
        for (int attempt = 1; attempt < 60; attempt++) {
            Duration wait = Sender.wait(attempt, Duration.ZERO);
            assertThat(wait).isBetween(Duration.ofMillis(500), Duration.ofMinutes(2));
        }
        assertThat(Sender.wait(1, Duration.ZERO)).isLessThanOrEqualTo(Duration.ofSeconds(1));
        assertThat(Sender.wait(9, Duration.ZERO)).isGreaterThanOrEqualTo(Duration.ofMinutes(1));
    }

    @Test
    void letsTheNextMessageThroughWhenOneIsNeverTaken() {
        channels.slack.dies(() -> NotDelivered.forGood("too long"));
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        sender.sendNext(channels.slack);
        channels.slack.lives();
        notices.tell(INCIDENT, Occasion.CLOSED, Map.of());
        send();

        assertThat(channels.slack.occasions()).containsExactly("closed");
        assertThat(evidence()).anySatisfy(entry -> {
            assertThat(entry.outcome()).isEqualTo(Evidence.Outcome.FAILED);
            assertThat(entry.seen()).isEqualTo("never delivered: too long");
        });
    }

    @Test
    void givesUpAfterADay() {
        channels.slack.dies();
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        database.sql("update notice set told_at = now() - interval '25 hours'").update();
        send();

        assertThat(log.of(INCIDENT))
                .allSatisfy(message -> assertThat(message.state()).isEqualTo("FAILED"));
    }

    @Test
    void sendsAgainWhatADeadSenderHadTaken() {
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        channels.slack.during(letter -> {
            throw new OutOfMemoryError("the node dies");
        });
        assertThatThrownBy(() -> sender.sendNext(channels.slack)).isInstanceOf(OutOfMemoryError.class);
        channels.slack.during(null);
        assertThat(sender.sendNext(channels.slack)).as("still leased").isFalse();

        database.sql("update outbox set lease_until = now() - interval '1 second'")
                .update();
        assertThat(sender.sendNext(channels.slack)).isTrue();
        assertThat(channels.slack.got())
                .singleElement()
                .satisfies(letter -> assertThat(letter.repeated()).isTrue());
    }

    @Test
    void believesOnlyTheSenderThatHasTheLease() {
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        channels.slack.during(
                letter -> database.sql("update outbox set lease = 'another'").update());
        sender.sendNext(channels.slack);

        assertThat(log.of(INCIDENT))
                .first()
                .satisfies(message -> assertThat(message.state()).isEqualTo("WAITING"));
        assertThat(evidence()).isEmpty();
    }

    @Test
    @Tag("S2-30")
    void callsTheNextContactsWhenNobodyWasReachedInTime() {
        channels.all().forEach(FakeChannels.Fake::dies);
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        notices.tell(
                INCIDENT,
                Occasion.PERSON_NEEDED,
                "task-1",
                Map.of(
                        "task",
                        "Approve",
                        "groups",
                        "incident-commander",
                        "dueAt",
                        Instant.now().toString()));
        send();
        watch.look();
        assertThat(undelivered()).as("before the deadline").isEmpty();

        laterOn();
        watch.look();
        assertThat(undelivered()).contains("person-needed/task-1/0", "SLACK/0", "STATUSPAGE/0", "PAGERDUTY/1");
        laterOn();
        watch.look();
        assertThat(undelivered()).contains("person-needed/task-1/1");
        laterOn();
        watch.look();
        laterOn();
        watch.look();
        assertThat(undelivered()).contains("person-needed/task-1/2", "person-needed/task-1/3");
        int all = undelivered().size();
        laterOn();
        watch.look();
        watch.look();
        assertThat(undelivered()).hasSize(all);
        assertThat(log.of(INCIDENT))
                .anySatisfy(message ->
                        assertThat(message.escalatedTo()).isEqualTo("nobody is left to tell: phone somebody"));
        assertThat(evidence())
                .filteredOn(entry -> entry.outcome() == Evidence.Outcome.NOT_MET)
                .anySatisfy(entry -> assertThat(entry.seen())
                        .isEqualTo("not delivered by then: nothing answers; next are tech-lead and deployment-lead"));

        channels.mail.lives();
        laterOn();
        send();
        assertThat(told("eva")).isNotEmpty().containsOnly("undelivered");
        assertThat(channels.mail.got())
                .filteredOn(letter -> letter.to().get(0).mail().startsWith("tim")
                        && letter.text().contains("Approve"))
                .isNotEmpty()
                .allSatisfy(letter -> assertThat(letter.text()).contains("Olga Oncall +49 30 1"));
    }

    private List<String> undelivered() {
        return database.sql("select subject from notice where occasion = 'UNDELIVERED' order by id")
                .query(String.class)
                .list();
    }

    @Test
    @Tag("S2-30")
    void leavesExecutivesAloneUnlessItIsCritical() {
        decided("MAJOR");
        channels.all().forEach(FakeChannels.Fake::dies);
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "EVALUATE", Map.of("action", "EVALUATE", "severity", "MAJOR"));
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Choose", "groups", "on-call"));
        for (int i = 0; i < 6; i++) {
            laterOn();
            watch.look();
        }

        assertThat(undelivered()).contains("person-needed/task-1/2").doesNotContain("person-needed/task-1/3");
        assertThat(log.of(INCIDENT)).noneMatch(message -> message.audience().equals("executive"));
    }

    @Test
    @Tag("S2-30")
    void passesOnWhatIsLateBesideAMessageThatCannotBe() {
        channels.all().forEach(FakeChannels.Fake::dies);
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Choose", "groups", "on-call"));
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-2", Map.of("task", "Choose", "groups", "on-call"));
        database.sql("update notice set occasion = 'OF_ANOTHER_VERSION' where subject = 'task-1'")
                .update();

        laterOn();
        watch.look();

        assertThat(undelivered()).contains("person-needed/task-2/1").noneMatch(subject -> subject.contains("task-1"));
        assertThat(late("task-1")).isZero();
        assertThat(late("task-2")).isPositive();
    }

    private long late(String subject) {
        return database.sql("select count(*) from outbox o join notice n on n.id = o.notice_id"
                        + " where n.subject = ? and o.late_at is not null")
                .param(subject)
                .query(Long.class)
                .single();
    }

    @Test
    void callsNobodyElseWhenOneChannelReachedThem() {
        channels.pagerDuty.dies();
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Choose", "groups", "on-call"));
        send();
        laterOn();
        watch.look();

        assertThat(undelivered()).isEmpty();
        assertThat(log.of(INCIDENT))
                .filteredOn(message -> message.channel().equals("pagerduty"))
                .singleElement()
                .satisfies(message -> {
                    assertThat(message.late()).isTrue();
                    assertThat(message.escalatedTo()).isEqualTo("reached over another channel");
                });
    }

    @Test
    void asksOnCallWhenNobodyOfThoseAskedHasAnAddress() {
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Approve", "groups", "cto"));
        send();

        assertThat(told("olga")).containsExactly("person-needed");
    }

    @Test
    void asksNobodyForWhatIsDoneMeanwhile() {
        channels.pagerDuty.dies();
        notices.tell(INCIDENT, Occasion.PERSON_NEEDED, "task-1", Map.of("task", "Choose", "groups", "on-call"));
        send();
        notices.tell(INCIDENT, Occasion.PERSON_DONE, "task-1", Map.of("task", "Choose", "how", "roll back"));
        channels.pagerDuty.lives();
        laterOn();
        send();

        assertThat(channels.pagerDuty.got()).extracting(Letter::act).containsExactly(Act.RESOLVE);
        assertThat(channels.slack.got().get(channels.slack.got().size() - 1).subject())
                .isEqualTo(INCIDENT + ": Choose: roll back");
    }

    @Test
    void endsTheCallForAFailedStepAlsoAfterARelapse() {
        notices.tell(INCIDENT, Occasion.RELAPSED, Map.of("level", "2"));
        send();
        for (Occasion occasion : List.of(Occasion.STEP_FAILED)) {
            int before = channels.pagerDuty.got().size();
            String subject = "job-of-" + occasion;
            notices.tell(INCIDENT, occasion, subject, Map.of("step", "revertImage", "by", "cleo", "reason", "now"));
            send();
            notices.tell(INCIDENT, Occasion.PERSON_DONE, subject, Map.of("task", "revertImage", "how", "done"));
            send();

            List<Letter> calls = channels.pagerDuty
                    .got()
                    .subList(before, channels.pagerDuty.got().size());
            assertThat(calls).as(occasion.name()).extracting(Letter::act).containsExactly(Act.TRIGGER, Act.RESOLVE);
            assertThat(calls)
                    .extracting(Letter::dedup)
                    .containsOnly(calls.get(0).dedup());
        }
    }

    @Test
    @Tag("S4-13")
    void switchesNoMaintenanceOnThatIsOverAndOffOnlyWhatIsOn() {
        notices.tell(INCIDENT, Occasion.MAINTENANCE_OFF, Map.of());
        send();
        assertThat(channels.maintenance.got()).as("it was never on").isEmpty();
        assertThat(log.maintenance(INCIDENT)).isEqualTo(NoticeLog.Maintenance.NEVER_SWITCHED);

        channels.maintenance.dies();
        notices.tell(INCIDENT, Occasion.MAINTENANCE_ON, Map.of());
        send();
        notices.tell(INCIDENT, Occasion.RELAPSED, Map.of());
        notices.tell(INCIDENT, Occasion.MAINTENANCE_OFF, Map.of());
        channels.maintenance.lives();
        laterOn();
        assertThat(log.maintenance(INCIDENT)).isEqualTo(NoticeLog.Maintenance.BEING_SWITCHED_OFF);
        send();

        assertThat(channels.maintenance.got()).extracting(Letter::act).containsExactly(Act.OFF);
        assertThat(log.maintenance(INCIDENT)).isEqualTo(NoticeLog.Maintenance.OFF);
    }

    @Test
    void tellsAnewAfterARelapse() {
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "1", Map.of("level", "1"));
        notices.tell(INCIDENT, Occasion.CLOSED, Map.of());
        assertThat(notices.tell(INCIDENT, Occasion.CLOSED, Map.of())).isFalse();
        notices.tell(INCIDENT, Occasion.RELAPSED, Map.of("level", "2"));
        notices.tell(INCIDENT, Occasion.LEVEL_STARTED, "2", Map.of("level", "2"));
        assertThat(notices.tell(INCIDENT, Occasion.CLOSED, Map.of())).isTrue();
        send();

        assertThat(channels.slack.occasions())
                .containsExactly("decision-made", "level-started", "closed", "relapsed", "level-started", "closed");
        assertThat(channels.pagerDuty.got())
                .extracting(Letter::act)
                .containsExactly(Act.TRIGGER, Act.RESOLVE, Act.TRIGGER, Act.RESOLVE);
        assertThat(channels.statuspage.got())
                .extracting(Letter::dedup)
                .containsExactly(INCIDENT, INCIDENT, INCIDENT + "#1", INCIDENT + "#1");
    }

    @Test
    void showsADeadChannelWithoutFailingTheHealth() {
        assertThat(health.health().getStatus()).isEqualTo(Status.UP);
        channels.slack.dies();
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        for (int i = 0; i < 3; i++) {
            laterOn();
            send();
        }

        assertThat(health.health().getStatus().getCode()).isEqualTo("DEGRADED");
        assertThat(health.health().getDetails().get("SLACK").toString()).contains("nothing answers");
        assertThat(log.channels())
                .filteredOn(channel -> channel.state() == NoticeLog.ChannelState.FAILING)
                .extracting(channel -> channel.channel().name())
                .containsExactly("SLACK");
    }

    @Test
    @Tag("S2-01")
    void namesEmptyContacts() {
        assertThat(setUp.warnings())
                .contains("sternway.contacts: nobody has the role 'deployment-lead'")
                .anyMatch(warning -> warning.contains("operations-manager"))
                .noneMatch(warning -> warning.contains("sternway.contacts[0]"));
    }

    @Test
    void takesTheUsersTextAndFallsBackWhenItIsBroken() throws Exception {
        Path own = config.resolve("notifications/incident-opened.txt");
        Files.writeString(own, "Subject: Achtung [(${incident})]\n\nEs brennt: [(${title})]\n");
        notices.tell(INCIDENT, Occasion.INCIDENT_OPENED, Map.of());
        send();
        assertThat(channels.slack.got().get(0).subject()).isEqualTo("Achtung " + INCIDENT);
        assertThat(channels.slack.got().get(0).text()).isEqualTo("Es brennt: Orders fail");
        assertThat(setUp.warnings()).noneMatch(warning -> warning.contains("incident-opened"));

        Files.writeString(own, "Subject: x\n\n[(${nothing.at.all})]\n");
        notices.tell("INC-2026-0002", Occasion.INCIDENT_OPENED, Map.of());
        send();
        assertThat(channels.slack.got().get(1).subject()).startsWith("INC-2026-0002: ");
        assertThat(setUp.warnings())
                .anyMatch(warning ->
                        warning.startsWith("notifications/incident-opened.txt: the built-in text is used instead: "));

        Files.writeString(own, "no subject");
        assertThat(setUp.warnings()).anyMatch(warning -> warning.contains("the first line must be 'Subject: …'"));
    }

    @Test
    void hasATextForEveryOccasion() {
        for (Occasion occasion : Occasion.values()) {
            notices.tell(
                    INCIDENT,
                    occasion,
                    Map.of("action", "ROLL_BACK", "task", "Approve", "groups", "on-call", "level", "2", "tier", "0"));
        }
        send();

        assertThat(channels.slack.got()).hasSizeGreaterThan(15).allSatisfy(letter -> {
            assertThat(letter.subject()).isNotBlank().doesNotContain("null", "[(", "[#");
            assertThat(letter.text()).isNotBlank().doesNotContain("null", "[(", "[#", "[/");
            assertThat(letter.text()).endsWith("https://sternway.example/incidents/" + INCIDENT);
        });
    }

    @Test
    void saysThatAnApprovalIsAwaitedWhileItIs() {
        notices.tell(INCIDENT, Occasion.DECISION_MADE, "ROLL_BACK", ROLL_BACK);
        notices.tell(
                INCIDENT,
                Occasion.DECISION_MADE,
                "ROLL_BACK/CRITICAL",
                Map.of("action", "ROLL_BACK", "severity", "CRITICAL", "approval", "awaited"));
        send();

        assertThat(channels.slack.got().get(0).subject()).contains("The shop is being rolled back (CRITICAL)");
        assertThat(channels.slack.got().get(0).text())
                .contains("level by level")
                .doesNotContain("awaited");
        assertThat(channels.slack.got().get(1).subject())
                .contains("The shop is decided to be taken back, an approval is awaited (CRITICAL)");
        assertThat(channels.slack.got().get(1).text())
                .contains("The shop is decided to be taken back; an approval is awaited")
                .doesNotContain("level by level");
    }

    @Test
    void obeysNothingThatAnAlertSays() {
        database.sql("update incident set title = ?")
                .param("[(${T(java.lang.Runtime)})] \u001b[31m\r\nBcc: all@x.example")
                .update();
        notices.tell(
                INCIDENT,
                Occasion.DECISION_MADE,
                "MONITOR",
                Map.of("action", "MONITOR", "reason", "\u0000\u001b[2Jx\r\ny"));
        send();

        assertThat(channels.slack.got().get(0).facts().get("reason")).isEqualTo("[2Jx\ny");
        assertThat(channels.slack.got().get(0).text()).contains("[(${T(java.lang.Runtime)})]");
        assertThat(channels.slack.got().get(0).subject()).doesNotContain("\n");
    }
}
