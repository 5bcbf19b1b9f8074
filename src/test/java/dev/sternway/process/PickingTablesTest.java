package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The tables that pick one row: a story for each row, and which one wins where several would fit. */
@Tag("S2-05")
@Tag("S3-10")
@Tag("S4-14")
@Tag("S4-15")
@Tag("S4-28")
@Tag("S4-29")
@Tag("S4-30")
@Tag("S4-31")
class PickingTablesTest {
    private final DecisionTables tables = TableFiles.all();

    @ParameterizedTest(name = "{3}: {0}, service {1}, {2} critical → {4} level {5}, {6}")
    @CsvSource(
            nullValues = "-",
            value = {
                "FAILED_MIGRATION,                       -,   0, S4-28.scope,          FULL,            2, FAILED_MIGRATION",
                "DATA_CORRUPTION+FAILED_MIGRATION,       api, 3, S4-28.scope,          FULL,            2, FAILED_MIGRATION",
                "DATA_CORRUPTION,                        api, 2, S1-09.scope,          FULL,            3, CORRUPTION",
                "DATA_CORRUPTION+CONFIGURATION_ERROR,    -,   2, S1-09.scope,          FULL,            3, CORRUPTION",
                "CONSTRAINT_VIOLATION,                   -,   1, S4-15.scope,          DATABASE,        3, CONSTRAINT_VIOLATION",
                "CONFIGURATION_ERROR,                    -,   0, S4-30.scope,          CONFIGURATION,   2, -",
                "SERVICE_FAILURE+CONFIGURATION_ERROR,    api, 1, S4-30.scope,          CONFIGURATION,   2, -",
                "OUTAGE+CONFIGURATION_ERROR+MEMORY_LEAK, api, 2, S4-30.scope,          CONFIGURATION,   2, -",
                "FAILED_UPGRADE,                         api, 0, S1-07.scope,          FULL,            2, -",
                "OUTAGE,                                 api, 2, S4-07.scope,          FULL,            2, -",
                "MEMORY_LEAK,                            api, 0, S4-29.scope,          PARTIAL_SERVICE, 2, -",
                "MEMORY_LEAK,                            api, 1, S4-29.scope,          PARTIAL_SERVICE, 2, -",
                "MEMORY_LEAK,                            -,   0, S4-29.scopeUnnamed,   FULL,            2, -",
                "THIRD_PARTY_CHANGE,                     api, 0, S4-31.scope,          PARTIAL_SERVICE, 2, -",
                "THIRD_PARTY_CHANGE,                     -,   0, S4-31.scopeUnnamed,   FULL,            2, -",
                "SERVICE_FAILURE,                        api, 1, S4-14.scope,          PARTIAL_SERVICE, 2, -",
                "SERVICE_FAILURE,                        -,   1, S1-08.scope,          FULL,            2, -",
                "-,                                      api, 1, S3-10.scopeCritical,  FULL,            1, -",
                "UI_FAULT,                               api, 1, S3-10.scopeCritical,  FULL,            1, -",
                "UI_FAULT,                               api, 0, S4-21.scope,          UI,              2, -",
                "-,                                      api, 0, S3-10.scopeService,   PARTIAL_SERVICE, 1, -",
                "-,                                      -,   0, S2-05.scope,          FULL,            1, -",
            })
    void chooseScope(
            String scenarios, String service, int critical, String rule, String scope, int level, String reason) {
        Map<String, Object> known = new HashMap<>();
        known.put("scenarios", scenarios == null ? null : scenarios.replace('+', ','));
        known.put("affectedService", service);
        known.put("criticalRules", critical);

        assertThat(tables.get(DecisionTables.CHOOSE_SCOPE).askOne(known))
                .containsEntry("rule", rule)
                .containsEntry("scope", scope)
                .containsEntry("level", level)
                .containsEntry("restoreReason", reason);
    }

    @ParameterizedTest(name = "{8}: {9} {10}, pre-authorised {11}, within {12} min")
    @CsvSource(
            nullValues = "-",
            value = {
                // rules: roll back, evaluate, monitor; alerts without; rules: critical, major; level, shortest
                "1, 0, 0, 0, 1, 0, 3, 0,  S4-16.decide,         CRITICAL, ROLL_BACK, false, 0",
                "1, 0, 0, 0, 1, 0, 2, 0,  S2-02.decide,         CRITICAL, ROLL_BACK, true,  0",
                "1, 2, 3, 0, 1, 2, 1, 5,  S2-02.decide,         CRITICAL, ROLL_BACK, true,  5",
                "1, 4, 0, 0, 0, 5, 2, 30, S1-07.decide,         MAJOR,    ROLL_BACK, false, 30",
                "1, 0, 0, 0, 0, 0, 2, 5,  S1-10.decide,         MINOR,    ROLL_BACK, false, 5",
                "0, 1, 0, 0, 1, 0, 1, 15, S4-02.decideCritical, CRITICAL, EVALUATE,  false, 15",
                "0, 1, 5, 0, 0, 1, 1, 15, S2-03.decide,         MAJOR,    EVALUATE,  false, 15",
                "0, 1, 0, 0, 0, 1, 1, -,  S2-03.decide,         MAJOR,    EVALUATE,  false, 30",
                "0, 1, 0, 0, 0, 0, 1, 30, S4-02.decide,         MINOR,    EVALUATE,  false, 30",
                "0, 0, 1, 0, 1, 0, 1, -,  S2-04.decideCritical, CRITICAL, EVALUATE,  false, 30",
                "1, 0, 1, 1, 1, 0, 2, 0,  S2-02.decide,         CRITICAL, ROLL_BACK, true,  0",
                "0, 1, 1, 1, 0, 1, 1, 15, S2-03.decide,         MAJOR,    EVALUATE,  false, 15",
                "0, 0, 1, 1, 1, 0, 1, -,  S2-04.decideCritical, CRITICAL, EVALUATE,  false, 30",
                "0, 0, 1, 1, 0, 1, 1, -,  S4-04.alsoUnmatched,  -,        EVALUATE,  false, 15",
                "0, 0, 1, 2, 0, 0, 1, -,  S4-04.alsoUnmatched,  -,        EVALUATE,  false, 15",
                "0, 0, 1, 0, 0, 1, 1, -,  S2-04.decideMajor,    MAJOR,    MONITOR,   false, 30",
                "0, 0, 1, 0, 0, 0, 1, -,  S2-04.decide,         MINOR,    MONITOR,   false, 30",
                "0, 0, 0, 0, 0, 0, 1, -,  S4-04.unmatched,      -,        EVALUATE,  false, 15",
            })
    void decideRollback(
            int rollBack,
            int evaluate,
            int monitor,
            int unmatched,
            int critical,
            int major,
            int level,
            Integer shortest,
            String rule,
            String severity,
            String action,
            boolean preAuthorised,
            int within) {
        Map<String, Object> known = new HashMap<>(Map.of(
                "rollBackRules", rollBack,
                "evaluateRules", evaluate,
                "monitorRules", monitor,
                "unmatchedAlerts", unmatched,
                "criticalRules", critical,
                "majorRules", major,
                "level", level));
        known.put("shortestMinutes", shortest);

        assertThat(tables.get(DecisionTables.DECIDE_ROLLBACK).askOne(known))
                .containsEntry("rule", rule)
                .containsEntry("severity", severity)
                .containsEntry("action", action)
                .containsEntry("preAuthorised", preAuthorised)
                .containsEntry("decideWithin", within);
    }

    @ParameterizedTest(name = "{2}: {0} {1} → {3}, {4} min, {5}")
    @CsvSource(
            nullValues = "-",
            value = {
                "CRITICAL, DATABASE,        S4-15.response,           DATABASE_RESTORE,      45, incident-commander+tech-lead",
                "MINOR,    DATABASE,        S4-15.response,           DATABASE_RESTORE,      45, incident-commander+tech-lead",
                "CRITICAL, FULL,            S3-10.critical,           FULL_ROLLBACK,         30, incident-commander+tech-lead",
                "MAJOR,    FULL,            S3-10.high,               CODE_ROLLBACK,         15, tech-lead",
                "MINOR,    FULL,            S3-10.fullOther,          CODE_ROLLBACK,         15, tech-lead",
                "-,        FULL,            S3-10.fullOther,          CODE_ROLLBACK,         15, tech-lead",
                "CRITICAL, PARTIAL_SERVICE, S4-14.response,           PARTIAL_ROLLBACK,      10, incident-commander+tech-lead",
                "MAJOR,    PARTIAL_SERVICE, S3-10.medium,             PARTIAL_ROLLBACK,      10, on-call+tech-lead",
                "MINOR,    PARTIAL_SERVICE, S3-10.medium,             PARTIAL_ROLLBACK,      10, on-call+tech-lead",
                "-,        PARTIAL_SERVICE, S3-10.partialOther,       PARTIAL_ROLLBACK,      10, tech-lead",
                "CRITICAL, CONFIGURATION,   S4-19.response,           CONFIGURATION_RESTORE, 5,  incident-commander+tech-lead",
                "MINOR,    CONFIGURATION,   S3-10.low,                CONFIGURATION_RESTORE, 5,  engineer+on-call+tech-lead",
                "MAJOR,    CONFIGURATION,   S3-10.configurationOther, CONFIGURATION_RESTORE, 5,  tech-lead",
                "-,        CONFIGURATION,   S3-10.configurationOther, CONFIGURATION_RESTORE, 5,  tech-lead",
                "CRITICAL, UI,              S4-21.responseCritical,   UI_ROLLBACK,           5,  incident-commander+tech-lead",
                "MINOR,    UI,              S4-21.response,           UI_ROLLBACK,           5,  tech-lead",
                "MAJOR,    -,               S3-10.other,              FULL_ROLLBACK,         30, incident-commander+tech-lead",
            })
    void chooseResponse(String severity, String scope, String rule, String response, int downtime, String approvers) {
        Map<String, Object> known = new HashMap<>();
        known.put("severity", severity);
        known.put("scope", scope);

        assertThat(tables.get(DecisionTables.CHOOSE_RESPONSE).askOne(known))
                .containsEntry("rule", rule)
                .containsEntry("response", response)
                .containsEntry("downtimeBudget", downtime)
                .containsEntry("approverGroups", approvers.replace('+', ','));
    }

    @ParameterizedTest(name = "{1}: {0} → {2}")
    @CsvSource(
            nullValues = "-",
            value = {
                "CORRUPTION,           S4-15.corruption,       true",
                "FAILED_MIGRATION,     S4-15.migration,        true",
                "CONSTRAINT_VIOLATION, S4-15.constraintBroken, true",
                "NO_OTHER_OPTION,      S4-15.lastResort,       true",
                "BECAUSE_I_WANT,       S4-15.refused,          false",
                "-,                    S4-15.refused,          false",
            })
    void permitRestore(String reason, String rule, boolean permitted) {
        Map<String, Object> known = new HashMap<>();
        known.put("restoreReason", reason);

        assertThat(tables.get(DecisionTables.PERMIT_RESTORE).askOne(known))
                .containsEntry("rule", rule)
                .containsEntry("permitted", permitted);
    }

    /** Every row's id is its own in all tables together, so that evidence names one row. */
    @Test
    void noTwoRowsHaveOneId() {
        Set<String> seen = new LinkedHashSet<>();

        assertThat(DecisionTables.ALL.stream()
                        .flatMap(id -> tables.get(id).rows().stream())
                        .map(DecisionTable.Row::rule)
                        .filter(rule -> !seen.add(rule))
                        .collect(Collectors.toList()))
                .isEmpty();
    }
}
