package dev.sternway.port;

import java.util.function.Supplier;

/**
 * Whether the work of this thread may still touch anything: adapters ask right before each effect, so that work which
 * stood still while its locks went to somebody else does nothing more when it wakes up.
 */
public final class Mandate {
    private static final ThreadLocal<Runnable> CURRENT = new ThreadLocal<>();

    private Mandate() {}

    /**
     * Does the work as long as the check passes; what had to hold before must hold, too.
     *
     * @param check throws {@link OutsideException} or {@link Refusal} when the work is not the one to act any more
     */
    public static <T> T during(Runnable check, Supplier<T> work) {
        Runnable outer = CURRENT.get();
        CURRENT.set(
                outer == null
                        ? check
                        : () -> {
                            outer.run();
                            check.run();
                        });
        try {
            return work.get();
        } finally {
            if (outer == null) {
                CURRENT.remove();
            } else {
                CURRENT.set(outer);
            }
        }
    }

    /** Returns when the work of this thread may go on with its next effect. */
    public static void require() {
        Runnable check = CURRENT.get();
        if (check != null) {
            check.run();
        }
    }
}
