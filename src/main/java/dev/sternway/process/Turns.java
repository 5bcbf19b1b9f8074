package dev.sternway.process;

import java.time.Duration;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Supplier;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.stereotype.Component;

/**
 * Lets no more jobs work at once than the machine has cores, and one: each further one would only make all of them later,
 * and with them whoever waits for the answer to an alert. A job that waits long for something outside gives its turn away
 * meanwhile, so that what hangs holds up no other system.
 */
@Component
class Turns implements DisposableBean {
    private static final Duration LONG = Duration.ofSeconds(2);

    /** Whoever comes back may hold rows that those who have the turns wait for: after this time it goes on without. */
    private static final Duration BACK_WITHIN = Duration.ofMillis(500);

    private final Semaphore free;
    private final ThreadLocal<Turn> current = new ThreadLocal<>();
    private final ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor(task -> {
        Thread thread = new Thread(task, "turns");
        thread.setDaemon(true);
        return thread;
    });

    Turns() {
        free = new Semaphore(Runtime.getRuntime().availableProcessors() + 1, true);
    }

    /** A permit to work, which its job may have given away. */
    private final class Turn {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private void giveAway() {
            if (held.compareAndSet(true, false)) {
                free.release();
            }
        }

        private void takeBack() {
            try {
                if (!held.get() && free.tryAcquire(BACK_WITHIN.toMillis(), TimeUnit.MILLISECONDS)) {
                    held.set(true);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The job as it is run in its turn. */
    Runnable inTurn(Runnable job) {
        return () -> {
            free.acquireUninterruptibly();
            Turn turn = new Turn();
            current.set(turn);
            try {
                job.run();
            } finally {
                current.remove();
                turn.giveAway();
            }
        };
    }

    /** Waits for something outside; when that takes long, the turn of the thread is somebody else's meanwhile. */
    <T> T outside(Supplier<T> wait) {
        Turn turn = current.get();
        if (turn == null) {
            return wait.get();
        }
        Future<?> late = clock.schedule(turn::giveAway, LONG.toMillis(), TimeUnit.MILLISECONDS);
        try {
            return wait.get();
        } finally {
            late.cancel(false);
            turn.takeBack();
        }
    }

    @Override
    public void destroy() {
        clock.shutdownNow();
    }
}
