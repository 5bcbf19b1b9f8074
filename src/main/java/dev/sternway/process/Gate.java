package dev.sternway.process;

import dev.sternway.port.Refusal;

/**
 * What was looked at before a rollback that somebody asked for (S1-17).
 *
 * @param name as its evidence calls it, e.g. {@code checkTarget}
 * @param refusal why it is red, or null when it is green
 */
public record Gate(String name, String wanted, String seen, Refusal refusal) {

    static Gate green(String name, String wanted, String seen) {
        return new Gate(name, wanted, seen, null);
    }

    static Gate red(String name, String wanted, Refusal refusal) {
        return new Gate(name, wanted, refusal.getMessage(), refusal);
    }

    public boolean isGreen() {
        return refusal == null;
    }
}
