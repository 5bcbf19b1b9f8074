package dev.sternway.alert;

import dev.sternway.alert.InboxRows.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import org.springframework.dao.DataIntegrityViolationException;

/**
 * Stores messages that come at about the same time together, in one transaction: a storm costs few of them. Nobody is
 * answered before that transaction has committed.
 */
final class InboxWriter {
    /** What comes within this time after the first is stored with it. */
    private static final Duration GATHER = Duration.ofMillis(10);

    private static final int MOST_MESSAGES = 25;
    private static final int MOST_ALERTS = 1_000;

    /** One message: its alerts, sorted by key, and what became of it. */
    private static final class Waiting {
        private final List<Row> rows;
        private final boolean repeatsItself;
        private final AtomicBoolean decided = new AtomicBoolean();
        private final CompletableFuture<Integer> stored = new CompletableFuture<>();

        private Waiting(List<Row> rows, boolean repeatsItself) {
            this.rows = rows;
            this.repeatsItself = repeatsItself;
        }

        private String source() {
            return rows.get(0).alert().source();
        }
    }

    /** Messages of one source that have no alert in common. */
    private static final class Batch {
        private final List<Waiting> messages = new ArrayList<>();
        private final Set<String> keys = new HashSet<>();

        private boolean takes(Waiting message) {
            boolean fits = messages.isEmpty()
                    || messages.get(0).source().equals(message.source())
                            && messages.get(0).repeatsItself == message.repeatsItself
                            && keys.size() + message.rows.size() <= MOST_ALERTS
                            && message.rows.stream().noneMatch(row -> keys.contains(row.key()));
            if (fits) {
                messages.add(message);
                message.rows.forEach(row -> keys.add(row.key()));
            }
            return fits;
        }
    }

    /** Stores alerts sorted by key, in a transaction; gives back the keys of those that now wait to be handled. */
    interface Store {
        List<String> store(List<Row> sorted, boolean repeatsItself);
    }

    private final Store store;
    private final Duration within;
    private final LinkedBlockingQueue<Waiting> queue = new LinkedBlockingQueue<>();
    private final ReentrantLock gathering = new ReentrantLock();
    private final List<Thread> threads = new ArrayList<>();

    InboxWriter(Store store, int threads, Duration within) {
        this.store = store;
        this.within = within;
        for (int i = 0; i < threads; i++) {
            Thread thread = new Thread(this::run, "inbox-" + i);
            thread.setDaemon(true);
            thread.start();
            this.threads.add(thread);
        }
    }

    /**
     * Waits until the message is stored; gives back how many of its alerts now wait to be handled.
     *
     * @throws InboxBusy when it was not begun in time: it never will be
     */
    int store(List<Row> sorted, boolean repeatsItself) {
        Waiting message = new Waiting(sorted, repeatsItself);
        queue.add(message);
        try {
            return message.stored.get(within.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException late) {
            if (message.decided.compareAndSet(false, true)) {
                queue.remove(message);
                throw busy();
            }
            return begun(message);
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    /** Its transaction runs, and statements end soon. */
    private int begun(Waiting message) {
        try {
            return message.stored.get();
        } catch (ExecutionException e) {
            throw failure(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw busy();
        }
    }

    private static RuntimeException failure(ExecutionException e) {
        return e.getCause() instanceof RuntimeException failure ? failure : new IllegalStateException(e.getCause());
    }

    private InboxBusy busy() {
        return new InboxBusy("more messages come than are stored within " + within);
    }

    private void run() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                together(gather()).forEach(this::store);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** One thread gathers while the others store. */
    private List<Waiting> gather() throws InterruptedException {
        gathering.lockInterruptibly();
        try {
            List<Waiting> gathered = new ArrayList<>();
            gathered.add(queue.take());
            TimeUnit.MILLISECONDS.sleep(GATHER.toMillis());
            queue.drainTo(gathered, MOST_MESSAGES - 1);
            return gathered;
        } finally {
            gathering.unlock();
        }
    }

    /** Of messages with the same alert one is stored after the other, as the repeat that it is. */
    private static List<Batch> together(List<Waiting> messages) {
        List<Batch> batches = new ArrayList<>();
        for (Waiting message : messages) {
            if (batches.stream().noneMatch(batch -> batch.takes(message))) {
                Batch next = new Batch();
                next.takes(message);
                batches.add(next);
            }
        }
        return batches;
    }

    private void store(Batch batch) {
        // Whoever waited too long was told that nothing is stored.
        List<Waiting> messages = batch.messages.stream()
                .filter(message -> message.decided.compareAndSet(false, true))
                .toList();
        try {
            store(messages);
        } catch (DataIntegrityViolationException e) {
            // One cannot be stored: the others must not fail with it.
            messages.forEach(this::storeAlone);
        } catch (RuntimeException | Error e) {
            messages.forEach(message -> message.stored.completeExceptionally(e));
        }
    }

    private void storeAlone(Waiting message) {
        try {
            store(List.of(message));
        } catch (RuntimeException e) {
            message.stored.completeExceptionally(e);
        }
    }

    private void store(List<Waiting> messages) {
        if (messages.isEmpty()) {
            return;
        }
        List<Row> sorted = messages.stream()
                .flatMap(message -> message.rows.stream())
                .sorted(Comparator.comparing(Row::key))
                .toList();
        List<String> waiting = store.store(sorted, messages.get(0).repeatsItself);
        Set<String> keys = new HashSet<>(waiting);
        messages.forEach(message -> message.stored.complete((int)
                message.rows.stream().filter(row -> keys.contains(row.key())).count()));
    }

    void stop() {
        threads.forEach(Thread::interrupt);
    }
}
