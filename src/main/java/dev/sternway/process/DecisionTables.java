package dev.sternway.process;

import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * A set of decision tables, one of each: those that are deployed, or these with some replaced by files.
 *
 * <p>The order in which they are asked, here and in {@code decide-incident}: for each alert the collecting tables; then,
 * once over all of them, {@code choose-scope}, {@code decide-rollback} and {@code choose-response}.
 */
final class DecisionTables {

    /** Asked for each alert; every row that fits is taken. */
    static final List<String> COLLECTING =
            List.of("assess-severity", "judge-triggers", "weigh-matrix", "recognise-scenario");

    static final String CHOOSE_SCOPE = "choose-scope";
    static final String DECIDE_ROLLBACK = "decide-rollback";
    static final String CHOOSE_RESPONSE = "choose-response";
    static final String PERMIT_RESTORE = "permit-restore";

    /** Every table of Sternway. */
    static final List<String> ALL = List.of(
            "assess-severity",
            "judge-triggers",
            "weigh-matrix",
            "recognise-scenario",
            CHOOSE_SCOPE,
            DECIDE_ROLLBACK,
            CHOOSE_RESPONSE,
            PERMIT_RESTORE);

    private final Map<String, DecisionTable> tables;

    DecisionTables(Map<String, DecisionTable> tables) {
        this.tables = new TreeMap<>(tables);
        List<String> missing =
                ALL.stream().filter(id -> !this.tables.containsKey(id)).toList();
        if (!missing.isEmpty()) {
            throw new IllegalStateException("decision tables are missing: " + missing);
        }
    }

    /** These, with the changed ones in their places. */
    DecisionTables with(List<DecisionTable> changed) {
        Map<String, DecisionTable> both = new LinkedHashMap<>(tables);
        changed.forEach(table -> both.put(table.id(), table));
        return new DecisionTables(both);
    }

    DecisionTable get(String id) {
        DecisionTable table = tables.get(id);
        if (table == null) {
            throw new IllegalArgumentException("there is no decision table '" + id + "'; there are " + ALL);
        }
        return table;
    }

    /** The ids of the rows that can be switched off: those of the collecting tables. */
    Set<String> ruleIds() {
        Set<String> ids = new TreeSet<>();
        COLLECTING.forEach(id -> get(id).rows().forEach(row -> ids.add(row.rule())));
        return ids;
    }

    /**
     * Refuses names that no row has.
     *
     * @param names ids of rows, or of requirements: {@code S2-03} is all of its rows
     */
    void refuseUnknown(Iterable<String> names) {
        Set<String> known = ruleIds();
        for (String name : names) {
            if (known.stream().noneMatch(rule -> DisabledRules.covers(name, rule))) {
                throw new Refusal(
                        ErrorCode.RULE_UNKNOWN,
                        "sternway.decision.disabled-rules: no decision table has a rule '" + name + "'",
                        "name one of " + String.join(", ", known)
                                + "; or the part before the dot for all rules of a requirement.");
            }
        }
    }
}
