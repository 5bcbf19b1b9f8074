package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Severity;

/**
 * How strict a decision is, as one number that the register keeps: first by action, then by severity, then by level, as
 * {@link Decision#worseThan} compares.
 */
final class DecisionRank {
    private DecisionRank() {}

    static int of(Decision decision) {
        return of(decision.action(), decision.severity(), decision.level());
    }

    /** @param severity null when no rule matched */
    static int of(Action action, Severity severity, int level) {
        int byAction = Action.values().length - action.ordinal();
        int bySeverity = severity == null ? 0 : Severity.values().length - severity.ordinal();
        return byAction * 100 + bySeverity * 10 + level;
    }
}
