package dev.sternway.sandbox.demo;

import java.util.function.Predicate;

/** What must be so at the end of the story. */
final class Checks {
    private final Narrator narrator;
    private boolean all = true;

    Checks(Narrator narrator) {
        this.narrator = narrator;
    }

    <T> void hold(String what, T seen, Predicate<T> wanted) {
        boolean held = seen != null && wanted.test(seen);
        all &= held;
        String text = String.valueOf(seen).replaceAll("\\s+", " ");
        narrator.say("%s %s: %s"
                .formatted(held ? "[ok]    " : "[FAILED]", what, text.substring(0, Math.min(120, text.length()))));
    }

    boolean allHeld() {
        return all;
    }
}
