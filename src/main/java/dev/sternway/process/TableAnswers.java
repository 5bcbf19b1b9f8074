package dev.sternway.process;

import dev.sternway.decision.Action;
import dev.sternway.decision.MatchedRule;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Severity;
import java.util.Map;

/** What a table answers, in the words of the decision; the same for the process and for a question in code. */
final class TableAnswers {
    private TableAnswers() {}

    static MatchedRule matched(String table, Map<String, Object> row, String alert, DisabledRules disabled) {
        String rule = text(row, "rule");
        return new MatchedRule(
                table,
                rule,
                constant(Severity.class, row, "severity"),
                constant(Action.class, row, "action"),
                number(row, "decideWithin"),
                constant(Scenario.class, row, "scenario"),
                text(row, "reason"),
                disabled.contains(rule),
                alert);
    }

    static String text(Map<String, Object> row, String output) {
        Object value = row.get(output);
        return value == null ? null : value.toString();
    }

    static Integer number(Map<String, Object> row, String output) {
        return row.get(output) instanceof Number number ? (Integer) number.intValue() : null;
    }

    static boolean flag(Map<String, Object> row, String output) {
        return Boolean.TRUE.equals(row.get(output));
    }

    static <E extends Enum<E>> E constant(Class<E> type, Map<String, Object> row, String output) {
        String name = text(row, output);
        return name == null ? null : Enum.valueOf(type, name);
    }
}
