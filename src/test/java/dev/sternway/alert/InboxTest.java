package dev.sternway.alert;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.database.TestDatabase;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.transaction.TransactionException;

/** The inbox keeps each alert and each message once, many at a time, and says so when it cannot. */
class InboxTest {
    private static final Instant BEGAN = Instant.parse("2026-11-20T03:12:45Z");
    private static final byte[] BODY = "{}".getBytes(StandardCharsets.UTF_8);

    @RegisterExtension
    static final TestDatabase DATABASE = TestDatabase.create();

    private final JdbcClient database = DATABASE.jdbc();
    private final List<Object> events = Collections.synchronizedList(new ArrayList<>());
    private Inbox inbox = inbox(Duration.ofSeconds(5));

    private Inbox inbox(Duration storeWithin) {
        return new Inbox(
                DATABASE.dataSource(),
                new Catalogue(List.of(system("shop"), system("kiosk")), List.of()),
                events::add,
                new InboxSettings(Duration.ofDays(90), Duration.ofMinutes(30), 4, storeWithin));
    }

    @BeforeEach
    void empty() {
        database.sql("truncate alert, alert_message, incident").update();
    }

    @AfterEach
    void close() {
        inbox.destroy();
    }

    @Test
    void storesTenThousandAlertsOfOneMessageAndTheMessageOnce() {
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < 10_000; i++) {
            alerts.add(firing("shop", "s" + i));
        }

        assertThat(inbox.accept(alerts, BODY)).isEqualTo(new Inbox.Accepted(10_000, 0));
        assertThat(inbox.accept(alerts, BODY)).isEqualTo(new Inbox.Accepted(0, 10_000));

        assertThat(count("select count(*) from alert where state = 'WAITING'")).isEqualTo(10_000);
        assertThat(count("select count(*) from alert_message")).isOne();
        assertThat(events).containsExactly(new AlertsStored(10_000));
    }

    @Test
    void countsAnAlertThatIsTwiceInAMessageOnce() {
        assertThat(inbox.accept(List.of(firing("shop", "s1"), firing("shop", "s1")), BODY))
                .isEqualTo(new Inbox.Accepted(1, 1));
    }

    @Test
    void letsMessagesWithTheSameAlertsInAnyOrderComeAtOnce() throws Exception {
        int messages = 8;
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < 300; i++) {
            alerts.add(firing("shop", "s" + i));
        }
        CyclicBarrier barrier = new CyclicBarrier(messages);
        List<Callable<Inbox.Accepted>> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            List<Alert> shuffled = new ArrayList<>(alerts);
            Collections.shuffle(shuffled, new java.util.Random(i));
            byte[] body = ("{" + i + "}").getBytes(StandardCharsets.UTF_8);
            all.add(() -> {
                barrier.await();
                return inbox.accept(shuffled, body);
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(messages);
        int stored = 0;
        int repeated = 0;
        for (Future<Inbox.Accepted> each : threads.invokeAll(all)) {
            stored += each.get().stored();
            repeated += each.get().repeated();
        }
        threads.shutdown();

        assertThat(stored).isEqualTo(300);
        assertThat(repeated).isEqualTo(300 * (messages - 1));
        assertThat(count("select count(*) from alert")).isEqualTo(300);
    }

    @Test
    void takesNewFiguresOfARepeatAndHasItsIncidentWeighedAgain() {
        inbox.accept(List.of(firing("shop", "s1")), BODY);
        incident("INC-1", null);
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-1'")
                .update();

        Inbox.Accepted again =
                inbox.accept(List.of(firing("shop", "s1", Map.of("error_rate", "12"))), "{2}".getBytes());

        assertThat(again).isEqualTo(new Inbox.Accepted(0, 1));
        assertThat(text("select alert -> 'annotations' ->> 'error_rate' from alert"))
                .isEqualTo("12");
        assertThat(
                        text(
                                "select convert_from(body, 'UTF8') from alert join alert_message on message_id = alert_message.id"))
                .isEqualTo("{2}");
        assertThat(count("select count(*) from incident where weigh_at is not null"))
                .isOne();
    }

    @Test
    void letsAnAlertCountAgainThatFiresAfterItsIncidentHasEnded() {
        inbox.accept(List.of(firing("shop", "s1")), BODY);
        incident("INC-1", null);
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-1'")
                .update();
        assertThat(inbox.accept(List.of(firing("shop", "s1")), BODY)).isEqualTo(new Inbox.Accepted(0, 1));

        database.sql("update incident set ended_at = now()").update();
        assertThat(inbox.accept(List.of(firing("shop", "s1")), BODY)).isEqualTo(new Inbox.Accepted(1, 0));
        assertThat(inbox.accept(List.of(firing("shop", "s1")), BODY)).isEqualTo(new Inbox.Accepted(0, 1));

        assertThat(text("select key from alert where state = 'WAITING'")).isEqualTo("s1/firing/after/INC-1");

        incident("INC-2", null);
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-2' where state = 'WAITING'")
                .update();
        database.sql("update incident set ended_at = now()").update();
        assertThat(inbox.accept(List.of(firing("shop", "s1")), BODY)).isEqualTo(new Inbox.Accepted(1, 0));
        assertThat(text("select key from alert where state = 'WAITING'")).isEqualTo("s1/firing/after/INC-2");
    }

    /** The quiet time after a person ended an incident is for what is no worse. */
    @Test
    void takesNewFiguresForAnAlertThatWaitsAfterItsIncidentEnded() {
        inbox.accept(List.of(firing("shop", "s1", Map.of("error_rate", "2"))), BODY);
        incident("INC-1", "now()");
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-1'")
                .update();
        inbox.accept(List.of(firing("shop", "s1", Map.of("error_rate", "2"))), BODY);
        database.sql("update alert set try_at = now() + interval '30 minutes' where state = 'WAITING'")
                .update();

        inbox.accept(List.of(firing("shop", "s1", Map.of("error_rate", "60"))), "{60}".getBytes());

        assertThat(text("select alert -> 'annotations' ->> 'error_rate' from alert where state = 'WAITING'"))
                .isEqualTo("60");
        assertThat(count("select count(*) from alert where state = 'WAITING' and try_at is null"))
                .isOne();
    }

    /** Datadog puts the time of each renotification where others put when it began. */
    @Test
    void keepsWhenAnAlertBeganWhateverARepeatSays() {
        inbox.accept(List.of(firing("shop", "s1", Map.of("error_rate", "3"))), BODY);
        Alert repeat = firing("shop", "s1", Map.of("error_rate", "4"));
        Alert later = new Alert(
                repeat.source(),
                repeat.series(),
                repeat.key(),
                repeat.status(),
                repeat.title(),
                repeat.startsAt().plusSeconds(600),
                repeat.labels(),
                repeat.annotations());

        inbox.accept(List.of(later), "{later}".getBytes());

        Alert kept = AlertJson.read(text("select alert::text from alert"));
        assertThat(kept.startsAt()).isEqualTo(repeat.startsAt());
        assertThat(kept.annotations()).containsEntry("error_rate", "4");
    }

    @Test
    void letsNoAlertCountAgainThatIsOver() {
        inbox.accept(List.of(firing("shop", "s1")), BODY);
        incident("INC-1", "now()");
        database.sql("update alert set state = 'STARTED', incident_id = 'INC-1'")
                .update();
        inbox.accept(List.of(alert("shop", "s1", Alert.Status.RESOLVED, Map.of())), "{r}".getBytes());

        assertThat(inbox.accept(List.of(firing("shop", "s1")), BODY)).isEqualTo(new Inbox.Accepted(0, 1));
    }

    @Test
    void saysSoonThatNothingWasStoredWhenEveryConnectionIsHeld() throws SQLException {
        inbox.destroy();
        inbox = inbox(Duration.ofMillis(300));
        try (Connection other = DATABASE.dataSource().getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("lock table alert_message in access exclusive mode");
            long begin = System.nanoTime();

            assertThatThrownBy(() -> inbox.accept(List.of(firing("shop", "s1")), BODY))
                    .isInstanceOfAny(DataAccessException.class, TransactionException.class);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
            other.rollback();
        }
        assertThat(count("select count(*) from alert")).isZero();
    }

    @Test
    void refusesMoreMessagesThanItCanStoreAtOnce() throws Exception {
        // More than all that are stored together at once.
        int messages = 150;
        inbox.destroy();
        inbox = inbox(Duration.ofMillis(500));
        ExecutorService threads = Executors.newFixedThreadPool(messages);
        try (Connection other = DATABASE.dataSource().getConnection();
                Statement lock = other.createStatement()) {
            other.setAutoCommit(false);
            lock.execute("lock table alert in access exclusive mode");
            List<Callable<String>> all = new ArrayList<>();
            for (int i = 0; i < messages; i++) {
                Alert alert = firing("shop", "s" + i);
                all.add(() -> {
                    try {
                        return "stored " + inbox.accept(List.of(alert), BODY).stored();
                    } catch (DataAccessException | TransactionException e) {
                        return e.getClass().getSimpleName();
                    }
                });
            }
            long begin = System.nanoTime();
            List<Future<String>> answers = threads.invokeAll(all);

            assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(10));
            List<String> said = new ArrayList<>();
            for (Future<String> answer : answers) {
                said.add(answer.get());
            }
            assertThat(said).contains("InboxBusy").noneMatch(each -> each.startsWith("stored"));
            other.rollback();
        } finally {
            threads.shutdown();
        }
        assertThat(count("select count(*) from alert")).isZero();
    }

    @Test
    void keepsTheOthersOfThoseThatComeTogetherWhenOneCannotBeStored() throws Exception {
        int messages = 20;
        ExecutorService threads = Executors.newFixedThreadPool(messages);
        List<Callable<Integer>> all = new ArrayList<>();
        for (int i = 0; i < messages; i++) {
            // PostgreSQL takes no NUL; formats let none through.
            Alert alert = firing("shop", i == 7 ? "s\u0000" : "s" + i);
            byte[] body = ("{" + i + "}").getBytes(StandardCharsets.UTF_8);
            all.add(() -> inbox.accept(List.of(alert), body).stored());
        }
        List<Future<Integer>> answers = threads.invokeAll(all);
        threads.shutdown();

        for (int i = 0; i < messages; i++) {
            Future<Integer> answer = answers.get(i);
            if (i == 7) {
                assertThatThrownBy(answer::get).hasCauseInstanceOf(DataAccessException.class);
            } else {
                assertThat(answer.get()).isOne();
            }
        }
        assertThat(count("select count(distinct message_id) from alert")).isEqualTo(messages - 1);
    }

    @Test
    void removesOldAlertsAndMessagesUnlessTheirIncidentIsOpen() {
        inbox.accept(List.of(firing("shop", "open")), "{open}".getBytes());
        inbox.accept(List.of(firing("kiosk", "ended")), "{ended}".getBytes());
        inbox.accept(List.of(firing("kiosk", "waits")), "{waits}".getBytes());
        incident("INC-1", null);
        database.sql("insert into incident (id, system_id, title, state, ended_at)"
                        + " values ('INC-2', 'kiosk', 'bad', 'CLOSED', now() - interval '91 days')")
                .update();
        database.sql("update alert set state = 'JOINED', incident_id = 'INC-1' where key = 'open/firing'")
                .update();
        database.sql("update alert set state = 'JOINED', incident_id = 'INC-2' where key = 'ended/firing'")
                .update();
        database.sql("update alert set received_at = now() - interval '91 days'")
                .update();
        database.sql("update alert_message set received_at = now() - interval '91 days'")
                .update();

        int removed = new OldAlerts(
                        database, new InboxSettings(Duration.ofDays(90), Duration.ZERO, 1, Duration.ofSeconds(1)))
                .remove();

        assertThat(removed).isOne();
        assertThat(database.sql("select key from alert order by key")
                        .query(String.class)
                        .list())
                .containsExactly("open/firing", "waits/firing");
        assertThat(count("select count(*) from alert_message")).isEqualTo(2);
    }

    @Test
    void keepsMessagesThatNoAlertRefersToAnyMoreAsLongAsAlerts() {
        for (int figure = 1; figure <= 3; figure++) {
            inbox.accept(
                    List.of(firing("shop", "s1", Map.of("error_rate", String.valueOf(figure)))),
                    ("{" + figure + "}").getBytes(StandardCharsets.UTF_8));
        }
        database.sql("update alert_message set received_at = now() - interval '91 days'"
                        + " where convert_from(body, 'UTF8') <> '{2}'")
                .update();

        int removed = new OldAlerts(
                        database, new InboxSettings(Duration.ofDays(90), Duration.ZERO, 1, Duration.ofSeconds(1)))
                .remove();

        assertThat(removed).isZero();
        assertThat(database.sql("select convert_from(body, 'UTF8') from alert_message order by 1")
                        .query(String.class)
                        .list())
                .as("one that is young, and the one that the alert has")
                .containsExactly("{2}", "{3}");
    }

    private void incident(String id, String ended) {
        database.sql(
                        "insert into incident (id, system_id, title, state, ended_at) values (?, 'shop', 'bad', 'DECIDING', "
                                + ended + ")")
                .param(id)
                .update();
    }

    private static Alert firing(String system, String series) {
        return firing(system, series, Map.of());
    }

    private static Alert firing(String system, String series, Map<String, String> figures) {
        return alert(system, series, Alert.Status.FIRING, figures);
    }

    private static Alert alert(String system, String series, Alert.Status status, Map<String, String> figures) {
        String key = series + (status == Alert.Status.FIRING ? "/firing" : "/resolved");
        return new Alert("test", series, key, status, "bad", BEGAN, Map.of("system", system), figures);
    }

    private static ManagedSystem system(String id) {
        return new ManagedSystem(
                id,
                id,
                new ManagedSystem.AlertMatch("system", id),
                null,
                List.of(),
                List.of(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private long count(String sql) {
        return database.sql(sql).query(Long.class).single();
    }

    private String text(String sql) {
        return database.sql(sql).query(String.class).single();
    }
}
