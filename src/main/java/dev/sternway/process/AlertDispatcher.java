package dev.sternway.process;

import dev.sternway.alert.AlertsStored;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.alert.WaitingAlerts.Stored;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes alerts from the inbox in batches of one system, each batch in one transaction, so that nothing is lost or done
 * twice; any number of threads and nodes do so at once, and no two are at the same system.
 */
@Component
class AlertDispatcher implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(AlertDispatcher.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);

    /** What comes within this time is looked at together. */
    private static final Duration GATHER = Duration.ofMillis(20);

    private static final int THREADS = 2;
    private static final int AT_ONCE = 500;

    private final WaitingAlerts waiting;
    private final AlertHandling handling;
    private final TransactionTemplate transaction;
    private final AtomicBoolean told = new AtomicBoolean();
    private ScheduledThreadPoolExecutor dispatcher;

    AlertDispatcher(WaitingAlerts waiting, AlertHandling handling, TransactionTemplate transaction) {
        this.waiting = waiting;
        this.handling = handling;
        this.transaction = transaction;
    }

    @Override
    public synchronized void start() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(THREADS, task -> {
            Thread thread = new Thread(task, "alert-dispatcher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        for (int i = 0; i < THREADS; i++) {
            executor.scheduleWithFixedDelay(
                    this::dispatchQuietly,
                    i * LOOK_EVERY.toMillis() / THREADS,
                    LOOK_EVERY.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
        dispatcher = executor;
    }

    /** Of many messages at once one look is enough. */
    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    public void stored(AlertsStored event) {
        ScheduledThreadPoolExecutor executor = dispatcher;
        if (executor != null && !executor.isShutdown() && told.compareAndSet(false, true)) {
            executor.schedule(
                    () -> {
                        told.set(false);
                        dispatchQuietly();
                    },
                    GATHER.toMillis(),
                    TimeUnit.MILLISECONDS);
        }
    }

    private void dispatchQuietly() {
        try {
            dispatchAll();
        } catch (RuntimeException e) {
            LOG.warn("the inbox could not be looked at, the next look is soon: {}", e.toString());
        }
    }

    /** Handles what waits; an alert that cannot be handled stays for a later look and holds up no other. */
    void dispatchAll() {
        boolean more = true;
        while (more) {
            more = false;
            for (String systemId : waiting.systems()) {
                more |= dispatch(systemId) > 0;
            }
        }
    }

    /** Handles a batch of the system's alerts; gives back how many were looked at. */
    private int dispatch(String systemId) {
        try {
            Integer handled = transaction.execute(status -> {
                List<Stored> batch = waiting.take(systemId, AT_ONCE);
                handling.handle(systemId, batch);
                return batch.size();
            });
            return handled == null ? 0 : handled;
        } catch (RuntimeException e) {
            LOG.warn("alerts of '{}' could not be handled together, one by one then: {}", systemId, e.toString());
            return dispatchOneByOne(systemId);
        }
    }

    private int dispatchOneByOne(String systemId) {
        for (int i = 0; i < AT_ONCE; i++) {
            long[] at = {0};
            try {
                transaction.executeWithoutResult(status -> {
                    List<Stored> one = waiting.take(systemId, 1);
                    one.forEach(each -> at[0] = each.id());
                    handling.handle(systemId, one);
                });
            } catch (RuntimeException e) {
                LOG.warn("alert {} could not be handled, it is tried again later: {}", at[0], e.toString());
                waiting.failed(at[0], e.toString());
            }
            if (at[0] == 0) {
                return i;
            }
        }
        return AT_ONCE;
    }

    @Override
    public synchronized void stop() {
        dispatcher.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return dispatcher != null && !dispatcher.isShutdown();
    }
}
