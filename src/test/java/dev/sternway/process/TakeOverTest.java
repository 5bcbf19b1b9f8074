package dev.sternway.process;

import static dev.sternway.process.Person.DORA;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CRITICAL;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.alert.Incidents;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A rollback that a person asks for while an incident of the system only watches. */
class TakeOverTest extends ProcessTest {
    @Autowired
    Rollbacks rollbacks;

    @Autowired
    RuntimeService runtime;

    @Autowired
    ExternalTaskService externalTasks;

    @BeforeEach
    void upgraded() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.FEATURE);
        world.hire(OLGA);
        world.hire(DORA);
    }

    private String asks(Person person) {
        Rollbacks.Started started = rollbacks.request(
                RollbackRequest.of(Map.of("systems", "shop", "release", "1.0", "reason", "it is bad again")),
                person.id(),
                null);
        return started.incidents().get("shop");
    }

    private List<String> open() {
        return world.database
                .sql("select id from incident where ended_at is null")
                .query(String.class)
                .list();
    }

    @Test
    void endsTheLastWatchOfAClosedIncidentAndBegins() {
        String closed = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");
        shop.harms.add(Harm.CODE);

        String begun = asks(DORA);

        assertThat(begun).isNotEqualTo(closed);
        assertThat(open()).containsExactly(begun);
        assertThat(world.state(closed)).isEqualTo(Incidents.State.CLOSED);
        assertThat(externalTasks
                        .createExternalTaskQuery()
                        .topicName("watchStability")
                        .count())
                .isZero();
        assertThat(world.last(closed, "takeOver").seen())
                .startsWith("ended by a new request of 'dora', REQ-")
                .endsWith("it goes on in " + begun);
        assertThat(world.last(closed, "takeOver").actor()).isEqualTo("dora");
        assertThat(world.last(begun, "takeOver").seen()).contains(closed);

        world.goOn();
        world.complete("userTask_approveRollback", THEO, Map.of("decision", "APPROVE"));

        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(begun)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.ledger.firstBreak(closed)).isEmpty();
    }

    @Test
    void handsWhatBeganAfterTheProofToTheNewIncident() {
        String closed = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");
        world.pass(Duration.ofSeconds(5));
        world.alertNow(MINOR);

        String begun = asks(OLGA);
        world.dispatch();

        assertThat(open()).containsExactly(begun);
        assertThat(world.database
                        .sql("select incident_id from alert order by id")
                        .query(String.class)
                        .list())
                .containsExactly(closed, begun);
    }

    @Test
    void endsWhatIsMonitoredAndGoesOnWithWhatFires() {
        String monitored = world.alert(MINOR);
        world.goOn();
        world.alert(MINOR);

        String begun = asks(OLGA);
        world.dispatch();

        assertThat(open()).containsExactly(begun);
        assertThat(world.state(monitored)).isEqualTo(Incidents.State.ENDED_BY_HAND);
        assertThat(world.last(monitored, "takeOver").seen()).contains("'olga'", begun);
        assertThat(world.database
                        .sql("select facts ->> 'next' from notice where incident_id = ? and occasion = 'ENDED_BY_HAND'")
                        .param(monitored)
                        .query(String.class)
                        .single())
                .isEqualTo(begun);
        assertThat(world.database
                        .sql("select incident_id from alert order by id")
                        .query(String.class)
                        .list())
                .containsExactly(monitored, begun);
        assertThat(world.database
                        .sql("select count(*) from incident where quiet_until is not null")
                        .query(Long.class)
                        .single())
                .as("nothing is kept quiet")
                .isZero();
        world.goOn();
        assertThat(world.standsAt()).contains("userTask_approveRollback");
    }

    @Test
    void leavesAloneWhatWaitsForPeopleOrIsNotClosedYet() {
        String incident = world.alert(MAJOR);
        world.goOn();
        assertThat(catchThrowableOfType(IncidentRunning.class, () -> asks(OLGA)).incidentId())
                .isEqualTo(incident);
        assertThat(world.standsAt()).contains("userTask_chooseAction");
    }

    @Test
    void leavesTheWatchBeforeCloseAlone() {
        String incident = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchBeforeClose");

        assertThat(catchThrowableOfType(IncidentRunning.class, () -> asks(OLGA)).incidentId())
                .isEqualTo(incident);
        assertThat(world.standsAt()).containsExactly("serviceTask_watchBeforeClose");
    }

    @Test
    void endsNothingWhenAGateIsRed() {
        String closed = world.alert(CRITICAL);
        world.goOnTo("serviceTask_watchAfterClose");

        Refusal refusal = catchThrowableOfType(
                Refusal.class,
                () -> rollbacks.request(
                        RollbackRequest.of(Map.of("systems", "shop", "release", "0.9", "reason", "no such release")),
                        "olga",
                        null));

        assertThat(refusal).isNotNull();
        assertThat(open()).containsExactly(closed);
        assertThat(world.standsAt()).containsExactly("serviceTask_watchAfterClose");
        assertThat(world.evidence(closed, "takeOver")).isEmpty();
    }

    @Test
    void runsOneIncidentOfASystemWhoeverComesAtOnce() throws Exception {
        String monitored = world.alert(MINOR);
        world.goOn();
        for (int i = 0; i < 5; i++) {
            world.alertWaits(CRITICAL);
        }
        CyclicBarrier start = new CyclicBarrier(3);
        List<Callable<Object>> all = List.of(() -> asked(OLGA, start), () -> asked(DORA, start), () -> {
            start.await();
            world.dispatch();
            return "";
        });
        ExecutorService three = Executors.newFixedThreadPool(3);
        List<Future<Object>> answers = new ArrayList<>();
        all.forEach(each -> answers.add(three.submit(each)));
        three.shutdown();
        assertThat(three.awaitTermination(60, TimeUnit.SECONDS)).isTrue();
        List<Object> begun = new ArrayList<>();
        for (Future<Object> answer : answers) {
            begun.add(answer.get());
        }

        world.dispatch();
        assertThat(open()).hasSize(1).doesNotContain(monitored);
        assertThat(begun).filteredOn(each -> each.toString().startsWith("INC-")).containsExactlyElementsOf(open());
        assertThat(runtime.createProcessInstanceQuery()
                        .processDefinitionKey("handle-incident")
                        .count())
                .isEqualTo(1);
        assertThat(world.database
                        .sql("select count(*) from alert where state = 'WAITING'")
                        .query(Long.class)
                        .single())
                .isZero();
    }

    private Object asked(Person person, CyclicBarrier start) throws Exception {
        start.await();
        try {
            return asks(person);
        } catch (IncidentRunning running) {
            return "refused for " + running.incidentId();
        }
    }
}
