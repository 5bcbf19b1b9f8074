package dev.sternway.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.camunda.bpm.engine.test.assertions.bpmn.BpmnAwareTests.assertThat;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.SnapshotPart;
import dev.sternway.plan.Readiness;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import org.junit.jupiter.api.Test;
import org.springframework.beans.factory.annotation.Autowired;

/** {@code take-backup}: a release and a whole backup set, or a clear no. */
class TakeBackupTest extends ProcessTest {

    @Autowired
    Snapshots snapshots;

    @Autowired
    ReleaseLedger releases;

    @Autowired
    BackupLedger backups;

    @Autowired
    Readiness readiness;

    @Autowired
    Catalogue catalogue;

    @Test
    void recordsTheReleaseAndBacksUpEveryStore() {
        Snapshots.Started started = snapshots.start("shop", "1.0");
        world.goOn();

        assertThat(world.process("take-backup"))
                .hasPassedInOrder(
                        "serviceTask_recordRelease",
                        "serviceTask_backUpSystem",
                        "serviceTask_keepParts",
                        "endEvent_backupTaken")
                .isEnded();
        Snapshots.Status status = snapshots.find(started.businessKey()).orElseThrow();
        assertThat(status.state()).isEqualTo(Snapshots.State.DONE);
        assertThat(releases.find(status.releaseId()).orElseThrow().services()).containsOnlyKeys("api");
        assertThat(shop.host.kept).singleElement().asString().endsWith("/" + FakeShop.ONE);
        assertThat(world.last(started.businessKey(), "keepParts").seen())
                .contains("package lock: MISSING", "data: backup set '" + status.backupId() + "'");
        Readiness.State state = readiness.of(catalogue.find("shop"));
        assertThat(state.missing())
                .extracting(SnapshotPart::kind)
                .containsExactly(SnapshotPart.Kind.PACKAGE_LOCK, SnapshotPart.Kind.ARTEFACTS);
        shop.host.images.remove(FakeShop.ONE);
        assertThat(readiness.of(catalogue.find("shop")).missing().get(0).detail())
                .startsWith("images gone: ");
        assertThat(backups.find(status.backupId()).orElseThrow().releaseId()).isEqualTo(status.releaseId());
    }

    @Test
    void tellsThatARefusedReleaseFailed() {
        Snapshots.Started started = snapshots.start("shop", "9.9");

        assertThatThrownBy(world::goOn).hasMessageContaining("reports version '1.0', to be recorded as '9.9'");
        assertThatThrownBy(world::goOn).hasMessageContaining("to be recorded as '9.9'");
        world.goOn();

        Snapshots.Status status = snapshots.find(started.businessKey()).orElseThrow();
        assertThat(status.state()).isEqualTo(Snapshots.State.FAILED);
        assertThat(status.message()).contains("to be recorded as '9.9'");
        assertThat(releases.list("shop")).isEmpty();
    }

    @Test
    void neverCallsARefusedBackupDone() {
        shop.store.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "it ends at byte 7", "look at the disk.");
        Snapshots.Started started = snapshots.start("shop", "1.0");

        assertThatThrownBy(world::goOn).hasMessageContaining("it ends at byte 7");

        Snapshots.Status status = snapshots.find(started.businessKey()).orElseThrow();
        assertThat(status.state()).isEqualTo(Snapshots.State.FAILED);
        assertThat(status.message()).isEqualTo("it ends at byte 7");
        assertThat(world.process("take-backup")).isWaitingAt("serviceTask_backUpSystem");
    }
}
