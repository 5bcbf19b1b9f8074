package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.decision.Action;
import dev.sternway.decision.Facts;
import dev.sternway.decision.Severity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.DecisionService;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code assess-severity} and {@code decide-rollback}, a story for each row and for each of its borders. */
class DecisionTablesTest extends ProcessTest {

    @Autowired
    DecisionService decisions;

    @ParameterizedTest(name = "{0}: {1} → {7}")
    @CsvSource(
            nullValues = "-",
            value = {
                // story, symptom, errorRate, sustainedMinutes, affectedUsers, degradation → rules
                "S2-02, it crashes,                  CRASH,           -,    -,    -,    -,    CRITICAL S2-02",
                "S2-02, data is lost,                DATA_CORRUPTION, -,    -,    -,    -,    CRITICAL S2-02",
                "S2-02, a hole is open,              SECURITY,        -,    -,    -,    -,    CRITICAL S2-02",
                "S2-02, many errors for long,        -,               5.1,  5.1,  -,    -,    CRITICAL S2-02",
                "S2-02, many errors for 5 min,       -,               5.1,  5,    -,    -,    -",
                "S2-02, 5 % errors for 6 min,        -,               5,    6,    -,    -,    -",
                "S2-02, many errors for unknown,     -,               50,   -,    -,    -,    -",
                "S2-02, unknown errors for long,     -,               -,    60,   -,    -,    -",
                "S2-02, a feature fails for all,     FEATURE_FAILURE, -,    -,    100,  -,    CRITICAL S2-02+MAJOR S2-03",
                "S2-03, a feature fails for many,    FEATURE_FAILURE, -,    -,    99.9, -,    MAJOR S2-03",
                "S2-03, a feature fails for 25 %,    FEATURE_FAILURE, -,    -,    25,   -,    -",
                "S2-03, a feature fails for unknown, FEATURE_FAILURE, -,    -,    -,    -,    -",
                "S2-03, much slower,                 -,               -,    -,    -,    50.1, MAJOR S2-03",
                "S2-03, memory leaks,                MEMORY_LEAK,     -,    -,    -,    -,    MAJOR S2-03",
                "S2-03, some errors for long,        -,               1,    15.1, -,    -,    MAJOR S2-03",
                "S2-03, 5 % errors for long,         -,               5,    15.1, -,    -,    MAJOR S2-03",
                "S2-03, some errors for 15 min,      -,               1,    15,   -,    -,    -",
                "S2-03, users report,                CRITICAL_BUG,    -,    -,    -,    -,    MAJOR S2-03",
                "S2-04, slower by 50 %,              -,               -,    -,    -,    50,   MINOR S2-04",
                "S2-04, slower by 25 %,              -,               -,    -,    -,    25,   MINOR S2-04",
                "S2-04, hardly slower,               -,               -,    -,    -,    24.9, -",
                "S2-04, a bug for few,               BUG,             -,    -,    9.9,  -,    MINOR S2-04",
                "S2-04, a bug for 10 %,              BUG,             -,    -,    10,   -,    -",
                "S2-04, a bug for unknown,           BUG,             -,    -,    -,    -,    -",
                "S2-04, few errors,                  -,               0.99, -,    -,    -,    MINOR S2-04",
                "S2-04, a flaw,                      UX,              -,    -,    -,    -,    MINOR S2-04",
                "nothing, nothing is known,          -,               -,    -,    -,    -,    -",
                "nothing, an unknown word,           WHATEVER,        -,    -,    -,    -,    -",
            })
    void assess(
            String requirement,
            String story,
            String symptom,
            Double errorRate,
            Double sustained,
            Double affected,
            Double degradation,
            String rules) {
        Facts facts = new Facts(
                symptom, null, null, null, errorRate, sustained, affected, degradation, null, null, null, null);

        List<String> matched =
                decisions.evaluateDecisionTableByKey("assess-severity", facts.variables()).getResultList().stream()
                        .map(rule -> Severity.valueOf((String) rule.get("severity")) + " " + rule.get("rule"))
                        .sorted()
                        .toList();

        assertThat(matched).isEqualTo(rules == null ? List.of() : List.of(rules.split("\\+")));
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource(
            nullValues = "-",
            value = {
                // story, critical, major, minor, symptom → severity, action, level, pre-authorised, approvers, minutes
                "damaged data,        1, 0, 0, DATA_CORRUPTION, CRITICAL, ROLL_BACK, 3, true,  incident-commander+tech-lead, 5",
                "it crashes,          1, 0, 0, CRASH,           CRITICAL, ROLL_BACK, 2, true,  incident-commander+tech-lead, 5",
                "critical otherwise,  1, 2, 3, FEATURE_FAILURE, CRITICAL, ROLL_BACK, 1, true,  incident-commander+tech-lead, 5",
                "critical of unknown, 1, 0, 0, -,               CRITICAL, ROLL_BACK, 1, true,  incident-commander+tech-lead, 5",
                "major,               0, 1, 0, MEMORY_LEAK,     MAJOR,    EVALUATE,  1, false, tech-lead,                    30",
                "major and minor,     0, 1, 5, -,               MAJOR,    EVALUATE,  1, false, tech-lead,                    30",
                "minor,               0, 0, 1, UX,              MINOR,    MONITOR,   1, false, on-call+tech-lead,            30",
                "nothing,             0, 0, 0, -,               -,        EVALUATE,  1, false, tech-lead,                    15",
                "corruption unproved, 0, 0, 0, DATA_CORRUPTION, -,        EVALUATE,  1, false, tech-lead,                    15",
            })
    void decide(
            String story,
            int critical,
            int major,
            int minor,
            String symptom,
            Severity severity,
            Action action,
            int level,
            boolean preAuthorised,
            String approvers,
            int minutes) {
        Map<String, Object> counted = new HashMap<>();
        counted.put("criticalRules", critical);
        counted.put("majorRules", major);
        counted.put("minorRules", minor);
        counted.put("symptom", symptom);

        Map<String, Object> decided = decisions
                .evaluateDecisionTableByKey("decide-rollback", counted)
                .getSingleResult()
                .getEntryMap();

        assertThat(decided)
                .containsEntry("severity", severity == null ? null : severity.name())
                .containsEntry("action", action.name())
                .containsEntry("level", level)
                .containsEntry("preAuthorised", preAuthorised)
                .containsEntry("approverGroups", approvers.replace('+', ','))
                .containsEntry("decideWithin", minutes);
    }
}
