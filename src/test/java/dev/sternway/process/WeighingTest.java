package dev.sternway.process;

import static dev.sternway.process.CollectingTablesTest.facts;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.decision.Action;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Facts;
import dev.sternway.decision.MatchedRule;
import dev.sternway.decision.Response;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.camunda.bpm.engine.DecisionService;
import org.camunda.bpm.engine.HistoryService;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** The tables asked in code: the strictest wins, everything that matched is told, and nothing is left behind. */
class WeighingTest extends ProcessTest {

    @Autowired
    Weighing weighing;

    @Autowired
    DeployedTables deployed;

    @Autowired
    DecisionService decisions;

    @Autowired
    HistoryService history;

    @Test
    @Tag("A-6")
    void theStrictestWinsAndEveryMatchedRuleIsTold() {
        Decision decision = weigh("errorRate=3 sustainedMinutes=20 degradation=30", "errorRate=6 sustainedMinutes=6");

        assertThat(decision.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(decision.action()).isEqualTo(Action.ROLL_BACK);
        assertThat(decision.decideWithin()).isZero();
        assertThat(decision.rules())
                .extracting(rule -> rule.alert() + " " + rule.rule())
                .containsExactlyInAnyOrder(
                        "1 S2-03.errors", "1 S2-04.slower", "1 S4-02.errors", "2 S2-02.errors", "2 S4-01.errors");
        assertThat(decision.rules())
                .extracting(MatchedRule::reason)
                .doesNotContain("")
                .doesNotContainNull();
        assertThat(decision.steps())
                .extracting(Decision.Step::table)
                .containsExactly("choose-scope", "decide-rollback", "choose-response");
    }

    @Test
    @Tag("A-6")
    void ofThreeAnswersToSomeErrorsTheShortestTimeCounts() {
        Decision decision = weigh("FEATURE_FAILURE importance=MAJOR errorRate=3 latencySeconds=3 sustainedMinutes=20");

        assertThat(decision.action()).isEqualTo(Action.EVALUATE);
        assertThat(decision.rules())
                .extracting(MatchedRule::rule)
                .contains("S2-03.errors", "S4-02.errors", "S4-04.major");
        assertThat(decision.decideWithin()).as("15 of the matrix, not 30").isEqualTo(15);
    }

    @Test
    @Tag("S4-04")
    void whatNothingMatchesAPersonDecides() {
        for (Decision decision : List.of(weigh("WHATEVER"), weighing.weigh(List.of()))) {
            assertThat(decision.severity()).isNull();
            assertThat(decision.action()).isEqualTo(Action.EVALUATE);
            assertThat(decision.decideWithin()).isEqualTo(15);
            assertThat(decision.rules()).isEmpty();
            assertThat(decision.approverGroups()).isEqualTo("tech-lead");
        }
    }

    @Test
    @Tag("S4-04")
    void whatNothingMatchesAPersonDecidesThoughAnotherAlertIsOnlyWatched() {
        assertThat(weigh("UX").action()).isEqualTo(Action.MONITOR);

        Decision decision = weigh("UX", "WHATEVER");

        assertThat(decision.action()).isEqualTo(Action.EVALUATE);
        assertThat(decision.decideWithin()).isEqualTo(15);
        assertThat(decision.steps()).extracting(Decision.Step::rule).contains("S4-04.alsoUnmatched");
        assertThat(decision.worseThan(weigh("UX")))
                .as("a waiting process is told")
                .isTrue();
        assertThat(weigh("CRASH", "WHATEVER").action()).isEqualTo(Action.ROLL_BACK);
    }

    @Test
    @Tag("S4-16")
    void nobodyIsPassedOverWhereDataIsLost() {
        assertThat(weigh("CRASH").preAuthorised()).isTrue();
        Decision corrupt = weigh("DATA_CORRUPTION");
        assertThat(corrupt.preAuthorised()).isFalse();
        assertThat(corrupt.scope()).as("code and data go together").isEqualTo(Scope.FULL);
        assertThat(weigh("CONSTRAINT_VIOLATION").scope()).isEqualTo(Scope.DATABASE);
        assertThat(corrupt.level()).isEqualTo(3);
        assertThat(corrupt.restoreReason()).isEqualTo(RestoreReason.CORRUPTION);
    }

    @Test
    @Tag("S4-28")
    void aFailedMigrationNeverBeginsWithTheDatabase() {
        Decision decision = weigh("MIGRATION_FAILED", "DATA_CORRUPTION");

        assertThat(decision.scope()).isEqualTo(Scope.FULL);
        assertThat(decision.level()).isEqualTo(2);
        assertThat(decision.restoreReason()).isEqualTo(RestoreReason.FAILED_MIGRATION);
        assertThat(weigh("MIGRATION_FAILED").action())
                .as("a person mends it forward first")
                .isEqualTo(Action.EVALUATE);
    }

    @Test
    @Tag("S4-29")
    void aMemoryLeakConcernsItsServiceOnly() {
        Decision leak = weigh("OUT_OF_MEMORY service=api");

        assertThat(leak.scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(leak.service()).isEqualTo("api");
        assertThat(leak.response()).isEqualTo(Response.PARTIAL_ROLLBACK);
        assertThat(leak.approverGroups()).isEqualTo("on-call,tech-lead");
        assertThat(weigh("MEMORY_LEAK service=api", "MEMORY_LEAK service=web").scope())
                .isEqualTo(Scope.FULL);
    }

    @Test
    @Tag("S4-30")
    void aWrongConfigurationIsTakenBackFirst() {
        Decision decision = weigh("CRASH service=api", "CONFIGURATION service=api");

        assertThat(decision.severity()).isEqualTo(Severity.CRITICAL);
        assertThat(decision.scope()).isEqualTo(Scope.CONFIGURATION);
        assertThat(weigh("CONFIGURATION").approverGroups()).isEqualTo("engineer,on-call,tech-lead");
    }

    @Test
    @Tag("S4-31")
    void aChangeOfAThirdPartyConcernsTheServiceThatUsesIt() {
        Decision decision = weigh("THIRD_PARTY service=l11-integration");

        assertThat(decision.scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(decision.service()).isEqualTo("l11-integration");
        assertThat(decision.action()).isEqualTo(Action.EVALUATE);
    }

    @Test
    @Tag("S3-10")
    void anAlertOfLessWeightDoesNotWidenTheScope() {
        Decision decision = weigh("MEMORY_LEAK service=api", "errorRate=0.5", "UX service=web");

        assertThat(decision.service()).isEqualTo("api");
        assertThat(decision.scope()).isEqualTo(Scope.PARTIAL_SERVICE);
    }

    @Test
    @Tag("S4-28")
    void aScenarioOfLessWeightDoesNotChooseTheScopeButAFailedMigrationDoes() {
        Decision other = weigh("CRASH service=api", "MEMORY_LEAK service=web", "UI service=web");

        assertThat(other.scenario()).isEqualTo(Scenario.SERVICE_FAILURE);
        assertThat(other.scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(other.service()).isEqualTo("api");
        assertThat(weigh("MEMORY_LEAK service=api errorRate=20 sustainedMinutes=20")
                        .scenario())
                .as("what leads is known to be a leak")
                .isEqualTo(Scenario.MEMORY_LEAK);
        Decision migration = weigh("CRASH service=api", "MIGRATION_FAILED");
        assertThat(migration.scenario()).isEqualTo(Scenario.FAILED_MIGRATION);
        assertThat(migration.restoreReason()).isEqualTo(RestoreReason.FAILED_MIGRATION);
    }

    @Test
    void namesTheOneFeatureAndNoneOfSeveral() {
        assertThat(weigh("FEATURE_FAILURE feature=offers affectedUsers=100", "CRASH")
                        .feature())
                .isEqualTo("offers");
        assertThat(weigh(
                                "FEATURE_FAILURE feature=offers affectedUsers=100",
                                "FEATURE_FAILURE feature=search affectedUsers=100")
                        .feature())
                .isNull();
    }

    @Test
    @Tag("S2-04")
    void knowsWhenItGetsWorse() {
        assertThat(weigh("UX", "BUG affectedUsers=50 degradation=60").worseThan(weigh("UX")))
                .isTrue();
        assertThat(weigh("CRASH").worseThan(weigh("MEMORY_LEAK"))).isTrue();
        assertThat(weigh("DATA_CORRUPTION").worseThan(weigh("CRASH")))
                .as("deeper")
                .isTrue();
        assertThat(weigh("UI").worseThan(weigh("UX"))).as("deeper").isTrue();
        assertThat(weigh("UX service=api", "UX service=web").worseThan(weigh("UX service=api")))
                .as("broader")
                .isTrue();
        assertThat(DecisionRank.of(weigh("UX service=api", "UX service=web")))
                .isGreaterThan(DecisionRank.of(weigh("UX service=api")));
        assertThat(DecisionRank.of(weigh("UX service=web"))).isEqualTo(DecisionRank.of(weigh("UX service=api")));
        assertThat(weigh("UX").worseThan(weigh("UI"))).isFalse();
        assertThat(weigh("UX").worseThan(weigh("CRASH"))).isFalse();
    }

    @Test
    @Tag("S4-15")
    void permitsARestoreForFourReasonsOnly() {
        assertThat(RestoreReason.values()).hasSize(4).allMatch(weighing::permitsRestore);
        assertThat(weighing.permitsRestore(null)).isFalse();
    }

    @Test
    @Tag("S0-12")
    void aRuleThatIsSwitchedOffIsToldAndDoesNotCount() {
        DisabledRules off = new DisabledRules(new DecisionSettings(List.of("S4-01", "S2-02.crash")), deployed);
        Weighing weighing = new Weighing(deployed, off);

        Decision decision = weighing.weigh(List.of(new AlertFacts("1", facts("errorRate=6 sustainedMinutes=2"))));

        assertThat(decision.rules()).extracting(MatchedRule::rule).containsExactly("S4-01.errors");
        assertThat(decision.rules()).allMatch(MatchedRule::switchedOff);
        assertThat(decision.severity()).isNull();
        assertThat(decision.action()).isEqualTo(Action.EVALUATE);
        Decision crash = weighing.weigh(List.of(new AlertFacts("1", facts("CRASH"))));
        assertThat(crash.severity()).as("S1-08.service is still on").isEqualTo(Severity.MAJOR);
    }

    @Test
    @Tag("S0-12")
    void aRuleThatNoTableHasStopsTheStart() {
        DisabledRules off = new DisabledRules(new DecisionSettings(List.of("S2-03", "S2-03.erors")), deployed);

        assertThatThrownBy(off::afterSingletonsInstantiated).isInstanceOfSatisfying(Refusal.class, refusal -> {
            assertThat(refusal.code()).isEqualTo(ErrorCode.RULE_UNKNOWN);
            assertThat(refusal.getMessage()).contains("'S2-03.erors'");
            assertThat(refusal.hint()).contains("S2-03.errors").contains("S4-04.ui");
        });
        new DisabledRules(new DecisionSettings(List.of("S2-03", " S4-04.ui ")), deployed).afterSingletonsInstantiated();
        assertThatThrownBy(
                        new DisabledRules(new DecisionSettings(List.of("S2")), deployed)::afterSingletonsInstantiated)
                .isInstanceOf(Refusal.class);
    }

    @Test
    void leavesNoTraceInTheHistory() {
        long before = history.createHistoricDecisionInstanceQuery().count();

        weigh("CRASH", "errorRate=6 sustainedMinutes=6");

        assertThat(history.createHistoricDecisionInstanceQuery().count()).isEqualTo(before);
    }

    /** The process asks the engine, explain and replay ask beside it: over a thousand questions both say the same. */
    @Test
    void theEngineAndTheTablesAloneAgree() {
        Random random = new Random(42);
        DecisionTables alone = deployed.current();
        for (int i = 0; i < 250; i++) {
            Facts facts = random(random);
            for (String table : DecisionTables.COLLECTING) {
                assertThat(alone.get(table).ask(facts.variables()))
                        .as(table + " of " + facts)
                        .isEqualTo(decisions
                                .evaluateDecisionTableByKey(table, facts.variables())
                                .getResultList());
            }
            Map<String, Object> known = new HashMap<>(
                    dev.sternway.decision.Tally.of(List.of(), List.of()).variables());
            known.replaceAll((name, value) -> value instanceof Integer ? (Object) random.nextInt(3) : value);
            known.put("scenarios", random.nextBoolean() ? null : "MEMORY_LEAK,UI_FAULT");
            known.put("affectedService", random.nextBoolean() ? null : "api");
            for (String table : List.of("choose-scope", "decide-rollback", "choose-response")) {
                Map<String, Object> row = alone.get(table).askOne(known);
                assertThat(row)
                        .as(table + " of " + known)
                        .isEqualTo(decisions
                                .evaluateDecisionByKey(table)
                                .variables(known)
                                .evaluate()
                                .getSingleResult()
                                .getEntryMap());
                known.putAll(row);
            }
        }
    }

    private static Facts random(Random random) {
        List<String> symptoms = List.of("CRASH", "UI", "FEATURE_FAILURE", "PERFORMANCE", "BUG", "CONFIGURATION", "?");
        Map<String, Object> values = new HashMap<>();
        values.put("symptom", random.nextInt(4) == 0 ? null : symptoms.get(random.nextInt(symptoms.size())));
        values.put("service", random.nextBoolean() ? null : "api");
        values.put("importance", List.of("CRITICAL", "MAJOR", "MINOR").get(random.nextInt(3)));
        List<Double> figures = Arrays.asList(null, 0.05, 0.5, 1.0, 2.0, 2.1, 5.0, 5.01, 10.0, 16.0, 25.0, 50.0, 100.0);
        for (String name : List.of(
                "errorRate", "sustainedMinutes", "affectedUsers", "degradation", "slowdown", "latencySeconds")) {
            values.put(name, figures.get(random.nextInt(figures.size())));
        }
        values.put("withinSla", random.nextBoolean() ? null : (Object) random.nextBoolean());
        values.put("workaround", random.nextBoolean() ? null : (Object) random.nextBoolean());
        return Facts.of(values);
    }

    private Decision weigh(String... alerts) {
        List<AlertFacts> all = new ArrayList<>();
        for (int i = 0; i < alerts.length; i++) {
            all.add(new AlertFacts(Integer.toString(i + 1), facts(alerts[i])));
        }
        return weighing.weigh(all);
    }
}
