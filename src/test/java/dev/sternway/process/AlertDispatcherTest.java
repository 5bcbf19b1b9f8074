package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Inbox;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** From the inbox to incidents: each alert is acted on once, whatever order and company it comes in. */
class AlertDispatcherTest extends ProcessTest {

    @Autowired
    Inbox inbox;

    @Autowired
    AlertDispatcher dispatcher;

    @Test
    void startsOneIncidentForAlertsThatComeAtOnce() throws Exception {
        int many = 8;
        CyclicBarrier barrier = new CyclicBarrier(many);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        List<Callable<Void>> all = new ArrayList<>();
        for (int i = 0; i < many; i++) {
            Alert alert = ProcessWorld.made("shop", MINOR, Alert.Status.FIRING);
            all.add(() -> {
                barrier.await();
                inbox.accept(List.of(alert), new byte[0]);
                world.dispatch();
                return null;
            });
        }
        for (Future<Void> each : threads.invokeAll(all)) {
            each.get();
        }
        threads.shutdown();
        world.dispatch();

        assertThat(count("select count(*) from incident")).isOne();
        assertThat(count("select count(*) from alert where state = 'STARTED'")).isOne();
        assertThat(count("select count(*) from alert where state = 'JOINED'")).isEqualTo(many - 1);
    }

    @Test
    void storesTheSameAlertOnceHoweverOftenItComesAtOnce() throws Exception {
        int many = 8;
        Alert alert = ProcessWorld.made("shop", MINOR, Alert.Status.FIRING);
        CyclicBarrier barrier = new CyclicBarrier(many);
        ExecutorService threads = Executors.newFixedThreadPool(many);
        Callable<Inbox.Accepted> accept = () -> {
            barrier.await();
            return inbox.accept(List.of(alert), new byte[0]);
        };
        int stored = 0;
        int repeated = 0;
        for (Future<Inbox.Accepted> each : threads.invokeAll(java.util.Collections.nCopies(many, accept))) {
            stored += each.get().stored();
            repeated += each.get().repeated();
        }
        threads.shutdown();
        world.dispatch();

        assertThat(stored).isOne();
        assertThat(repeated).isEqualTo(many - 1);
        assertThat(count("select count(*) from incident")).isOne();
    }

    @Test
    void keepsAnIncidentForEachSystem() {
        String shops = world.alert("shop", MINOR, Alert.Status.FIRING);
        String kiosks = world.alert("kiosk", MINOR, Alert.Status.FIRING);

        assertThat(shops).isNotEqualTo(kiosks);
    }

    @Test
    void startsNothingForAnAlertThatWasOverBeforeItCame() {
        Instant began = Instant.now();
        receive(new Alert(
                "alertmanager", "a1/t1", "a1/t1/resolved", Alert.Status.RESOLVED, "bad", began, labels(), CRITICAL));
        receive(new Alert(
                "alertmanager", "a1/t1", "a1/t1/firing", Alert.Status.FIRING, "bad", began, labels(), CRITICAL));

        assertThat(count("select count(*) from incident")).isZero();
        assertThat(count("select count(*) from alert where state = 'NOTED'")).isEqualTo(2);

        receive(new Alert(
                "alertmanager", "a1/t2", "a1/t2/firing", Alert.Status.FIRING, "bad", began, labels(), CRITICAL));

        assertThat(count("select count(*) from incident")).isOne();
    }

    /** A system may vanish from the catalogue while an alert about it waits. */
    @Test
    void holdsUpNoAlertBehindOneThatCannotBeHandled() {
        inbox.accept(List.of(ProcessWorld.made("kiosk", MINOR, Alert.Status.FIRING)), new byte[0]);
        world.database.sql("update alert set system_id = 'gone'").update();
        inbox.accept(List.of(ProcessWorld.made("shop", MINOR, Alert.Status.FIRING)), new byte[0]);

        dispatcher.dispatchAll();

        assertThat(count("select count(*) from alert where state = 'STARTED' and system_id = 'shop'"))
                .isOne();
        assertThat(count("select count(*) from alert where state = 'WAITING' and system_id = 'gone'"))
                .isOne();
    }

    private void receive(Alert alert) {
        inbox.accept(List.of(alert), new byte[0]);
        world.dispatch();
    }

    private static Map<String, String> labels() {
        return Map.of("system", "shop", "symptom", "crash");
    }

    private long count(String sql) {
        return world.database.sql(sql).query(Long.class).single();
    }
}
