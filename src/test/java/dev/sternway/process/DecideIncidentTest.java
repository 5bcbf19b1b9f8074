package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static dev.sternway.process.ProcessWorld.UNMATCHED;
import static org.assertj.core.api.Assertions.assertThat;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.AlertFacts;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.ProcessEngine;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code decide-incident}: every end, and what is withdrawn when it gets worse or is over, whichever comes first. */
class DecideIncidentTest extends ProcessTest {

    @Autowired
    Catalogue catalogue;

    @Autowired
    ProcessEngine engine;

    @Test
    void asksEveryTableForEachAlertAndRollsBackWhatIsCritical() {
        world.alert(MINOR);
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_acquireLock");

        assertThat(world.process("decide-incident"))
                .hasPassed(
                        "serviceTask_gatherFacts",
                        "businessRuleTask_assessSeverity",
                        "businessRuleTask_judgeTriggers",
                        "businessRuleTask_weighMatrix",
                        "businessRuleTask_recogniseScenario",
                        "businessRuleTask_chooseScope",
                        "businessRuleTask_decideRollback",
                        "businessRuleTask_chooseResponse",
                        "endEvent_rollbackDecided")
                .isEnded();
        assertThat(count("select count(*) from decision_facts join decision on decision.id = decision_id"
                        + " where incident_id = '" + incident + "'"))
                .isEqualTo(2);
        assertThat(count("select count(*) from decision where incident_id = '" + incident + "'"))
                .isOne();
        assertThat(world.variable("handle-incident", "decisionOutcome")).isEqualTo("ROLL_BACK");
        assertThat(world.variable("handle-incident", "feature")).isEqualTo("offers");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.DECIDING);
    }

    @Test
    @Tag("S2-03")
    void givesAPersonTheTimeOfTheStrictestRule() {
        Instant before = Instant.now();
        world.alert(MAJOR);
        world.goOn();

        int minutes = (Integer) world.variable("decide-incident", "decideWithin");
        assertThat(minutes).isPositive();
        assertThat(world.task("userTask_chooseAction").getDueDate().toInstant())
                .isBetween(
                        before.plus(Duration.ofMinutes(minutes)).minusSeconds(1),
                        Instant.now().plus(Duration.ofMinutes(minutes)));
    }

    @Test
    @Tag("S2-03")
    void tellsEverybodyWhenTheTimeToDecideIsOverAlsoWhenSomebodyTookTheTask() {
        String incident = world.alert(MAJOR);
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();
        world.as(CARLA, () -> engine.getTaskService().claim(task, "carla"));
        int minutes = (Integer) world.variable("decide-incident", "decideWithin");

        world.pass(Duration.ofMinutes(minutes).minusSeconds(30));
        world.escalateAll("userTask_chooseAction");
        assertThat(world.evidence(incident, "decisionOverdue")).isEmpty();
        world.pass(Duration.ofMinutes(1));
        world.escalateAll("userTask_chooseAction");

        assertThat(world.evidence(incident, "escalateTask")).isEmpty();
        assertThat(world.evidence(incident, "decisionOverdue"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.seen())
                        .isEqualTo("'carla' has taken it and has not decided; 'tech-lead' may decide it too, told:"
                                + " incident-commander,on-call,tech-lead"));
        assertThat(world.task("userTask_chooseAction")).isAssignedTo("carla").hasCandidateGroupAssociated("tech-lead");
        assertThat(count("select count(*) from notice where occasion = 'TASK_OVERDUE' and incident_id = '" + incident
                        + "'"))
                .isPositive();
    }

    @Test
    void withdrawsTheQuestionWhenNothingFiresAnyMore() {
        String incident = world.alert(MAJOR);
        world.goOn();
        world.task("userTask_chooseAction");

        world.resolved();
        world.goOn();

        assertThat(world.process("decide-incident"))
                .hasPassed("event_resolvedWhileAsked", "endEvent_alertsResolved")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.RESOLVED_BY_ITSELF);
        assertThat(world.standsAt()).isEmpty();
    }

    @Test
    void withdrawsTheQuestionAndRollsBackWhenItGetsWorse() {
        String incident = world.alert(MAJOR);
        world.goOn();

        world.alert(CRITICAL);
        world.goOnTo("serviceTask_acquireLock");

        assertThat(world.process("decide-incident")).hasPassed("event_worseWhileAsked", "endEvent_rollbackDecided");
        assertThat(world.evidence(incident, "decideRollback")).hasSize(2);
        assertThat(world.last(incident, "weighIncident").seen()).contains("it got worse: CRITICAL, ROLL_BACK");
    }

    @Test
    void missesNoWorseAlertThatComesBeforeItWaits() {
        String incident = world.alert(MINOR);
        world.goOnTo("serviceTask_gatherFacts");
        world.alert(CRITICAL);
        assertThat(world.weigh()).isZero();

        world.goOnTo("serviceTask_acquireLock");

        assertThat(world.evidence(incident, "decideRollback"))
                .singleElement()
                .satisfies(entry -> assertThat(entry.seen()).contains("CRITICAL", "ROLL_BACK"));
    }

    @Test
    void missesNoEndThatComesBeforeItWaits() {
        String incident = world.alert(MINOR);
        world.goOnTo("serviceTask_gatherFacts");
        world.resolved();
        assertThat(world.weigh()).isZero();

        world.goOn();

        assertThat(world.process("decide-incident"))
                .hasPassed("endEvent_alertsResolved")
                .isEnded();
        assertThat(world.state(incident)).isEqualTo(Incidents.State.RESOLVED_BY_ITSELF);
    }

    @Test
    @Tag("S3-10")
    void asksAnewWhenTheSameBefallsAnotherService() {
        String incident = world.alert(Map.of("symptom", "memory_leak", "service", "api"));
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();

        world.alert(Map.of("symptom", "memory_leak", "service", "web"));
        world.goOn();

        assertThat(world.task("userTask_chooseAction").getId()).isNotEqualTo(task);
        assertThat(world.last(incident, "weighIncident").seen()).contains("scope FULL");
    }

    @Test
    void tellsTheProcessNothingThatIsNoStricter() {
        world.alert(MAJOR);
        world.goOn();
        String task = world.task("userTask_chooseAction").getId();

        world.alert(MAJOR);
        world.alert(MINOR);
        world.goOn();

        assertThat(world.task("userTask_chooseAction").getId()).isEqualTo(task);
    }

    @Test
    @Tag("S4-04")
    void asksAPersonWhenAnAlertThatNoRuleKnowsJoinsOneThatIsOnlyWatched() {
        String incident = world.alert(MINOR);
        world.goOn();

        world.alert(UNMATCHED);
        world.goOn();

        assertThat(world.process("decide-incident")).hasPassed("event_incidentWorsened");
        assertThat(world.task("userTask_chooseAction")).isNotNull();
        assertThat(world.variable("decide-incident", "decideWithin")).isEqualTo(15);
        assertThat(world.last(incident, "decideRollback").seen()).contains("EVALUATE");
    }

    @Test
    @Tag("S4-04")
    void countsNoStandInForHiddenAlertsThatSaysNothing() {
        ManagedSystem shop = catalogue.find("shop");
        Alert shown = alert("a", MINOR);
        Alert hidden = alert("hidden/1/shop", Map.of("service", "api"));
        Alert strange = alert("b", Map.of());
        Alert telling = alert("hidden/1/shop", Map.of("symptom", "CRASH"));

        assertThat(weighed(shop, shown, hidden)).containsExactly("0");
        assertThat(weighed(shop, shown, strange)).containsExactly("0", "1");
        assertThat(weighed(shop, shown, telling)).containsExactly("0", "1");
        assertThat(weighed(shop, hidden)).as("nothing else fires").containsExactly("0");
    }

    private static Alert alert(String series, Map<String, String> labels) {
        return new Alert("alertmanager", series, series, Alert.Status.FIRING, "t", Instant.now(), labels, Map.of());
    }

    private static List<String> weighed(ManagedSystem system, Alert... alerts) {
        Map<Long, Alert> byId = new LinkedHashMap<>();
        for (Alert each : alerts) {
            byId.put((long) byId.size(), each);
        }
        return IncidentFacts.of(byId, system, Instant.now()).stream()
                .map(AlertFacts::alert)
                .toList();
    }

    @Test
    void opensNoNewIncidentForAWhileWhenAPersonFixesForwardUnlessItIsWorse() {
        String first = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", CARLA, Map.of("chosenAction", "FIX_FORWARD", "reason", "1.1 is ready"));
        assertThat(world.process("decide-incident")).hasPassed("endEvent_fixForwardChosen");

        assertThat(world.alert(MAJOR)).isEqualTo(first);
        assertThat(text("select reason from alert where state = 'WAITING'"))
                .startsWith("people mend it since " + first);

        world.database
                .sql("update incident set quiet_until = now() - interval '1 second'")
                .update();
        world.database
                .sql("update alert set try_at = now() - interval '1 second'")
                .update();
        world.dispatch();
        assertThat(count("select count(*) from incident")).isEqualTo(2);
    }

    @Test
    void opensANewIncidentAtOnceWhenItIsWorseThanWhatAPersonFixesForward() {
        String first = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", CARLA, Map.of("chosenAction", "FIX_FORWARD", "reason", "1.1 is ready"));

        assertThat(world.alert(CRITICAL)).isNotEqualTo(first);
    }

    @Test
    void keepsTheWordOfASwapBackWhenTheLastWatchEnds() {
        world.database
                .sql(
                        "insert into incident (id, system_id, title, state) values ('INC-1', 'shop', 'bad', 'SWAPPED_BACK')")
                .update();

        world.incidents.closed("INC-1");
        world.incidents.ended("INC-1", Incidents.State.CLOSED);

        assertThat(world.state("INC-1")).isEqualTo(Incidents.State.SWAPPED_BACK);
        assertThat(world.incidents.find("INC-1").orElseThrow().closedAt()).isNotNull();
    }

    private long count(String sql) {
        return world.database.sql(sql).query(Long.class).single();
    }

    private String text(String sql) {
        return world.database.sql(sql).query(String.class).single();
    }
}
