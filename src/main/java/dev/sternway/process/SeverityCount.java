package dev.sternway.process;

import dev.sternway.decision.Severity;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** How many rules of each severity matched: what {@code decide-rollback} reads. */
record SeverityCount(Map<Severity, Integer> counts) {

    /** @param matched one map for each matched rule of {@code assess-severity}, output name to value */
    static SeverityCount of(List<Map<String, Object>> matched) {
        Map<Severity, Integer> counts = new EnumMap<>(Severity.class);
        matched.forEach(rule -> counts.merge(Severity.valueOf(String.valueOf(rule.get("severity"))), 1, Integer::sum));
        return new SeverityCount(counts);
    }

    Map<String, Object> variables() {
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.CRITICAL_RULES.name(), counts.getOrDefault(Severity.CRITICAL, 0));
        variables.put(Variable.MAJOR_RULES.name(), counts.getOrDefault(Severity.MAJOR, 0));
        variables.put(Variable.MINOR_RULES.name(), counts.getOrDefault(Severity.MINOR, 0));
        return variables;
    }
}
