package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;

/**
 * How strict a decision is, as one number that the register keeps: first by action, then by severity, then by level, then
 * by the breadth of its scope, as {@link Decision#worseThan} compares.
 */
final class DecisionRank {
    private DecisionRank() {}

    static int of(Decision decision) {
        return of(decision.action(), decision.severity(), decision.level(), decision.scope());
    }

    /** @param severity null when no rule matched */
    static int of(Action action, Severity severity, int level, Scope scope) {
        int byAction = Action.values().length - action.ordinal();
        int bySeverity = severity == null ? 0 : Severity.values().length - severity.ordinal();
        return byAction * 1000 + bySeverity * 100 + level * 10 + scope.breadth();
    }

    /** The rank of a decision whose rollback has come to the level by itself: to ask for that level is no worse. */
    static int reached(int rank, int level) {
        int decided = rank / 10 % 10;
        return rank + (Math.max(decided, level) - decided) * 10;
    }
}
