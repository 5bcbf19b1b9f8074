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

    private Watched() {}

    /**
     * Runs and looks until it ends.
     *
     * @param look in the caller's thread; when it throws, the work is aborted and the exception flies on
     * @param abort ends what the work has begun elsewhere
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
            stop(task, abort);
            Thread.currentThread().interrupt();
            throw new OutsideException(name + " was interrupted", e);
        } catch (RuntimeException e) {
            stop(task, abort);
            throw e;
        }
    }

    private static void stop(FutureTask<?> task, Runnable abort) {
        task.cancel(true);
        abort.run();
    }
}
