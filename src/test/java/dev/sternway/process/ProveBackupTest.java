package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.Outcome;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.evidence.Evidence;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.backup.DiscardBackup;
import dev.sternway.step.backup.RetireBackups;
import dev.sternway.step.backup.TryRestore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;

/** {@code prove-backup}: a backup is restored beside and marked, by hand and by schedule; and what may be discarded. */
class ProveBackupTest extends ProcessTest {

    @Autowired
    BackupProcesses processes;

    @Autowired
    BackupSchedule schedule;

    @Autowired
    BackupLedger backups;

    @Autowired
    BackupProofs proofs;

    @Autowired
    RestoreHistory history;

    @Autowired
    DiscardBackup discarding;

    @Autowired
    RetireBackups retiring;

    @Autowired
    TryRestore trials;

    @Autowired
    Catalogue catalogue;

    @Autowired
    RuntimeService runtime;

    @Value("${sternway.backup.adopt-from}")
    Path adoptFrom;

    @AfterEach
    void nothingIsWrongAnyMore() {
        shop.store.trialFaults.clear();
    }

    private String taken() {
        world.snapshot("shop");
        return newest();
    }

    private String newest() {
        return backups.list("shop").get(0).id();
    }

    @Test
    @Tag("S1-17")
    void restoresEachStoreBesideAndMarksTheBackupProved() {
        String set = taken();
        assertThat(proofs.of(set).state()).isEqualTo(State.UNPROVED);
        assertThat(history.load(
                        "shop", set, backups.find(set).orElseThrow().parts().get(0)))
                .isEmpty();

        String key = processes.prove(set, true, "carla");
        world.goOn();

        assertThat(world.process("prove-backup"))
                .hasPassedInOrder(
                        "serviceTask_readBackup",
                        "serviceTask_tryRestore",
                        "serviceTask_concludeProof",
                        "endEvent_backupHolds")
                .isEnded();
        assertThat(proofs.of(set).state()).isEqualTo(State.PROVED);
        assertThat(proofs.of(set).took()).isEqualTo(Duration.ofSeconds(5));
        assertThat(proofs.of(set).words()).startsWith("proved on 2").endsWith("in 5 s");
        assertThat(processes.find(key).orElseThrow())
                .isEqualTo(new BackupProcesses.Status(Snapshots.State.DONE, set, "PROVED", null, null));
        assertThat(shop.store.databases.keySet()).containsExactlyInAnyOrder("shop", "kiosk");
        assertThat(world.last(key, "tryRestore").outcome()).isEqualTo(Evidence.Outcome.PROVED);
        assertThat(world.last(key, "proveBackup").actor()).isEqualTo("carla");
    }

    @Test
    void predictsRestoresFromWhatProofsMeasured() {
        String set = taken();
        processes.prove(set, true, "carla");
        world.goOn();
        BackupSet.Part part = backups.find(set).orElseThrow().parts().get(0);

        assertThat(history.load("shop", set, part)).contains(Duration.ofSeconds(4));
        BackupSet.Part tenTimes = new BackupSet.Part("orders", "f", part.bytes() * 10, "x", Map.of(), null, "15");
        assertThat(history.load("shop", "another", tenTimes)).contains(Duration.ofSeconds(40));
        assertThat(history.load("kiosk", "another", tenTimes)).isEmpty();
    }

    @Test
    @Tag("S4-05")
    void readsWithoutARestoreWhenThatIsAllThatIsWanted() {
        String set = taken();

        String key = processes.prove(set, false, "carla");
        world.goOn();

        assertThat(world.process("prove-backup"))
                .hasNotPassed("serviceTask_tryRestore")
                .isEnded();
        assertThat(proofs.run(key).orElseThrow().outcome()).isEqualTo(Outcome.READ);
        assertThat(proofs.of(set).state()).isEqualTo(State.UNPROVED);
    }

    @Test
    void marksABackupFailedWhoseCopyIsNotWhole() {
        String set = taken();
        shop.store.trialFaults.add("index 'orders_pkey' is not valid");

        String key = processes.prove(set, true, "carla");
        world.goOn();

        assertThat(world.process("prove-backup"))
                .hasPassed("event_backupRefused", "serviceTask_concludeFailure", "endEvent_backupFails")
                .isEnded();
        assertThat(proofs.of(set).state()).isEqualTo(State.FAILED);
        assertThat(proofs.of(set).code()).isEqualTo("BACKUP_NOT_LOADABLE");
        assertThat(processes.find(key).orElseThrow().message()).contains("orders_pkey");
        assertThat(processes.find(key).orElseThrow().state()).isEqualTo(Snapshots.State.FAILED);
    }

    @Test
    void marksABackupFailedThatCannotBeRead() {
        String set = taken();
        shop.store.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "it ends at byte 7", "look at the disk.");

        processes.prove(set, false, "carla");
        world.goOn();

        assertThat(proofs.of(set).code()).isEqualTo("BACKUP_TRUNCATED");
    }

    @Test
    void looksAtABackupOnceAtATime() {
        String set = taken();
        processes.prove(set, true, "carla");

        assertThatThrownBy(() -> processes.prove(set, false, "theo"))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_BUSY));
        assertThatThrownBy(() -> discarding.discard(set, "theo", "no room", true))
                .isInstanceOfSatisfying(
                        Refusal.class, refusal -> assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_BUSY));
        // A person ends it in Cockpit: nothing is known then, and the next one may begin.
        runtime.deleteProcessInstance(
                runtime.createProcessInstanceQuery()
                        .processDefinitionKey("prove-backup")
                        .singleResult()
                        .getId(),
                "not now");
        assertThat(proofs.of(set).state()).isEqualTo(State.UNPROVED);
        processes.prove(set, true, "theo");
    }

    @Test
    void takesACopyAwayThatAKilledTrialLeft() {
        String set = taken();
        String copy = dev.sternway.plan.StoreNames.trial(
                catalogue.find("shop").stores().get(0), set);
        left(copy);
        left("shop_next_inc_2026_0001");
        processes.prove(set, true, "carla");

        assertThat(trials.sweep(catalogue.find("shop"))).isEmpty();
        proofs.end(processesKey(set), Outcome.GIVEN_UP, null, null);
        assertThat(trials.sweep(catalogue.find("shop"))).containsExactly(copy);
        assertThat(shop.store.databases).containsKey("shop_next_inc_2026_0001").doesNotContainKey(copy);
    }

    private String processesKey(String set) {
        return proofs.running(set).orElseThrow().key();
    }

    private void left(String name) {
        FakeDataStore.Database copy = shop.store.add(name);
        copy.aside = new DataStore.Aside(DataStore.Stage.LOADING, copy.identity, "sha", null);
    }

    @Test
    void provesTheNewestUnprovedBackupBySchedule() {
        String set = taken();

        schedule.look();
        world.goOn();
        assertThat(proofs.of(set).state()).isEqualTo(State.PROVED);

        world.snapshot("shop");
        schedule.look();
        world.goOn();
        assertThat(proofs.of(newest()).state()).as("not before the day is over").isEqualTo(State.UNPROVED);

        world.database
                .sql("update backup_schedule set begun_at = begun_at - interval '1 day'")
                .update();
        schedule.look();
        world.goOn();
        assertThat(proofs.of(newest()).state()).isEqualTo(State.PROVED);
    }

    @Test
    void provesNothingWhileAnIncidentRuns() {
        String set = taken();
        shop.upgrade();
        world.alert(ProcessWorld.MINOR);

        schedule.look();

        assertThat(proofs.running(set)).isEmpty();
    }

    @Test
    @Tag("S1-20")
    void takesABackupOfTheDataAlone() {
        String key = processes.take("shop", Purpose.EMERGENCY, "carla");
        world.goOn();

        assertThat(world.process("take-backup"))
                .hasNotPassed("serviceTask_recordRelease")
                .hasPassed("serviceTask_backUpSystem", "serviceTask_retireBackups")
                .isEnded();
        BackupSet set =
                backups.find(processes.find(key).orElseThrow().backupId()).orElseThrow();
        assertThat(set.purpose()).isEqualTo(Purpose.EMERGENCY);
        assertThat(backups.candidates("shop", Instant.now().plusSeconds(60))).isEmpty();
    }

    @Test
    void adoptsABackupAndLearnsItsRowsWhenItIsProved() throws IOException {
        Files.createDirectories(adoptFrom);
        Path dump = Files.writeString(adoptFrom.resolve("shop.sql"), "x");

        String refused = processes.adopt("shop", null, "/etc/passwd", null, "carla");
        String key = processes.adopt("shop", null, dump.toString(), null, "carla");
        world.goOn();

        assertThat(processes.find(refused).orElseThrow().state()).isEqualTo(Snapshots.State.FAILED);
        assertThat(processes.find(refused).orElseThrow().message()).contains("there is no backup '/etc/passwd'");
        String set = processes.find(key).orElseThrow().backupId();
        assertThat(backups.candidates("shop", Instant.now())).isEmpty();
        processes.prove(set, true, "carla");
        world.goOn();
        assertThat(proofs.of(set).state()).isEqualTo(State.PROVED);
        assertThat(backups.find(set).orElseThrow().part("orders").rows()).containsEntry("public.orders", 3L);
        assertThat(backups.candidates("shop", Instant.now()))
                .extracting(BackupSet::id)
                .containsExactly(set);
        backups.verifyManifest(backups.find(set).orElseThrow());
    }

    @Test
    void retiresScheduledBackupsBeyondWhatIsKept() {
        for (int day = 0; day < 10; day++) {
            scheduled(40 + day);
        }
        String proved = backups.list("shop").get(9).id();
        proofs.begin("P", proved, true, "test");
        proofs.end("P", Outcome.PROVED, null, null);
        String snapshot = taken();

        List<String> gone = retiring.retire(catalogue.find("shop"), Instant.now());

        assertThat(gone).hasSize(2).doesNotContain(proved, snapshot);
        assertThat(backups.list("shop")).hasSize(9);
        assertThat(gone).allSatisfy(id -> assertThat(Files.exists(folder(id))).isFalse());
        assertThat(backups.list("shop"))
                .allSatisfy(set -> assertThat(folder(set.id())).exists());
    }

    private Path folder(String setId) {
        return backups.directory().resolve(setId);
    }

    private void scheduled(int daysAgo) {
        String id = "shop-" + (1000 - daysAgo) + "-scheduled";
        BackupSet.Part part =
                new BackupSet.Part("orders", id + "/orders.dump", 1, "a", Map.of("public.t", 1L), "1", "15");
        backups.save(new BackupSet(
                id, "shop", Purpose.SCHEDULED, null, Instant.now().minus(Duration.ofDays(daysAgo)), List.of(part)));
    }

    /** A partial rollback saves only the stores it restores; a set is adopted store by store, over days. */
    @Test
    void retiresWhatWasNeverFinishedOnlyWhereItWouldHaveBeenFinished() {
        for (Purpose purpose : Purpose.values()) {
            String id = "shop-1-" + purpose.kind();
            BackupSet.Part part =
                    new BackupSet.Part("orders", id + "/orders.dump", 1, "a", Map.of("public.t", 1L), "1", "15");
            backups.open(new BackupSet(id, "shop", purpose, null, Instant.now().minus(Duration.ofDays(2)), List.of()));
            backups.add(id, part, false);
        }

        assertThat(retiring.retire(catalogue.find("shop"), Instant.now()))
                .containsExactlyInAnyOrder("shop-1-scheduled", "shop-1-snapshot");
        assertThat(backups.list("shop"))
                .extracting(BackupSet::id)
                .containsExactlyInAnyOrder("shop-1-emergency", "shop-1-adopted");
    }

    @Test
    void sweepsWhatAnAdoptionThatWasCutOffLeft() throws IOException {
        Instant past = Instant.now().minus(Duration.ofDays(2));
        Path left = aside(".adopting-left", past, past);
        Path copying = aside(".adopting-copying", past, Instant.now());
        Path other = aside("somebody-elses", past, past);

        retiring.retire(catalogue.find("shop"), Instant.now());

        assertThat(left).doesNotExist();
        assertThat(copying).isDirectory();
        assertThat(other).isDirectory();
    }

    private Path aside(String name, Instant begun, Instant written) throws IOException {
        Path folder = Files.createDirectories(folder(name));
        Path file = Files.writeString(folder.resolve("orders.dump.partial"), "x");
        Files.setLastModifiedTime(file, FileTime.from(written));
        Files.setLastModifiedTime(folder, FileTime.from(begun));
        return folder;
    }

    @Test
    void retiresNothingWhileAnIncidentRuns() {
        for (int day = 0; day < 10; day++) {
            scheduled(40 + day);
        }
        world.alert(ProcessWorld.MINOR);

        assertThat(retiring.retire(catalogue.find("shop"), Instant.now())).isEmpty();
    }

    @Test
    void discardsNothingThatAPlanNeedsNorTheNewestProvedOne() {
        String set = taken();
        String incident =
                world.incidents.open("shop", "It is bad", Instant.now()).orElseThrow();
        world.plans.keep(new Plan(
                "restore-plan",
                incident,
                "shop",
                3,
                null,
                set,
                List.of(),
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                Instant.now()));

        assertThatThrownBy(() -> discarding.discard(set, "carla", "no room", true))
                .isInstanceOfSatisfying(Refusal.class, refusal -> {
                    assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_NEEDED);
                    assertThat(refusal.getMessage()).contains(incident);
                });
        world.incidents.ended(incident, dev.sternway.alert.Incidents.State.CLOSED);

        proofs.begin("P", set, true, "test");
        proofs.end("P", Outcome.PROVED, null, null);
        assertThatThrownBy(() -> discarding.discard(set, "carla", "no room", false))
                .hasMessageContaining("newest backup of 'shop' that was restored with success");
        discarding.discard(set, "carla", "no room", true);
        assertThat(backups.find(set)).isEmpty();
        assertThat(folder(set)).doesNotExist();
    }
}
