package dev.sternway.port;

import java.time.Duration;
import java.util.function.Supplier;

/**
 * Until when the work of this thread must have ended: adapters give each outside call at most what is left of it, so that
 * many bounded calls are bounded together.
 */
public final class TimeLimit {
    private static final ThreadLocal<Long> END = new ThreadLocal<>();

    private TimeLimit() {}

    /** Does the work within the limit; one that is set already holds when it is the shorter one. */
    public static <T> T within(Duration limit, Supplier<T> work) {
        Long outer = END.get();
        long end = System.nanoTime() + limit.toNanos();
        return until(outer != null && outer - end < 0 ? outer : end, outer, work);
    }

    /** Puts something right after the work failed, however little time was left: at most this much longer. */
    public static void afterwards(Duration extra, Runnable work) {
        Long outer = END.get();
        if (outer == null) {
            work.run();
            return;
        }
        long now = System.nanoTime();
        until(Math.max(outer - now, 0) + now + extra.toNanos(), outer, () -> {
            work.run();
            return null;
        });
    }

    private static <T> T until(long end, Long outer, Supplier<T> work) {
        END.set(end);
        try {
            return work.get();
        } finally {
            if (outer == null) {
                END.remove();
            } else {
                END.set(outer);
            }
        }
    }

    /**
     * How long an outside call may take now.
     *
     * @param wanted what it may take at most, when nothing limits the work
     * @throws OutsideException when no time is left; the work is tried again, and looks first what is done already
     */
    public static Duration atMost(Duration wanted) {
        Long end = END.get();
        if (end == null) {
            return wanted;
        }
        Duration left = Duration.ofNanos(end - System.nanoTime());
        if (left.isNegative() || left.toMillis() == 0) {
            throw new OutsideException("the time for this step is over, what is left of it is tried again");
        }
        return left.compareTo(wanted) < 0 ? left : wanted;
    }

    /** @throws OutsideException when no time is left */
    public static void require() {
        atMost(Duration.ofDays(1));
    }
}
