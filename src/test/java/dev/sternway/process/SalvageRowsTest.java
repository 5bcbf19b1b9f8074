package dev.sternway.process;

import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.CLEO;
import static dev.sternway.process.Person.OLGA;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.TINA;
import static dev.sternway.process.Person.VERA;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.sentBack;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Papers;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Salvages;
import dev.sternway.plan.Salvages.Salvage;
import dev.sternway.plan.Salvages.State;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage.Fate;
import dev.sternway.process.FakeShop.Harm;
import dev.sternway.step.FakeRowSalvage;
import dev.sternway.step.salvage.RowSalvages;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/**
 * What follows a restore: {@code report-data-loss} with its three tasks (S4-18), {@code salvage-rows} and
 * {@code undo-salvage} with every end, and who may.
 */
@Tag("S4-18")
class SalvageRowsTest extends ProcessTest {
    private static final String CHOOSE = "userTask_chooseSalvage";
    private static final String APPROVE = "userTask_approveSalvage";
    private static final Map<String, Object> MISSING =
            Map.of("decision", "SALVAGE", "chosenTables", "public.orders", "chosenRows", "ONLY_MISSING");
    private static final Map<String, Object> YES = Map.of("decision", "APPROVE");
    private static final Map<String, Object> NO = Map.of("decision", "REJECT", "reason", "not now");

    @Autowired
    Salvages salvages;

    @Autowired
    SalvageRuns runs;

    @Autowired
    RowSalvages step;

    @Autowired
    Papers papers;

    @Autowired
    Locks locks;

    @Autowired
    RuntimeService runtime;

    private final FakeRowSalvage rows = new FakeRowSalvage();
    private String incident;

    @BeforeEach
    void restore() {
        shop.store.salvage = rows;
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        incident = world.alert(CORRUPTION);
        world.goOn();
        world.complete(
                "userTask_confirmDataLoss",
                CARLA,
                Map.of("decision", "APPROVE", "phrase", ConfirmDataLossListener.PHRASE));
        world.submit("userTask_approveDataLoss", THEO, YES);
        world.goOn();
    }

    @AfterEach
    void noSalvage() {
        shop.store.salvage = null;
    }

    private String report() {
        return papers.find(incident, Papers.DATA_LOSS_REPORT).orElseThrow();
    }

    private Salvage last() {
        return salvages.of(incident).get(0);
    }

    private static void forbidden(org.assertj.core.api.ThrowableAssert.ThrowingCallable submitting) {
        assertThatThrownBy(submitting).isInstanceOf(org.camunda.bpm.engine.AuthorizationException.class);
    }

    private void chooseAndApprove() {
        world.complete(CHOOSE, THEO, MISSING);
        world.complete(APPROVE, CARLA, YES);
    }

    @Test
    void closesTheIncidentWhateverIsStillToBeDoneAboutTheLoss() {
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(world.standsAt())
                .containsExactlyInAnyOrder(
                        "userTask_notifyUsers",
                        "userTask_reviewLostTransactions",
                        "userTask_judgeManualRecovery",
                        "callActivity_salvageRows",
                        CHOOSE);
        assertThat(world.task("userTask_notifyUsers").getDueDate())
                .isBefore(world.task("userTask_reviewLostTransactions").getDueDate());
        assertThat(report())
                .contains("# Data loss report " + incident)
                .contains("| Notify users | open |", "| Review lost transactions | open |")
                .contains("| Manual recovery needed? | open |")
                .contains("`public.orders` | 1 | 1 |")
                .contains("**Backup used** | `")
                .contains("carla and theo");
    }

    @Test
    void writesTheReportAgainWithWhoDidWhatAndWhen() {
        sentBack(() -> world.submit("userTask_notifyUsers", CARLA, Map.of("decision", "DONE")));
        forbidden(() -> world.submit("userTask_notifyUsers", VERA, Map.of("decision", "DONE", "reason", "x")));
        world.complete("userTask_notifyUsers", CARLA, Map.of("decision", "DONE", "reason", "mailed 12 | users"));
        assertThat(report())
                .contains("| Notify users | done | carla | ", "mailed 12 \\| users")
                .contains("| Review lost transactions | open |");

        world.complete(
                "userTask_reviewLostTransactions", THEO, Map.of("decision", "DONE", "reason", "two orders matter"));
        world.complete("userTask_judgeManualRecovery", THEO, Map.of("decision", "NOT_NEEDED", "reason", "salvaged"));
        assertThat(report())
                .contains("| Manual recovery needed? | not needed | theo | ")
                .doesNotContain("| open |");
        assertThat(papers.versions(incident, Papers.DATA_LOSS_REPORT)).hasSize(4);
        assertThat(world.standsAt()).containsExactly("callActivity_salvageRows", CHOOSE);
    }

    @Test
    void bringsRowsBackOnceTwoPeopleAgreed() {
        assertThat(world.task(CHOOSE).getName()).isEqualTo("Choose rows to bring back");
        world.complete(CHOOSE, THEO, MISSING);
        sentBack(() -> world.submit(APPROVE, THEO, YES));
        forbidden(() -> world.submit(APPROVE, OLGA, YES));
        assertThat(rows.live).isEmpty();
        assertThat(last().state()).isEqualTo(State.CHOSEN);

        world.complete(APPROVE, CARLA, YES);

        assertThat(rows.live).containsExactly("public.orders missing");
        assertThat(last().state()).isEqualTo(State.APPLIED);
        assertThat(last().inserted()).isEqualTo(2);
        assertThat(last().leftOut()).isEqualTo(1);
        assertThat(last().chosenBy()).isEqualTo("theo");
        assertThat(last().approvedBy()).isEqualTo("carla");
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.last(incident, "applySalvage").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(report()).contains("| Bring rows back | done |", "2 rows inserted");
        assertThat(world.standsAt()).doesNotContain(CHOOSE, APPROVE);
    }

    @Test
    void takesOnlyWhatIsOffered() {
        for (Map<String, Object> wrong : List.<Map<String, Object>>of(
                Map.of("decision", "SALVAGE", "chosenTables", "public.orders"),
                Map.of("decision", "SALVAGE", "chosenTables", "", "chosenRows", "ALL"),
                Map.of("decision", "SALVAGE", "chosenTables", "public.nothing", "chosenRows", "ALL"),
                Map.of("decision", "SALVAGE", "chosenTables", "public.notes", "chosenRows", "ALL"),
                Map.of("decision", "EVERYTHING"))) {
            sentBack(() -> world.submit(CHOOSE, THEO, wrong));
        }
        forbidden(() -> world.submit(CHOOSE, OLGA, MISSING));
        assertThat(salvages.of(incident)).isEmpty();
        assertThat(world.standsAt()).contains(CHOOSE);
    }

    @Test
    void goesBackToTheChoiceWhenItIsRejectedAndEndsWhenNothingIsWanted() {
        world.complete(CHOOSE, THEO, MISSING);
        world.complete(APPROVE, CARLA, NO);
        assertThat(last().state()).isEqualTo(State.REJECTED);
        assertThat(world.standsAt()).contains(CHOOSE);

        world.complete(CHOOSE, THEO, Map.of("decision", "LOOK_AGAIN"));
        assertThat(world.evidence(incident, "findLostRows")).hasSize(2);
        world.complete(CHOOSE, THEO, Map.of("decision", "NOTHING"));
        assertThat(world.standsAt()).doesNotContain(CHOOSE);
        assertThat(rows.live).isEmpty();
    }

    @Test
    void isNotOfferedWhenTheLiveDatabaseHasEveryRow() {
        world.complete(CHOOSE, THEO, Map.of("decision", "NOTHING"));
        rows.found = List.of();

        look(THEO);

        assertThat(runs.status(incident).step()).isEqualTo(SalvageRuns.Step.IDLE);
    }

    private void look(Person person) {
        world.as(person, () -> runs.look(world.incidents.find(incident).orElseThrow(), person.id()));
        world.goOn();
    }

    @Test
    void canBeBegunLaterAsLongAsTheFailedDatabaseIsKept() {
        world.complete(CHOOSE, THEO, Map.of("decision", "NOTHING"));
        assertThat(catchThrowableOfType(Refusal.class, () -> look(VERA)).code()).isEqualTo(ErrorCode.ROLE_MISSING);

        look(OLGA);
        assertThat(runs.status(incident).step()).isEqualTo(SalvageRuns.Step.CHOICE);
        world.as(THEO, () -> runs.choose(incident, "theo", List.of("orders/public.orders"), false));
        world.goOn();
        assertThat(runs.status(incident).step()).isEqualTo(SalvageRuns.Step.APPROVAL);
        world.complete(APPROVE, CLEO, YES);
        assertThat(rows.live).containsExactly("public.orders all");

        shop.store.databases.remove(StoreNames.kept(FakeShop.shop().store("orders"), incident));
        look(OLGA);
        assertThat(runs.status(incident).step()).isEqualTo(SalvageRuns.Step.IDLE);
        assertThat(world.last(incident, "findLostRows").seen()).contains("no database is kept");
    }

    @Test
    void isRefusedWhileAnotherIncidentRunsOrTheSystemIsLocked() {
        world.complete(CHOOSE, THEO, MISSING);
        locks.take("shop", "INC-1", "x", "rollback of incident INC-1");
        world.complete(APPROVE, CARLA, YES);
        assertThat(runs.status(incident).note()).contains("SYSTEM_LOCKED", "INC-1");
        assertThat(world.standsAt()).contains(CHOOSE);
        assertThat(locks.find("shop").orElseThrow().incidentId()).isEqualTo("INC-1");
        locks.release("shop", "INC-1");

        world.incidents.open("shop", "another one", java.time.Instant.now()).orElseThrow();
        chooseAndApprove();
        assertThat(runs.status(incident).note()).contains("INCIDENT_RUNNING");
        assertThat(rows.live).isEmpty();
        assertThat(locks.find("shop")).isEmpty();
    }

    @Test
    void neitherDoublesNorLosesWhenItIsKilledBeforeOrAfterTheCommit() {
        long id = approved();
        rows.beforeCommit = () -> {
            throw new OutsideException("killed before the commit");
        };
        assertThatThrownBy(() -> step.apply(FakeShop.shop(), id, (percent, doing) -> {}))
                .hasMessageContaining("before the commit");
        assertThat(last().state()).isEqualTo(State.PREPARED);
        rows.fates.replaceAll((transaction, fate) -> Fate.RUNNING);
        assertThatThrownBy(() -> step.apply(FakeShop.shop(), id, (percent, doing) -> {}))
                .isInstanceOf(OutsideException.class)
                .hasMessageContaining("still under way");
        rows.fates.replaceAll((transaction, fate) -> Fate.ABORTED);
        rows.beforeCommit = () -> {};

        assertThat(step.apply(FakeShop.shop(), id, (percent, doing) -> {}).outcome())
                .isEqualTo(Evidence.Outcome.PROVED);
        assertThat(rows.live).hasSize(1);
        // Killed after the commit, before the register knew.
        world.database.sql("update salvage set state = 'PREPARED'").update();
        assertThat(step.apply(FakeShop.shop(), id, (percent, doing) -> {}).outcome())
                .isEqualTo(Evidence.Outcome.ALREADY);
        assertThat(step.apply(FakeShop.shop(), id, (percent, doing) -> {}).outcome())
                .isEqualTo(Evidence.Outcome.ALREADY);
        assertThat(rows.live).hasSize(1);
        assertThat(last().inserted()).isEqualTo(2);
    }

    @Test
    void forgetsWhatWasWrittenDownWhenItLosesTheSystemBeforeTheCommit() {
        rows.beforeCommit = () -> {
            locks.release("shop", LockOwner.of(incident, LockOwner.SALVAGE));
            locks.take("shop", "INC-1", "x", "rollback of incident INC-1");
        };

        chooseAndApprove();

        assertThat(rows.live).isEmpty();
        assertThat(last().state()).isEqualTo(State.REJECTED);
        assertThat(runs.status(incident).note()).contains("SYSTEM_LOCKED");
        assertThat(world.standsAt()).contains(CHOOSE);
        assertThat(locks.find("shop").orElseThrow().incidentId()).isEqualTo("INC-1");
    }

    private long approved() {
        long id = salvages.choose(incident, "shop", "orders", List.of("public.orders"), true, 2, "theo");
        salvages.approve(id, "carla", java.time.Duration.ofMinutes(15));
        return id;
    }

    @Test
    void readsTheApprovalRightBeforeItWrites() {
        long id = salvages.choose(incident, "shop", "orders", List.of("public.orders"), true, 2, "theo");
        assertThat(refused(id)).isEqualTo(ErrorCode.APPROVAL_MISSING);
        salvages.approve(id, "theo", java.time.Duration.ofMinutes(15));
        assertThat(refused(id)).isEqualTo(ErrorCode.SAME_PERSON);
        salvages.approve(id, "carla", java.time.Duration.ofMinutes(-1));
        assertThat(refused(id)).isEqualTo(ErrorCode.APPROVAL_EXPIRED);
        assertThat(rows.live).isEmpty();
    }

    private ErrorCode refused(long id) {
        return catchThrowableOfType(Refusal.class, () -> step.apply(FakeShop.shop(), id, (percent, doing) -> {}))
                .code();
    }

    private void askUndo(Person person) {
        world.as(person, () -> runs.undo(world.incidents.find(incident).orElseThrow(), person.id(), "wrong rows"));
        world.goOn();
    }

    @Test
    void isUndoneOnceAnotherPersonAgreed() {
        chooseAndApprove();
        askUndo(THEO);
        sentBack(() -> world.submit(APPROVE, THEO, YES));
        world.complete(APPROVE, TINA, NO);
        assertThat(last().state()).isEqualTo(State.APPLIED);

        askUndo(THEO);
        world.complete(APPROVE, TINA, YES);

        assertThat(rows.live).isEmpty();
        assertThat(last().state()).isEqualTo(State.UNDONE);
        assertThat(last().undoApprovedBy()).isEqualTo("tina");
        assertThat(locks.find("shop")).isEmpty();
        assertThat(report()).contains("| Undo the salvage | done |");
        assertThat(catchThrowableOfType(Refusal.class, () -> askUndo(THEO)).code())
                .isEqualTo(ErrorCode.SALVAGE_CHOICE_INVALID);
    }

    @Test
    void isNotUndoneInAnotherDatabaseThanItWasWrittenInto() {
        chooseAndApprove();
        askUndo(THEO);
        shop.live().identity = "4711";

        world.complete(APPROVE, TINA, YES);

        assertThat(world.last(incident, "undoSalvage").seen()).contains("4711", "were written into");
        assertThat(last().state()).isEqualTo(State.APPLIED);
        assertThat(locks.find("shop")).isEmpty();
        assertThat(world.standsAt()).doesNotContain(APPROVE);
    }

    @Test
    void freesTheSystemWhenTheInstanceIsDeleted() {
        world.complete(CHOOSE, THEO, MISSING);
        world.submit(APPROVE, CARLA, YES);
        world.goOnTo("serviceTask_applySalvage");
        assertThat(locks.find("shop").orElseThrow().incidentId()).contains("salvage");

        runtime.deleteProcessInstance(world.process("report-data-loss").getId(), "by hand");

        assertThat(locks.find("shop")).isEmpty();
    }
}
