package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import dev.sternway.decision.Facts;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/**
 * Every row of the tables that are asked for each alert: what fits it, what just does not, and what is missing. A line is
 * {@code rule : facts that fit ; … ! facts that do not ; …}.
 */
@Tag("S2-02")
@Tag("S2-03")
@Tag("S2-04")
@Tag("S4-01")
@Tag("S4-02")
@Tag("S4-03")
@Tag("S4-04")
@Tag("S1-07")
@Tag("S1-08")
@Tag("S1-09")
@Tag("S1-10")
@Tag("S4-15")
@Tag("S4-28")
@Tag("S4-29")
@Tag("S4-30")
@Tag("S4-31")
class CollectingTablesTest {

    private static final String ROWS = """
            S2-02.crash : CRASH ; UNRESPONSIVE ! OUTAGE ; BUG
            S2-02.data : DATA_LOSS ; DATA_CORRUPTION ! CONSTRAINT_VIOLATION
            S2-02.security : SECURITY ! CRASH
            S2-02.errors : errorRate=5.01 sustainedMinutes=5.01 ; errorRate=100 sustainedMinutes=600 ! errorRate=5 sustainedMinutes=6 ; errorRate=6 sustainedMinutes=5 ; errorRate=50 ; sustainedMinutes=60
            S2-02.feature : FEATURE_FAILURE affectedUsers=100 ! FEATURE_FAILURE affectedUsers=99.9 ; FEATURE_FAILURE ; affectedUsers=100 ; BUG affectedUsers=100
            S2-03.slower : degradation=50.1 ! degradation=50
            S2-03.feature : FEATURE_FAILURE affectedUsers=25.1 ! FEATURE_FAILURE affectedUsers=25 ; FEATURE_FAILURE ; affectedUsers=60
            S2-03.memory : MEMORY_LEAK ; OUT_OF_MEMORY ! CRASH
            S2-03.errors : errorRate=1 sustainedMinutes=15.1 ; errorRate=5 sustainedMinutes=15.1 ! errorRate=0.99 sustainedMinutes=16 ; errorRate=5.01 sustainedMinutes=16 ; errorRate=3 sustainedMinutes=15 ; errorRate=3 ; sustainedMinutes=60
            S2-03.reported : CRITICAL_BUG ! BUG
            S2-04.slower : degradation=25 ; degradation=50 ! degradation=24.9 ; degradation=50.1
            S2-04.bug : BUG affectedUsers=9.9 ; BUG affectedUsers=0 ! BUG affectedUsers=10 ; BUG ; affectedUsers=5
            S2-04.errors : errorRate=0.99 ; errorRate=0 ! errorRate=1
            S2-04.ux : UX ! UI
            S4-01.feature : FEATURE_FAILURE importance=CRITICAL ! FEATURE_FAILURE importance=MAJOR ; FEATURE_FAILURE ; importance=CRITICAL
            S4-01.data : DATA_LOSS ; DATA_CORRUPTION ; CONSTRAINT_VIOLATION ! MIGRATION_FAILED
            S4-01.security : SECURITY ! BUG
            S4-01.errors : errorRate=5.01 sustainedMinutes=0.1 ! errorRate=5 sustainedMinutes=10 ; errorRate=6 sustainedMinutes=0 ; errorRate=50 ; sustainedMinutes=60
            S4-01.outage : OUTAGE ! CRASH
            S4-01.slow : slowdown=10.1 ; latencySeconds=5.01 ; slowdown=11 latencySeconds=1 ; slowdown=2 latencySeconds=6 ! slowdown=10 ; latencySeconds=5 ; slowdown=10 latencySeconds=5
            S4-01.replication : REPLICATION_BROKEN ! OUTAGE
            S4-02.errors : errorRate=1 ; errorRate=5 ! errorRate=0.99 ; errorRate=5.01
            S4-02.slower : slowdown=2 ; slowdown=10 ! slowdown=1.9 ; slowdown=10.1
            S4-02.feature : FEATURE_FAILURE importance=MAJOR ; FEATURE_FAILURE importance=MINOR ! FEATURE_FAILURE importance=CRITICAL ; FEATURE_FAILURE ; importance=MAJOR
            S4-02.unexpected : UNEXPECTED_BEHAVIOUR ! BUG
            S4-02.complaints : COMPLAINTS ! UX
            S4-03.errors : errorRate=0.99 ; errorRate=0 ! errorRate=1
            S4-03.ui : UI ! UX
            S4-03.sla : withinSla=true ! withinSla=false
            S4-03.known : KNOWN_ISSUE ! BUG
            S4-03.workaround : workaround=true ! workaround=false
            S4-04.outage : OUTAGE ; OUTAGE errorRate=0 latencySeconds=0 ! CRASH
            S4-04.corruption : DATA_CORRUPTION ; DATA_CORRUPTION errorRate=0 ! DATA_LOSS
            S4-04.breach : SECURITY ; SECURITY latencySeconds=0.1 ! BUG
            S4-04.critical : FEATURE_FAILURE importance=CRITICAL errorRate=5.1 latencySeconds=5.1 ! FEATURE_FAILURE importance=CRITICAL errorRate=5 latencySeconds=6 ; FEATURE_FAILURE importance=CRITICAL errorRate=6 latencySeconds=5 ; FEATURE_FAILURE importance=MAJOR errorRate=6 latencySeconds=6 ; FEATURE_FAILURE importance=CRITICAL errorRate=6 ; FEATURE_FAILURE importance=CRITICAL latencySeconds=6 ; FEATURE_FAILURE errorRate=6 latencySeconds=6 ; importance=CRITICAL errorRate=6 latencySeconds=6
            S4-04.major : FEATURE_FAILURE importance=MAJOR errorRate=2.1 latencySeconds=2.1 ! FEATURE_FAILURE importance=MAJOR errorRate=2 latencySeconds=3 ; FEATURE_FAILURE importance=MAJOR errorRate=3 latencySeconds=2 ; FEATURE_FAILURE importance=MINOR errorRate=3 latencySeconds=3 ; FEATURE_FAILURE importance=MAJOR errorRate=3
            S4-04.minor : FEATURE_FAILURE importance=MINOR errorRate=0.9 latencySeconds=0.9 ! FEATURE_FAILURE importance=MINOR errorRate=1 latencySeconds=0.5 ; FEATURE_FAILURE importance=MINOR errorRate=0.5 latencySeconds=1 ; FEATURE_FAILURE importance=MINOR
            S4-04.performance : PERFORMANCE errorRate=0.9 latencySeconds=2.1 ! PERFORMANCE errorRate=1 latencySeconds=3 ; PERFORMANCE errorRate=0.5 latencySeconds=2 ; PERFORMANCE ; PERFORMANCE latencySeconds=3 ; errorRate=0.5 latencySeconds=3
            S4-04.ui : UI errorRate=0.09 latencySeconds=0.49 ! UI errorRate=0.1 latencySeconds=0.4 ; UI errorRate=0.05 latencySeconds=0.5 ; UI ; errorRate=0.05 latencySeconds=0.4
            S1-07.upgrade : UPGRADE_FAILED ! MIGRATION_FAILED
            S1-08.service : HEALTH_CHECK_FAILED ; CRASH ; UNRESPONSIVE ! OUTAGE
            S1-08.outage : OUTAGE ! CRASH
            S1-09.corruption : DATA_CORRUPTION ; DATA_LOSS ! CONSTRAINT_VIOLATION ; MIGRATION_FAILED
            S1-10.configuration : CONFIGURATION ; CONFIGURATION service=api ! CRASH
            S4-15.constraint : CONSTRAINT_VIOLATION ! DATA_LOSS
            S4-21.ui : UI ! UX
            S4-28.migration : MIGRATION_FAILED ! UPGRADE_FAILED
            S4-29.memory : MEMORY_LEAK ; OUT_OF_MEMORY service=api ! CRASH
            S4-30.configuration : CONFIGURATION service=api ! CONFIGURATION ; service=api ; CRASH service=api
            S4-31.thirdParty : THIRD_PARTY ! BUG
            """;

    private final DecisionTables tables = TableFiles.all();

    @TestFactory
    Stream<DynamicTest> eachRowFitsWhatItSaysAndNothingBeside() {
        return ROWS.lines().flatMap(line -> {
            String rule = line.substring(0, line.indexOf(" : "));
            String[] both = line.substring(rule.length() + 3).split(" ! ");
            return Stream.concat(
                    Arrays.stream(both[0].split(" ; ")).map(facts -> each(rule, facts, true)),
                    Arrays.stream(both[1].split(" ; ")).map(facts -> each(rule, facts, false)));
        });
    }

    private DynamicTest each(String rule, String facts, boolean fits) {
        return DynamicTest.dynamicTest(rule + (fits ? " fits " : " does not fit ") + facts, () -> {
            List<String> fitting = fitting(facts(facts));
            if (fits) {
                assertThat(fitting).contains(rule);
            } else {
                assertThat(fitting).doesNotContain(rule);
            }
        });
    }

    /** So that a row that is added gets its story, and one that is gone loses it. */
    @Test
    void everyRowHasItsLine() {
        assertThat(ROWS.lines()
                        .map(line -> line.substring(0, line.indexOf(" : ")).strip()))
                .containsExactlyInAnyOrderElementsOf(tables.ruleIds());
    }

    @Test
    void whatIsMissingFitsNoRow() {
        assertThat(fitting(Facts.UNKNOWN)).isEmpty();
        assertThat(fitting(facts("WHATEVER importance=UNHEARD"))).isEmpty();
    }

    /** Whatever fits no longer does when one of the facts that its row tests is taken away. */
    @Test
    void aRowFitsOnlyWhileAllThatItTestsIsKnown() {
        List<String> wrong = new ArrayList<>();
        ROWS.lines().forEach(line -> {
            String rule = line.substring(0, line.indexOf(" : "));
            String first = line.substring(rule.length() + 3).split(" ! ")[0].split(" ; ")[0];
            Facts whole = facts(first);
            for (String tested : row(rule).conditions().keySet()) {
                Map<String, Object> values = new HashMap<>(whole.variables());
                values.put(tested, null);
                if (fitting(Facts.of(values)).contains(rule)) {
                    wrong.add(rule + " without " + tested);
                }
            }
        });
        assertThat(wrong).isEmpty();
    }

    @Test
    void everySourceHasAllItsRows() {
        Map<String, Long> rows = tables.ruleIds().stream()
                .collect(Collectors.groupingBy(rule -> rule.substring(0, rule.indexOf('.')), Collectors.counting()));

        assertThat(rows)
                .containsEntry("S2-02", 5L)
                .containsEntry("S2-03", 5L)
                .containsEntry("S2-04", 4L)
                .containsEntry("S4-01", 7L)
                .containsEntry("S4-02", 5L)
                .containsEntry("S4-03", 5L)
                .containsEntry("S4-04", 8L)
                .containsKeys("S1-07", "S1-08", "S1-09", "S1-10", "S4-28", "S4-29", "S4-30", "S4-31");
    }

    /** S2-02 and S4-01 roll back, S2-03 and S4-02 ask a person within 30 minutes, S2-04 and S4-03 watch. */
    @Test
    void everyRowOfARequirementAsksForTheSame() {
        Map<String, Set<String>> given = new HashMap<>();
        for (String table : List.of("assess-severity", "judge-triggers")) {
            tables.get(table)
                    .rows()
                    .forEach(row -> given.computeIfAbsent(row.rule().substring(0, 5), any -> new TreeSet<>())
                            .add(row.outputs().get("severity")
                                    + row.outputs().get("action")
                                    + row.outputs().get("decideWithin")));
        }
        assertThat(given)
                .containsEntry("S2-02", Set.of("\"CRITICAL\"\"ROLL_BACK\"0"))
                .containsEntry("S2-03", Set.of("\"MAJOR\"\"EVALUATE\"30"))
                .containsEntry("S2-04", Set.of("\"MINOR\"\"MONITOR\"null"))
                .containsEntry("S4-01", Set.of("\"CRITICAL\"\"ROLL_BACK\"5"))
                .containsEntry("S4-02", Set.of("\"MAJOR\"\"EVALUATE\"30"))
                .containsEntry("S4-03", Set.of("\"MINOR\"\"MONITOR\"null"));
    }

    private DecisionTable.Row row(String rule) {
        return DecisionTables.COLLECTING.stream()
                .flatMap(id -> tables.get(id).rows().stream())
                .filter(row -> row.rule().equals(rule))
                .findFirst()
                .orElseThrow();
    }

    private List<String> fitting(Facts facts) {
        return DecisionTables.COLLECTING.stream()
                .flatMap(id -> tables.get(id).ask(facts.variables()).stream())
                .map(row -> (String) row.get("rule"))
                .toList();
    }

    /** {@code CRASH service=api errorRate=5}: a word alone is the symptom. */
    static Facts facts(String text) {
        Map<String, Object> values = new HashMap<>();
        for (String word : text.strip().split("\\s+")) {
            int equals = word.indexOf('=');
            if (equals < 0) {
                values.put("symptom", word);
                continue;
            }
            String value = word.substring(equals + 1);
            values.put(
                    word.substring(0, equals),
                    value.matches("[0-9.]+")
                            ? (Object) Double.valueOf(value)
                            : value.matches("true|false") ? (Object) Boolean.valueOf(value) : value);
        }
        return Facts.of(values);
    }
}
