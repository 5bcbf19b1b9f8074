package dev.sternway.adapter.etcd;

import java.util.UUID;

/** Names of what the live keys are between two swaps. */
final class Generation {
    private static final int LENGTH = 12;

    private Generation() {}

    static String next() {
        return UUID.randomUUID().toString().replace("-", "").substring(0, LENGTH);
    }
}
