package dev.sternway.decision;

import java.util.Comparator;

/**
 * A row of a decision table that fits an alert.
 *
 * @param table id of the table, e.g. {@code assess-severity}
 * @param rule id of the row, e.g. {@code S2-02.errors}
 * @param severity how bad the row calls it, or null
 * @param action what the row asks for, or null
 * @param decideWithin minutes in which it must be decided, or null where the row sets none
 * @param scenario what the row recognises, or null
 * @param reason the row in words
 * @param switchedOff true when configuration has switched the row off: it is recorded, and does not count
 * @param alert the alert that it fits
 */
public record MatchedRule(
        String table,
        String rule,
        Severity severity,
        Action action,
        Integer decideWithin,
        Scenario scenario,
        String reason,
        boolean switchedOff,
        String alert) {

    /** Those that count first, and of these the strictest. */
    public static final Comparator<MatchedRule> STRICTEST = Comparator.comparing(MatchedRule::switchedOff)
            .thenComparing(MatchedRule::action, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(MatchedRule::severity, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(MatchedRule::decideWithin, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(MatchedRule::rule)
            .thenComparing(MatchedRule::alert);

    /** The requirement that the row is from: {@code S2-02} of {@code S2-02.errors}. */
    public String requirement() {
        int dot = rule.indexOf('.');
        return dot < 0 ? rule : rule.substring(0, dot);
    }
}
