package dev.sternway.process;

import static dev.sternway.process.Person.BOTH;
import static dev.sternway.process.Person.CARLA;
import static dev.sternway.process.Person.CHRIS;
import static dev.sternway.process.Person.CLEO;
import static dev.sternway.process.Person.THEO;
import static dev.sternway.process.Person.VERA;
import static dev.sternway.process.ProcessWorld.CORRUPTION;
import static dev.sternway.process.ProcessWorld.sentBack;
import static dev.sternway.process.RollbackSystemTest.phrase;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.evidence.Evidence;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.process.FakeShop.Harm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.camunda.bpm.engine.AuthorizationException;
import org.camunda.bpm.engine.TaskService;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code level-3-restore-system}: data is replaced only after two people accepted the measured loss (S4-16). */
class RestoreSystemTest extends ProcessTest {
    private static final String CONFIRM = "userTask_confirmDataLoss";
    private static final String APPROVE = "userTask_approveDataLoss";
    private static final Map<String, Object> YES = Map.of("decision", "APPROVE");
    private static final Map<String, Object> NO = Map.of("decision", "REJECT", "reason", "salvage first");

    @Autowired
    TaskService tasks;

    @Autowired
    dev.sternway.catalogue.BackupLedger backups;

    private String failed;

    @BeforeEach
    void rowsAreDamaged() {
        world.snapshot("shop");
        shop.upgrade();
        shop.harms.add(Harm.ROWS);
        failed = shop.live().identity;
    }

    private String waitsForPeople() {
        String incident = world.alert(CORRUPTION);
        world.goOn();
        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        return incident;
    }

    private void nothingIsReplaced() {
        assertThat(shop.live().identity).isEqualTo(failed);
        assertThat(shop.store.done).noneMatch(each -> each.startsWith("swap"));
        assertThat(shop.host.effects).isEmpty();
    }

    @Test
    @Tag("S4-16")
    void restoresAfterThePhraseOfOneAndTheApprovalOfAnother() {
        String incident = waitsForPeople();
        assertThat(shop.store.done.get(0)).isEqualTo("backUp orders");
        assertThat(shop.store.done.get(1)).startsWith("loadBeside ");
        assertThat((String) world.variable("level-3-restore-system", "lossSummary"))
                .contains("1 row only in the live database", "public.orders: 3 rows live, 2 in the backup");

        world.submit(CONFIRM, CARLA, phrase());
        nothingIsReplaced();
        world.submit(APPROVE, THEO, YES);
        nothingIsReplaced();
        world.goOn();

        assertThat(world.process("level-3-restore-system"))
                .hasPassedInOrder(
                        "serviceTask_createReplacement",
                        "serviceTask_stopService",
                        "serviceTask_measureFinalLoss",
                        "serviceTask_swapStore",
                        "serviceTask_proveStore",
                        "callActivity_revertService",
                        "endEvent_systemRestored")
                .isEnded();
        assertThat(shop.live().identity).isNotEqualTo(failed);
        assertThat(shop.store.databases.values()).anyMatch(kept -> kept.identity.equals(failed));
        assertThat(shop.api().imageId).isEqualTo(FakeShop.ONE);
        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(approvals()).containsExactly("PHRASE carla 7", "SECOND theo 7");
    }

    private List<String> approvals() {
        return world.database
                .sql("select kind || ' ' || user_id || ' ' || coalesce(loss_bound, -1) from approval"
                        + " where void_at is null order by id")
                .query(String.class)
                .list();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"confirm data loss", "CONFIRM DATA LOSS ", "CONFIRM  DATA LOSS", "CONFIRM DATALOSS", "", "yes"})
    @Tag("S4-16")
    void sendsAWrongPhraseBackAndTouchesNothing(String typed) {
        String incident = waitsForPeople();

        Refusal refusal = sentBack(() -> world.submit(CONFIRM, CARLA, Map.of("decision", "APPROVE", "phrase", typed)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PHRASE_WRONG);
        assertThat(refusal.explanation())
                .isEqualTo("the phrase is not 'CONFIRM DATA LOSS'; nothing was restored\n"
                        + "HINT: type exactly these words, or choose 'Do not restore'.");
        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        assertThat(world.last(incident, "confirmDataLoss").actor()).isEqualTo("carla");
        assertThat(world.last(incident, "confirmDataLoss").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
        assertThat(approvals()).isEmpty();
        nothingIsReplaced();
    }

    @Test
    void sendsThePhraseBackWhileTheLossIsNotMeasured() {
        world.alert(CORRUPTION);
        world.goOnTo("serviceTask_measureLoss");

        assertThat(sentBack(() -> world.submit(CONFIRM, CARLA, phrase())).code())
                .isEqualTo(ErrorCode.LOSS_NOT_MEASURED);

        world.goOn();
        world.complete(CONFIRM, CARLA, phrase());
        assertThat(world.process("level-3-restore-system")).isWaitingAt(APPROVE);
    }

    @Test
    void letsOnlyTheirGroupsDoTheTasks() {
        waitsForPeople();
        for (Person other : List.of(VERA, THEO, CLEO)) {
            assertThatThrownBy(() -> world.submit(CONFIRM, other, phrase())).isInstanceOf(AuthorizationException.class);
        }
        world.complete(CONFIRM, CARLA, phrase());
        for (Person other : List.of(VERA, CARLA, CHRIS)) {
            assertThatThrownBy(() -> world.submit(APPROVE, other, YES)).isInstanceOf(AuthorizationException.class);
        }
        assertThat(world.process("level-3-restore-system")).isWaitingAt(APPROVE);
        nothingIsReplaced();
    }

    @Test
    void looksAtTheSignedInUserAndNotAtTheAssignee() {
        String incident = waitsForPeople();
        tasks.setAssignee(world.task(CONFIRM).getId(), "vera");

        Refusal refusal = sentBack(() -> world.submit(CONFIRM, VERA, phrase()));

        assertThat(refusal.code()).isEqualTo(ErrorCode.ROLE_MISSING);
        assertThat(refusal.getMessage()).isEqualTo("'vera' is in [viewer] now, this needs one of [incident-commander]");
        assertThat(world.last(incident, "confirmDataLoss").outcome()).isEqualTo(Evidence.Outcome.REFUSED);

        world.submit(CONFIRM, CARLA, phrase());
        assertThat(approvals()).containsExactly("PHRASE carla 7");
    }

    @Test
    void sendsTheApprovalOfTheSamePersonBack() {
        String incident = waitsForPeople();
        world.complete(CONFIRM, BOTH, phrase());

        Refusal refusal = sentBack(() -> world.submit(APPROVE, BOTH, YES));

        assertThat(refusal.code()).isEqualTo(ErrorCode.SAME_PERSON);
        assertThat(refusal.getMessage()).isEqualTo("'bo' typed the phrase and cannot approve it too");
        assertThat(world.process("level-3-restore-system")).isWaitingAt(APPROVE);
        assertThat(world.last(incident, "approveDataLoss").actor()).isEqualTo("bo");
        nothingIsReplaced();
    }

    @Test
    void sendsBothBackWhenAnotherDatabaseStandsUnderTheName() {
        waitsForPeople();
        shop.live().identity = "99999";
        assertThat(sentBack(() -> world.submit(CONFIRM, CARLA, phrase())).code())
                .isEqualTo(ErrorCode.PLAN_CHANGED);

        shop.live().identity = failed;
        world.complete(CONFIRM, CARLA, phrase());
        shop.live().identity = "99999";

        Refusal refusal = sentBack(() -> world.submit(APPROVE, THEO, YES));
        assertThat(refusal.code()).isEqualTo(ErrorCode.PLAN_CHANGED);
        assertThat(refusal.getMessage()).contains("identity=" + failed, "identity=99999");
        assertThat(world.process("level-3-restore-system")).isWaitingAt(APPROVE);
        assertThat(shop.store.done).noneMatch(each -> each.startsWith("swap"));
    }

    @Test
    void sendsBothBackWhenAnotherImageRuns() {
        waitsForPeople();
        shop.api().imageId = "sha256:three";

        assertThat(sentBack(() -> world.submit(CONFIRM, CARLA, phrase())).code())
                .isEqualTo(ErrorCode.PLAN_CHANGED);

        assertThat(world.process("level-3-restore-system")).isWaitingAt(CONFIRM);
        nothingIsReplaced();
    }

    @Test
    void sendsTheSecondBackWhenTheFirstHasExpired() {
        waitsForPeople();
        world.complete(CONFIRM, CARLA, phrase());
        expire("PHRASE");

        Refusal refusal = sentBack(() -> world.submit(APPROVE, THEO, YES));

        assertThat(refusal.code()).isEqualTo(ErrorCode.APPROVAL_EXPIRED);
        assertThat(refusal.getMessage()).startsWith("the confirmation by 'carla' expired at ");
        assertThat(world.process("level-3-restore-system")).isWaitingAt(APPROVE);
        nothingIsReplaced();
    }

    private void expire(String kind) {
        world.database
                .sql("update approval set expires_at = now() - interval '1 second' where kind = ?")
                .param(kind)
                .update();
    }

    @Test
    void replacesNothingWhenAnApprovalExpiresBeforeTheSwap() {
        waitsForPeople();
        world.submit(CONFIRM, CARLA, phrase());
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_swapStore");
        expire("SECOND");

        world.goOn();

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation"))
                .startsWith("APPROVAL_EXPIRED: the approval by 'theo' expired at ");
        assertThat(shop.live().identity).isEqualTo(failed);

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "RETRY"));
        world.complete(CONFIRM, CHRIS, phrase());
        world.complete(APPROVE, CLEO, YES);

        assertThat(shop.live().identity).isNotEqualTo(failed);
    }

    /** A.7.6: a rollback that ends half way leaves no service down. */
    @Test
    void startsWhatItHadStoppedWhenAPersonStopsHalfWay() {
        waitsForPeople();
        world.submit(CONFIRM, CARLA, phrase());
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_swapStore");
        expire("SECOND");
        world.goOn();
        assertThat(shop.api().running).isFalse();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "STOP", "reason", "by hand"));

        assertThat(world.process("rollback-system"))
                .hasPassed("serviceTask_startStopped")
                .isEnded();
        assertThat(shop.api().running).isTrue();
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void asksAgainWhenTheLossGrewAboveTheBoundAndRestoresAfterANewApproval() {
        String incident = waitsForPeople();
        world.submit(CONFIRM, CARLA, phrase());
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_measureFinalLoss");
        shop.wouldLose(8);

        world.goOn();

        assertThat(world.process("level-3-restore-system"))
                .hasPassed("serviceTask_voidApproval")
                .isWaitingAt(CONFIRM);
        assertThat(approvals()).isEmpty();
        assertThat(world.last(incident, "voidApproval").outcome()).isEqualTo(Evidence.Outcome.NOT_MET);
        assertThat(shop.live().identity).isEqualTo(failed);
        assertThat((String) world.variable("level-3-restore-system", "lossSummary"))
                .contains("8 rows only in the live database");

        world.complete(CONFIRM, CHRIS, phrase());
        world.complete(APPROVE, CLEO, YES);

        assertThat(world.state(incident)).isEqualTo(Incidents.State.CLOSED);
        assertThat(shop.live().identity).isNotEqualTo(failed);
    }

    @Test
    void asksWhatNextWhenTheGreaterLossIsRejected() {
        waitsForPeople();
        world.submit(CONFIRM, CARLA, phrase());
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_measureFinalLoss");
        shop.wouldLose(8);
        world.goOn();

        world.complete(CONFIRM, CHRIS, phrase());
        world.complete(APPROVE, CLEO, NO);

        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "errorCode")).isEqualTo("LOSS_REJECTED");
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void throwsTheUnusedCopyAwayWhenAPersonStops() {
        String incident = waitsForPeople();
        String copy = StoreNames.beside(FakeShop.shop().store("orders"), incident);
        assertThat(shop.store.databases).containsKey(copy);
        world.submit(CONFIRM, CARLA, NO);
        world.goOn();

        world.complete("userTask_chooseNextStep", CARLA, Map.of("nextStep", "STOP", "reason", "salvage by hand"));

        assertThat(shop.store.databases).doesNotContainKey(copy);
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void staysWithinABoundThatGrewLittle() {
        waitsForPeople();
        world.submit(CONFIRM, CARLA, phrase());
        world.submit(APPROVE, THEO, YES);
        world.goOnTo("serviceTask_measureFinalLoss");
        shop.wouldLose(6);

        world.goOn();

        assertThat(world.process("level-3-restore-system"))
                .hasNotPassed("serviceTask_voidApproval")
                .hasPassed("endEvent_systemRestored");
    }

    @Test
    void asksWhatNextWhenTheSecondPersonRejects() {
        String incident = waitsForPeople();
        world.complete(CONFIRM, CARLA, phrase());
        world.complete(APPROVE, THEO, NO);

        assertThat(world.process("level-3-restore-system")).hasPassed("endEvent_lossRejected");
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat(world.last(incident, "approveDataLoss").seen()).isEqualTo("'theo' rejected it: salvage first");
        assertThat(approvals()).isEmpty();
        nothingIsReplaced();
    }

    @Test
    void endsAtOnceWhenTheFirstPersonRejects() {
        waitsForPeople();
        world.complete(CONFIRM, CARLA, NO);

        assertThat(world.process("level-3-restore-system")).hasPassed("endEvent_lossRejected");
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        nothingIsReplaced();
    }

    @Test
    void takesOnlyOneOfTwoWhoApproveAtOnce() throws Exception {
        waitsForPeople();
        world.complete(CONFIRM, CARLA, phrase());
        String taskId = world.task(APPROVE).getId();
        CyclicBarrier barrier = new CyclicBarrier(2);
        ExecutorService threads = Executors.newFixedThreadPool(2);
        List<Callable<Boolean>> both = new ArrayList<>();
        for (Person person : List.of(THEO, CLEO)) {
            both.add(() -> {
                barrier.await();
                try {
                    world.as(person, () -> tasks.complete(taskId, YES));
                    return true;
                } catch (RuntimeException second) {
                    return false;
                }
            });
        }

        int taken = 0;
        for (Future<Boolean> each : threads.invokeAll(both)) {
            taken += each.get() ? 1 : 0;
        }
        threads.shutdown();

        assertThat(taken).isEqualTo(1);
        assertThat(approvals()).hasSize(2);
    }

    @Test
    void refusesAMissingBackupBeforeAnythingIsTouched() throws IOException {
        Files.delete(file());

        String incident = world.alert(CORRUPTION);
        world.goOn();

        refused("BACKUP_MISSING: file '" + part().file() + "' of backup '");
        assertThat(world.last(incident, "planLevel").outcome()).isEqualTo(Evidence.Outcome.REFUSED);
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void refusesATruncatedBackupBeforeAnythingIsTouched() throws IOException {
        Files.writeString(file(), "dump of");

        world.alert(CORRUPTION);
        world.goOn();

        refused("BACKUP_TRUNCATED: file '" + part().file() + "' of backup '");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void refusesABackupThatIsFoundTruncatedWhenItIsReadToItsEnd() {
        shop.store.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "it ends at byte 7", "take another.");

        world.alert(CORRUPTION);
        world.goOn();

        refused("BACKUP_TRUNCATED: it ends at byte 7");
        assertThat(world.process("level-3-restore-system")).isEnded();
        assertThat(shop.store.done).noneMatch(each -> each.startsWith("loadBeside"));
        assertThat(shop.live().identity).isEqualTo(failed);
    }

    @Test
    void refusesAMissingImageBeforeAnythingIsTouched() {
        shop.host.images.remove(FakeShop.ONE);

        world.alert(CORRUPTION);
        world.goOn();

        refused("IMAGE_NOT_PRESENT: image 'image-of-sha256:one' (sha256:one) of release 'shop@1.0#1'");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void neverOffersABackupThatWasTakenWhenTheHarmHadBegun() {
        world.database
                .sql("update release set recorded_at = recorded_at - interval '2 hours'")
                .update();

        world.alert(Map.of("symptom", "data_corruption", "sustained_for", "PT2H"));
        world.goOn();

        refused("NO_BACKUP: system 'shop' has no whole backup from before ");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void neverTakesAReleaseThatWasRecordedWhenTheHarmHadBegun() {
        world.alert(Map.of("symptom", "data_corruption", "sustained_for", "PT2H"));
        world.goOn();

        refused("NO_RELEASE: every release of system 'shop' was recorded after the harm began at ");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void refusesWhenASwapWouldMeetAnObstacle() {
        shop.store.obstacles.add("a prepared transaction is open");

        world.alert(CORRUPTION);
        world.goOn();

        refused("PLAN_OBSTACLE: store 'orders' cannot be swapped: a prepared transaction is open");
        assertThat(shop.touched()).isEmpty();
    }

    @Test
    void triesALoadThatFailsAgain() {
        shop.store.loadFails = new OutsideException("the server went away");
        world.alert(CORRUPTION);
        assertThatThrownBy(world::goOn).hasMessageContaining("the server went away");

        shop.store.loadFails = null;
        world.pass(ExternalTaskWorkers.PAUSES.get(0));
        world.goOn();

        assertThat(world.process("level-3-restore-system"))
                .hasPassed("serviceTask_measureLoss")
                .isWaitingAt(CONFIRM);
    }

    private void refused(String situation) {
        assertThat(world.process("rollback-system")).isWaitingAt("userTask_chooseNextStep");
        assertThat((String) world.variable("rollback-system", "situation")).startsWith(situation);
    }

    private BackupSet.Part part() {
        return backups.list("shop").stream()
                .filter(set -> set.purpose() == BackupSet.Purpose.PRE_UPGRADE)
                .findFirst()
                .orElseThrow()
                .part("orders");
    }

    private Path file() {
        return backups.directory().resolve(part().file());
    }
}
