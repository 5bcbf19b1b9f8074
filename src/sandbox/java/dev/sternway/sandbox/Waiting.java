package dev.sternway.sandbox;

import java.time.Duration;
import java.time.Instant;

/** Looks again and again until something is so. */
final class Waiting {

    /** What is waited for; an exception that is not an {@link IllegalStateException} means "not yet". */
    @FunctionalInterface
    interface Condition {
        boolean holds() throws Exception;
    }

    private Waiting() {}

    /** @throws IllegalStateException when it is not so within the limit, naming it */
    static void until(String what, Duration limit, Condition condition) {
        Instant end = Instant.now().plus(limit);
        Exception last = null;
        while (Instant.now().isBefore(end)) {
            try {
                if (condition.holds()) {
                    return;
                }
                Thread.sleep(50);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IllegalStateException("interrupted while waiting until " + what, e);
            } catch (IllegalStateException e) {
                throw e;
            } catch (Exception e) {
                last = e;
            }
        }
        throw new IllegalStateException("waited " + limit.toSeconds() + " s in vain until " + what, last);
    }
}
