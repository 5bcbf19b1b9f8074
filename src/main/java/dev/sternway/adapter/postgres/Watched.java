package dev.sternway.adapter.postgres;

import dev.sternway.port.OutsideException;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/** Something long that runs in a thread of its own while the caller looks at it now and then. */
final class Watched {
    private static final Duration EVERY = Duration.ofMillis(300);
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final Duration ENDS_WITHIN = Duration.ofSeconds(2);

    private Watched() {}

    /**
     * Runs and looks until it ends.
     *
     * @param look in the caller's thread; when it throws, the work is aborted and the exception flies on
     * @param abort ends what the work has begun elsewhere and keeps it from beginning more; called again until it ends
     */
    static <T> T run(String name, Supplier<T> work, Runnable look, Runnable abort) {
        FutureTask<T> task = new FutureTask<>(work::get);
        Thread thread = new Thread(task, name);
        thread.setDaemon(true);
        thread.start();
        try {
            while (true) {
                try {
                    return task.get(EVERY.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException goesOn) {
                    look.run();
                }
            }
        } catch (ExecutionException e) {
            if (e.getCause() instanceof RuntimeException runtime) {
                throw runtime;
            }
            throw new OutsideException(name + " failed", e.getCause());
        } catch (InterruptedException e) {
            stop(task, thread, abort);
            Thread.currentThread().interrupt();
            throw new OutsideException(name + " was interrupted", e);
        } catch (RuntimeException e) {
            stop(task, thread, abort);
            throw e;
        }
    }

    /**
     * Shut out, the work ends by itself, also when it was only about to begin; what does not end is interrupted. When
     * this returns nothing of it acts any more on what the caller does next.
     */
    private static void stop(FutureTask<?> task, Thread thread, Runnable abort) {
        long until = System.nanoTime() + ENDS_WITHIN.toNanos();
        boolean interrupted = Thread.interrupted();
        try {
            abort.run();
            while (!task.isDone() && System.nanoTime() < until) {
                try {
                    task.get(AGAIN.toMillis(), TimeUnit.MILLISECONDS);
                } catch (TimeoutException notYet) {
                    abort.run();
                } catch (InterruptedException e) {
                    interrupted = true;
                    break;
                } catch (ExecutionException ended) {
                    break;
                }
            }
        } finally {
            task.cancel(true);
            interrupted |= !joined(thread);
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Whoever was interrupted ends his tool; that is waited for, but not for ever. */
    private static boolean joined(Thread thread) {
        try {
            thread.join(ENDS_WITHIN.toMillis());
            return true;
        } catch (InterruptedException e) {
            return false;
        }
    }
}
