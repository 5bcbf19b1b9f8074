package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Inbox;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Ten thousand alerts are a few rows more: no process is touched, the evidence stays short, each is handled once. */
class AlertStormTest extends ProcessTest {
    private static final int MANY = 10_000;

    @Autowired
    Inbox inbox;

    @Autowired
    AlertDispatcher dispatcher;

    @Test
    void joinsTenThousandAlertsWithoutTouchingTheProcess() {
        String incident = world.alert(MINOR);
        world.goOn();
        long revisions = revisions();

        inbox.accept(storm("shop", MANY), "{}".getBytes());
        Instant begin = Instant.now();
        world.dispatch();
        Duration took = Duration.between(begin, Instant.now());

        assertThat(count("select count(*) from alert where state = 'JOINED' and incident_id = '" + incident + "'"))
                .isEqualTo(MANY);
        assertThat(revisions()).as("nothing of the process was written").isEqualTo(revisions);
        assertThat(took).as("1,000 a second, on a busy machine too").isLessThan(Duration.ofSeconds(10));

        assertThat(world.weigh()).isZero();
        assertThat(world.evidence(incident, "receiveAlert")).hasSize(2);
        assertThat(world.last(incident, "receiveAlert").details().path("joined").asInt())
                .isEqualTo(MANY);
        assertThat(revisions()).isEqualTo(revisions);
    }

    @Test
    void handlesEachAlertOnceWhenTwoDispatchersAreAtWork() throws Exception {
        inbox.accept(storm("shop", 800), "{1}".getBytes());
        inbox.accept(storm("kiosk", 800), "{2}".getBytes());
        CyclicBarrier barrier = new CyclicBarrier(4);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            all.add(() -> {
                barrier.await();
                dispatcher.dispatchAll();
                return null;
            });
        }
        ExecutorService threads = Executors.newFixedThreadPool(4);
        for (Future<Void> each : threads.invokeAll(all)) {
            each.get();
        }
        threads.shutdown();
        world.dispatch();

        assertThat(count("select count(*) from incident")).isEqualTo(2);
        assertThat(count("select count(*) from alert where state = 'STARTED'")).isEqualTo(2);
        assertThat(count("select count(*) from alert where state = 'JOINED'")).isEqualTo(1598);
        assertThat(count("select sum(firing) from incident")).isEqualTo(1600);
    }

    /** Every alert has figures of its own; the worst of them decide, and few are asked about. */
    @Test
    void asksTheTablesAboutFewOfManyDifferentAlerts() {
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < 500; i++) {
            alerts.add(alert("shop", "f" + i, Map.of("symptom", "bug"), Map.of("affected_users", "0." + (1000 + i))));
        }
        inbox.accept(alerts, "{}".getBytes());
        world.dispatch();
        world.goOnTo("serviceTask_acquireLock");

        assertThat(count("select count(distinct alert) from decision_facts join decision on decision.id = decision_id"
                        + " join incident on incident.id = incident_id"))
                .isBetween(1L, 30L);
    }

    private static List<Alert> storm(String system, int many) {
        List<Alert> alerts = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            alerts.add(alert(system, system + i, MINOR, Map.of()));
        }
        return alerts;
    }

    private static Alert alert(String system, String series, Map<String, String> facts, Map<String, String> figures) {
        Map<String, String> labels = new HashMap<>(facts);
        labels.put("system", system);
        return new Alert(
                "storm",
                series,
                series + "/firing",
                Alert.Status.FIRING,
                "It is bad",
                Instant.parse("2026-11-20T03:12:45Z"),
                labels,
                figures);
    }

    /** Changes whenever anything of a running process is written. */
    private long revisions() {
        return count("select coalesce(sum(rev_), 0) + count(*) from act_ru_execution")
                + count("select coalesce(sum(rev_), 0) + count(*) from act_ru_variable");
    }

    private long count(String sql) {
        return world.database.sql(sql).query(Long.class).single();
    }
}
