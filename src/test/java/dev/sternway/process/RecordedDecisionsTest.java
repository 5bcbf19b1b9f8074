package dev.sternway.process;

import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MINOR;
import static dev.sternway.process.ProcessWorld.UNMATCHED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.sternway.decision.Action;
import dev.sternway.decision.Case;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.MatchedRule;
import dev.sternway.decision.Outcome;
import dev.sternway.decision.Severity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RepositoryService;
import org.camunda.bpm.engine.impl.util.ClockUtil;
import org.camunda.bpm.engine.repository.Deployment;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** What a process keeps of its decisions, and what a deployed table does to those that come. */
class RecordedDecisionsTest extends ProcessTest {

    @Autowired
    Decisions decisions;

    @Autowired
    Weighing weighing;

    @Autowired
    Replay replay;

    @Autowired
    Tables tables;

    @Autowired
    RepositoryService repository;

    @AfterEach
    void theTablesOfTheProductAgain() {
        repository.createDeploymentQuery().deploymentName("decision tables, edited").list().stream()
                .map(Deployment::getId)
                .forEach(id -> repository.deleteDeployment(id, true));
    }

    @Test
    void everyMatchedRuleIsKeptWithItsAlertAndWhatWasKnown() {
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_acquireLock");

        Decisions.Recorded kept = decisions.last(incident).orElseThrow();

        assertThat(kept.decision().rules())
                .extracting(MatchedRule::table, MatchedRule::rule, MatchedRule::switchedOff)
                .contains(org.assertj.core.groups.Tuple.tuple("assess-severity", "S2-02.feature", false))
                .contains(org.assertj.core.groups.Tuple.tuple("assess-severity", "S2-03.feature", false));
        assertThat(kept.facts()).hasSize(1);
        assertThat(kept.facts().get(0).facts().affectedUsers()).isEqualTo(100);
        assertThat(kept.decision().rules())
                .extracting(MatchedRule::alert)
                .containsOnly(kept.facts().get(0).alert());
        assertThat(kept.decision().steps())
                .extracting(Decision.Step::table)
                .containsExactly("choose-scope", "decide-rollback", "choose-response");
        assertThat(kept.tableVersions())
                .containsOnlyKeys(
                        "assess-severity",
                        "judge-triggers",
                        "weigh-matrix",
                        "recognise-scenario",
                        "choose-scope",
                        "decide-rollback",
                        "choose-response");
    }

    /** The process asks in its own transaction, {@link Weighing} beside it; they are never of two minds. */
    @Test
    void theProcessDecidesAsTheWeighingDoes() {
        for (Map<String, String> alert : List.of(
                CRITICAL,
                CRASH,
                MINOR,
                UNMATCHED,
                ProcessWorld.MAJOR,
                ProcessWorld.CORRUPTION,
                Map.of("symptom", "configuration", "service", "api"),
                Map.of("symptom", "out_of_memory", "service", "api"),
                Map.of("symptom", "migration_failed"))) {
            world.empty();
            String incident = world.alert(alert);
            world.goOnTo("serviceTask_acquireLock");

            Decisions.Recorded kept = decisions.last(incident).orElseThrow();

            Decision weighed = weighing.weigh(kept.facts());
            assertThat(Outcome.of(kept.decision())).as(alert.toString()).isEqualTo(Outcome.of(weighed));
            assertThat(kept.decision().rules()).containsExactlyInAnyOrderElementsOf(weighed.rules());
            assertThat(kept.decision().steps()).isEqualTo(weighed.steps());
        }
    }

    @Test
    void aJobThatIsTriedAgainLeavesNothingTwice() {
        world.database
                .sql("alter table decision add constraint broken check (decided_at is null)")
                .update();
        String incident;
        try {
            incident = world.alert(MINOR);
            assertThatThrownBy(() -> world.goOn()).hasMessageContaining("broken");
        } finally {
            world.database.sql("alter table decision drop constraint broken").update();
        }
        world.goOn();

        assertThat(decisions.of(incident)).hasSize(1);
        assertThat(world.evidence(incident, "assessSeverity")).hasSize(1);
        assertThat(world.evidence(incident, "decideRollback")).hasSize(1);
        assertThat(world.evidence(incident, "decideRollback")
                        .get(0)
                        .details()
                        .path("rules")
                        .get(0)
                        .path("id")
                        .asText())
                .isEqualTo("S2-04.ux");
        assertThat(world.ledger.firstBreak(incident)).isEmpty();
    }

    @Test
    @Tag("S2-04")
    void aWorseDecisionStandsBesideTheOneBefore() {
        String incident = world.alert(MINOR);
        world.goOn();
        world.alert(CRITICAL);
        world.goOnTo("serviceTask_acquireLock");

        assertThat(decisions.of(incident))
                .extracting(
                        each -> each.decision().action(),
                        each -> each.decision().severity())
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Action.MONITOR, Severity.MINOR),
                        org.assertj.core.groups.Tuple.tuple(Action.ROLL_BACK, Severity.CRITICAL));
        assertThat(world.evidence(incident, "decideRollback")).hasSize(2);
    }

    /** What waits is weighed with the new table at its next look; nothing is restarted. */
    @Test
    void aDeployedTableDecidesAnIncidentThatWaits() {
        String incident = world.alert(MINOR);
        world.goOn();
        assertThat(decisions.last(incident).orElseThrow().decision().action()).isEqualTo(Action.MONITOR);

        List<Tables.Deployed> deployed = tables.deploy(Map.of("assess-severity.dmn", uxIsCritical()));
        // The same facts are asked about once a decision minute.
        ClockUtil.offset(Duration.ofMinutes(2).toMillis());
        try {
            world.goOnTo("serviceTask_acquireLock");
        } finally {
            ClockUtil.reset();
        }

        Decisions.Recorded last = decisions.last(incident).orElseThrow();
        assertThat(last.decision().action()).isEqualTo(Action.ROLL_BACK);
        assertThat(last.tableVersions())
                .containsEntry("assess-severity", deployed.get(0).version());
        assertThat(decisions.of(incident)).hasSize(2);
    }

    @Test
    void aStartLeavesWhatAPersonDeployed() throws Exception {
        int version = tables.deploy(Map.of("assess-severity.dmn", uxIsCritical()))
                .get(0)
                .version();

        ModelDeployment.deployTable(
                repository, new org.springframework.core.io.FileSystemResource("processes/assess-severity.dmn"));

        assertThat(tables.list().get(0).version()).isEqualTo(version);
        assertThat(tables.list().get(0).deployedBy()).isNotEqualTo("sternway");
        tables.deploy(
                Map.of("assess-severity.dmn", TableFiles.text("assess-severity").getBytes(StandardCharsets.UTF_8)));
        assertThat(tables.list().get(0).version()).as("by hand it goes back").isGreaterThan(version);
    }

    @Test
    void aReplayOfTheSameTablesChangesNothingAndOfOthersTellsWhose() {
        String minor = world.alert(MINOR);
        world.goOn();
        long before = world.database
                .sql("select count(*) from decision")
                .query(Long.class)
                .single();

        assertThat(replay.run(Map.of(), List.of()).changes()).isEmpty();
        Replay.Result changed = replay.run(
                Map.of("assess-severity.dmn", uxIsCritical()),
                Case.read("[{name: a flaw, alerts: [{symptom: UX}]}, {name: a crash, alerts: [{symptom: CRASH}]}]"));

        assertThat(changed.changes()).extracting(Replay.Change::of).containsExactly(minor, "a flaw");
        Replay.Change change = changed.changes().get(0);
        assertThat(change.before()).containsEntry("action", "MONITOR");
        assertThat(change.after()).containsEntry("action", "ROLL_BACK").containsEntry("severity", "CRITICAL");
        assertThat(change.fields()).contains("action", "severity", "preAuthorised", "approverGroups");
        assertThat(tables.list().get(0).deployedBy()).as("nothing is deployed").isEqualTo("sternway");
        assertThat(world.database
                        .sql("select count(*) from decision")
                        .query(Long.class)
                        .single())
                .isEqualTo(before);
    }

    private static byte[] uxIsCritical() {
        String text = TableFiles.text("assess-severity");
        int row = text.indexOf("rule_S2_04_ux\"");
        return (text.substring(0, row)
                        + text.substring(row)
                                .replace("\"MINOR\"", "\"CRITICAL\"")
                                .replace("\"MONITOR\"", "\"ROLL_BACK\""))
                .getBytes(StandardCharsets.UTF_8);
    }
}
