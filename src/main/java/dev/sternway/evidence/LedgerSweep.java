package dev.sternway.evidence;

import java.time.Duration;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;

/** Looks every few seconds for entries that a crash has left in the {@link LedgerOutbox}. */
@Component
class LedgerSweep implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerSweep.class);
    private static final Duration EVERY = Duration.ofSeconds(5);

    private final LedgerOutbox outbox;
    private ScheduledExecutorService sweeper;

    LedgerSweep(LedgerOutbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public synchronized void start() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "ledger-sweep");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        sweeper = executor;
        sweeper.scheduleWithFixedDelay(this::sweep, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        try {
            outbox.sweep(EVERY);
        } catch (RuntimeException e) {
            LOG.warn("kept entries could not be written into the ledger, trying again: {}", e.toString());
        }
    }

    @Override
    public synchronized void stop() {
        sweeper.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return sweeper != null && !sweeper.isShutdown();
    }
}
