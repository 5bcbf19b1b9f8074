package dev.sternway.decision;

import java.util.Comparator;
import java.util.List;

/**
 * What the decision tables say of an incident.
 *
 * @param severity null when no rule matches: then a person decides
 * @param level the first level
 * @param service the one service that all alerts are about; null when there are several or none is named
 * @param feature the one feature that alerts name: the toggle to begin with; or null
 * @param restoreReason why a database may be restored, or null: then it may not
 * @param preAuthorised true when nobody is asked before a level that loses no data
 * @param decideWithin decision minutes in which a person must have chosen
 * @param downtimeBudget minutes of downtime that the response may take
 * @param approverGroups who may approve, separated by commas
 * @param rules every row that matched, those that are switched off too
 * @param steps the rows that led from there to the decision, one of each table that picks one
 */
public record Decision(
        Severity severity,
        Action action,
        Scenario scenario,
        Scope scope,
        int level,
        String service,
        String feature,
        RestoreReason restoreReason,
        boolean preAuthorised,
        Integer decideWithin,
        Response response,
        Integer downtimeBudget,
        String approverGroups,
        List<MatchedRule> rules,
        List<Step> steps) {

    /** A row that was picked, in words. */
    public record Step(String table, String rule, String reason) {}

    /** The worst first. */
    private static final Comparator<Decision> WORST = Comparator.comparing(Decision::action)
            .thenComparing(Decision::severity, Comparator.nullsLast(Comparator.naturalOrder()))
            .thenComparing(Comparator.comparing(Decision::level).reversed())
            .thenComparing(Comparator.comparing((Decision each) -> each.scope().breadth())
                    .reversed());

    public Decision {
        rules = List.copyOf(rules);
        steps = List.copyOf(steps);
    }

    /** True when more is asked for than before: a stricter action, a higher severity, a deeper level, or a broader scope. */
    public boolean worseThan(Decision before) {
        return WORST.compare(this, before) < 0;
    }
}
