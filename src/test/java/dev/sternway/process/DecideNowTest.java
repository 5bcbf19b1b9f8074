package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.DORA;
import static dev.sternway.process.Person.OLLI;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CRASH;
import static dev.sternway.process.ProcessWorld.MAJOR;
import static dev.sternway.process.ProcessWorld.MINOR;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** A person ends the monitoring of an incident before its time is over. */
class DecideNowTest extends ProcessTest {
    @Autowired
    DecideNow decideNow;

    private void decides(Person person, String incident, String reason) {
        world.hire(person);
        world.as(person, () -> decideNow.decide(world.incidents.find(incident).orElseThrow(), person.id(), reason));
    }

    private Refusal refused(Person person, String incident, String reason) {
        return catchThrowableOfType(Refusal.class, () -> decides(person, incident, reason));
    }

    @Test
    void opensTheChoiceAtOnceAndKeepsWhoAndWhy() {
        String incident = world.alert(MINOR);
        world.goOn();

        decides(OLLI, incident, "customers call");
        world.goOn();

        assertThat(world.process("decide-incident"))
                .hasPassed("event_monitoringEnded")
                .isWaitingAt("userTask_chooseAction");
        assertThat(world.state(incident)).isEqualTo(Incidents.State.WAITING_FOR_PEOPLE);
        assertThat(world.last(incident, "decideNow").actor()).isEqualTo("olli");
        assertThat(world.last(incident, "decideNow").seen()).endsWith("customers call");

        Refusal late = refused(CARLA, incident, "me too");
        assertThat(late.code()).isEqualTo(ErrorCode.DECIDED_ALREADY);
        assertThat(late).hasMessageContaining("'olli' ended the monitoring of '" + incident + "' at ");
    }

    @Test
    void endsWhatAPersonChoseToMonitorToo() {
        String incident = world.alert(MAJOR);
        world.goOn();
        world.complete("userTask_chooseAction", CARLA, Map.of("chosenAction", "MONITOR"));

        decides(THEO, incident, "it does not get better");

        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }

    @Test
    void isForThoseWhoDecide() {
        String incident = world.alert(MINOR);
        world.goOn();

        assertThat(refused(DORA, incident, "now").code()).isEqualTo(ErrorCode.ROLE_MISSING);
        assertThat(refused(CARLA, incident, "  ").code()).isEqualTo(ErrorCode.REQUEST_INVALID);
        assertThat(world.process("decide-incident")).isWaitingAt("gateway_monitoring");
        assertThat(world.evidence(incident, "decideNow")).isEmpty();
    }

    @Test
    void leavesARollbackAlone() {
        String incident = world.alert(CRASH);

        Refusal refusal = refused(CARLA, incident, "now");

        assertThat(refusal.code()).isEqualTo(ErrorCode.NOT_MONITORED);
        assertThat(refusal).hasMessageContaining(world.state(incident).name());
    }

    @Test
    void letsOneOfTwoPeopleWin() throws Exception {
        String incident = world.alert(MINOR);
        world.goOn();
        world.hire(CARLA);
        world.hire(OLLI);
        CyclicBarrier start = new CyclicBarrier(2);
        ExecutorService two = Executors.newFixedThreadPool(2);
        List<Future<Refusal>> answers = new ArrayList<>();
        for (Person person : List.of(CARLA, OLLI)) {
            answers.add(two.submit(() -> {
                start.await();
                return refused(person, incident, "now");
            }));
        }
        two.shutdown();
        assertThat(two.awaitTermination(30, TimeUnit.SECONDS)).isTrue();

        List<Refusal> refusals = new ArrayList<>();
        for (Future<Refusal> answer : answers) {
            refusals.add(answer.get());
        }
        assertThat(refusals).containsOnlyOnce((Refusal) null);
        assertThat(refusals)
                .filteredOn(each -> each != null)
                .extracting(Refusal::code)
                .containsExactly(ErrorCode.DECIDED_ALREADY);
        assertThat(world.evidence(incident, "decideNow")).hasSize(1);
        assertThat(world.process("decide-incident")).isWaitingAt("userTask_chooseAction");
    }
}
