package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.CLEO;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.sentBack;
import static dev.sternway.process.RollbackSystemTest.phrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.evidence.Evidence;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** Nobody agrees to a backup that is not proved, unless a glass was broken for it (S1-17, S4-05). */
@Tag("S1-17")
@Tag("S4-05")
class UnprovedBackupTest extends ProcessTest {
    private static final String CONFIRM = "userTask_confirmDataLoss";
    private static final String APPROVE = "userTask_approveDataLoss";
    private static final Map<String, Object> YES = Map.of("decision", "APPROVE");
    private static final String FAULT = "index 'orders_pkey' is not valid";

    @Autowired
    BackupProofs proofs;

    @Autowired
    BackupLedger backups;

    @Autowired
    BackupProcesses processes;

    @Autowired
    BreakGlass glass;

    private String set;
    private String failed;

    @BeforeEach
    void rowsAreDamaged() {
        world.snapshot("shop");
        set = backups.list("shop").get(0).id();
        failed = shop.live().identity;
        shop.harms.add(Harm.ROWS);
    }

    @AfterEach
    void nothingIsWrongAnyMore() {
        shop.store.trialFaults.clear();
    }

    private String waitsForPeople() {
        shop.upgrade();
        String incident = world.alert(CORRUPTION);
        world.goOn();
        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        return incident;
    }

    private ErrorCode openedBy(Person person, String incident) {
        return catchThrowableOfType(Refusal.class, () -> glass.open(incident, person.id(), "no other backup"))
                .code();
    }

    private Object told() {
        return world.variable("level-3-restore-system", "lossSummary");
    }

    @Test
    void theIncidentsOwnLoadIsTheProofOfABackupThatNobodyTriedBefore() {
        assertThat(proofs.of(set).state()).isEqualTo(State.UNPROVED);

        String incident = waitsForPeople();

        assertThat(world.last(incident, "lookAtCopy").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(world.last(incident, "lookAtCopy").seen()).contains("1 index valid");
        assertThat(proofs.of(set).state()).isEqualTo(State.PROVED);
        assertThat(proofs.trials("shop", "orders")).hasSize(1);
        assertThat((String) told()).startsWith("Backup '" + set + "' is proved");
        world.complete(CONFIRM, CARLA, phrase());
        world.complete(APPROVE, THEO, YES);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
    }

    @Test
    void whatATrialHasProvedIsNotLookedAtAgain() {
        processes.prove(set, true, "carla");
        world.goOn();

        String incident = waitsForPeople();

        assertThat(world.last(incident, "lookAtCopy").outcome()).isEqualTo(Evidence.Outcome.ALREADY);
        assertThat(proofs.trials("shop", "orders")).hasSize(1);
        assertThat(world.plan(incident).step("loadStoreBeside", "orders").now()).contains(", proved on 2");
    }

    @Test
    void aCopyThatIsNotWholeIsApprovedOnlyAfterAGlassWasBrokenForIt() {
        shop.store.trialFaults.add(FAULT);
        String incident = waitsForPeople();
        assertThat((String) told())
                .startsWith("Backup '" + set + "' IS NOT PROVED")
                .contains(FAULT);
        assertThat(proofs.of(set).state()).isEqualTo(State.FAILED);

        Refusal refused = sentBack(() -> world.submit(CONFIRM, CARLA, phrase()));
        assertThat(refused.code()).isEqualTo(ErrorCode.BACKUP_NOT_PROVED);
        assertThat(refused.explanation()).contains(set, FAULT, "break-glass " + incident);
        assertThat(shop.live().identity).isNotNull();
        assertThat(shop.store.done).noneMatch(each -> each.startsWith("swap"));
        world.hire(OLGA);
        world.hire(THEO);
        assertThat(openedBy(OLGA, incident)).isEqualTo(ErrorCode.ROLE_MISSING);

        glass.open(incident, THEO.id(), "there is no other backup");

        assertThat(world.last(incident, "breakGlass").seen())
                .contains("'theo' broke the glass, two people may approve it although", FAULT);
        assertThat(world.process("review-break-glass")).isWaitingAt("userTask_reviewBreakGlass");
        world.complete(CONFIRM, CARLA, phrase());
        assertThat(sentBack(() -> world.submit(APPROVE, Person.BOTH, Map.of("decision", "?")))
                        .code())
                .isEqualTo(ErrorCode.DECISION_MISSING);
        world.complete(APPROVE, CLEO, YES);
        assertThat(shop.live().identity).isNotEqualTo(failed);
        assertThat(world.evidence(incident, "swapStore")).hasSize(1);
    }

    @Test
    void noGlassIsNeededForABackupThatIsProved() {
        String incident = waitsForPeople();
        world.hire(THEO);

        assertThat(openedBy(THEO, incident)).isEqualTo(ErrorCode.BREAK_GLASS_REFUSED);
    }

    @Test
    void whoRejectsItGetsTheBackupBeforeIt() {
        world.snapshot("shop", Duration.ofMinutes(30));
        String newer = backups.list("shop").get(0).id();
        shop.store.trialFaults.add(FAULT);
        String incident = waitsForPeople();
        assertThat(world.plan(incident).backupId()).isEqualTo(newer);

        shop.store.trialFaults.clear();
        world.complete(CONFIRM, CARLA, Map.of("decision", "REJECT", "reason", "take the one before"));
        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));

        assertThat(world.plan(incident).backupId()).isEqualTo(set);
        assertThat(world.last(incident, "lookAtCopy").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(world.last(incident, "lookAtCopy").wanted()).contains(set);
    }

    @Test
    void whoRejectsTheOnlyOneIsOfferedItAgainAndMayHaveTheGlassBroken() {
        shop.store.trialFaults.add(FAULT);
        String incident = waitsForPeople();
        world.complete(CONFIRM, CARLA, Map.of("decision", "REJECT", "reason", "take the one before"));
        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));

        assertThat(world.plan(incident).backupId()).isEqualTo(set);
        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        assertThat(world.last(incident, "lookAtCopy").outcome()).isEqualTo(Evidence.Outcome.NOT_MET);
    }
}
