package dev.sternway.notification;

import dev.sternway.port.MessageChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;

/** The threads that send, some for each channel, so that a dead one holds up no other; and one that minds the deadlines. */
@Component
class Dispatch implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(Dispatch.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
    private static final Duration LAST_WORDS = Duration.ofSeconds(6);
    private static final int THREADS = 2;

    private final Channels channels;
    private final Sender sender;
    private final DeadlineWatch watch;
    private final List<ScheduledThreadPoolExecutor> executors = new ArrayList<>();
    private final List<Runnable> looks = new ArrayList<>();
    private volatile boolean running;

    Dispatch(Channels channels, Sender sender, DeadlineWatch watch) {
        this.channels = channels;
        this.sender = sender;
        this.watch = watch;
    }

    @Override
    public synchronized void start() {
        running = true;
        for (MessageChannel channel : channels.all()) {
            // Also when it is not set up any more: what an earlier configuration put in must end.
            ScheduledThreadPoolExecutor executor =
                    executor("notify-" + channel.kind().name().toLowerCase(Locale.ROOT), THREADS);
            for (int i = 0; i < THREADS; i++) {
                every(executor, () -> sendAll(channel));
            }
            looks.add(() -> executor.execute(() -> quietly(() -> sendAll(channel))));
        }
        ScheduledThreadPoolExecutor minder = executor("notify-deadlines", 1);
        every(minder, watch::look);
    }

    private ScheduledThreadPoolExecutor executor(String name, int threads) {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(threads, task -> {
            Thread thread = new Thread(task, name);
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        executor.setContinueExistingPeriodicTasksAfterShutdownPolicy(false);
        executors.add(executor);
        return executor;
    }

    private static void every(ScheduledThreadPoolExecutor executor, Runnable look) {
        executor.scheduleWithFixedDelay(() -> quietly(look), 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void sendAll(MessageChannel channel) {
        while (running && sender.sendNext(channel)) {
            // until nothing may be sent now
        }
    }

    private static void quietly(Runnable look) {
        try {
            look.run();
        } catch (RuntimeException e) {
            // The database may be away: the next look tries again.
            LOG.warn("messages wait: {}", e.toString());
        }
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    public synchronized void told(Notices.Told told) {
        if (running) {
            looks.forEach(Runnable::run);
        }
    }

    /** What is being sent may end: cut off it would be sent again. */
    @Override
    public synchronized void stop() {
        running = false;
        executors.forEach(ScheduledThreadPoolExecutor::shutdown);
        try {
            long end = System.nanoTime() + LAST_WORDS.toNanos();
            for (ScheduledThreadPoolExecutor executor : executors) {
                executor.awaitTermination(Math.max(0, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        executors.forEach(ScheduledThreadPoolExecutor::shutdownNow);
        executors.clear();
        looks.clear();
    }

    @Override
    public boolean isRunning() {
        return running;
    }
}
