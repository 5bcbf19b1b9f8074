package dev.sternway.sandbox.demo;

import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** Looks again and again until something is so. */
public final class Pause {
    private static final Duration EVERY = Duration.ofMillis(200);

    private Pause() {}

    /** A question that may fail. */
    @FunctionalInterface
    public interface Question {
        boolean isSo() throws Exception;
    }

    /**
     * Returns when it is so.
     *
     * @throws IllegalStateException when it is not so within the limit, saying what was awaited
     */
    public static void until(String awaited, Duration limit, Question question) {
        long end = System.nanoTime() + limit.toNanos();
        while (!ask(question)) {
            if (System.nanoTime() > end) {
                throw new IllegalStateException("waited " + limit.toSeconds() + " s in vain until " + awaited);
            }
            shortly();
        }
    }

    private static boolean ask(Question question) {
        try {
            return question.isSo();
        } catch (RuntimeException e) {
            throw e;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        } catch (Exception e) {
            return false;
        }
    }

    private static void shortly() {
        try {
            TimeUnit.MILLISECONDS.sleep(EVERY.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IllegalStateException("interrupted", e);
        }
    }
}
