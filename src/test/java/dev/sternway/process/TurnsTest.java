package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** No more jobs work at once than fit the machine, and one that hangs holds up no other. */
class TurnsTest {
    private static final int MOST = Runtime.getRuntime().availableProcessors() + 1;

    private final Turns turns = new Turns();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private final CountDownLatch end = new CountDownLatch(1);
    private final AtomicInteger begun = new AtomicInteger();
    private final AtomicInteger ended = new AtomicInteger();

    @AfterEach
    void end() {
        end.countDown();
        threads.shutdownNow();
        turns.destroy();
    }

    @Test
    void letsSoManyWorkAtOnceAndTheOthersAfterThem() {
        List<Integer> most = new ArrayList<>();
        AtomicInteger working = new AtomicInteger();
        for (int i = 0; i < 3 * MOST; i++) {
            threads.execute(turns.inTurn(() -> {
                int now = working.incrementAndGet();
                synchronized (most) {
                    most.add(now);
                }
                Thread.yield();
                working.decrementAndGet();
                ended.incrementAndGet();
            }));
        }
        await().until(() -> ended.get() == 3 * MOST);
        assertThat(most).allMatch(now -> now <= MOST);
    }

    @Test
    void givesTheTurnsOfJobsThatHangToOthersAndNoneTwice() {
        for (int i = 0; i < MOST; i++) {
            threads.execute(turns.inTurn(() -> turns.outside(() -> {
                begun.incrementAndGet();
                waitForTheEnd();
                return null;
            })));
        }
        await().until(() -> begun.get() == MOST);
        threads.execute(turns.inTurn(ended::incrementAndGet));
        await().atMost(Duration.ofSeconds(10)).until(() -> ended.get() == 1);

        end.countDown();
        // All turns are there again, and not one more.
        CountDownLatch second = new CountDownLatch(1);
        AtomicInteger holding = new AtomicInteger();
        for (int i = 0; i < MOST + 1; i++) {
            threads.execute(turns.inTurn(() -> {
                holding.incrementAndGet();
                try {
                    second.await();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }));
        }
        await().until(() -> holding.get() == MOST);
        await().during(Duration.ofMillis(300)).atMost(Duration.ofSeconds(2)).until(() -> holding.get() == MOST);
        second.countDown();
        await().until(() -> holding.get() == MOST + 1);
    }

    private void waitForTheEnd() {
        try {
            end.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
