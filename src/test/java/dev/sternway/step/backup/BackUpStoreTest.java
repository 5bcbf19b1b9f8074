package dev.sternway.step.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backups are taken, read to their end, and recorded. */
class BackUpStoreTest {
    @TempDir
    Path directory;

    private final FakeDataStore data = new FakeDataStore("shop");
    private long free = 1L << 30;
    private FakeBackupLedger backups;
    private BackUpStore backUpStore;

    @BeforeEach
    void empty() {
        backups = new FakeBackupLedger(directory);
        DataStores stores = new DataStores(List.of(data));
        backUpStore = new BackUpStore(stores, backups, new BackupDisk(stores, backups, folder -> free));
    }

    private static Store store(String id) {
        return new Store(id, Store.Kind.POSTGRESQL, null, "127.0.0.1", 5432, "shop", "u", null, null, true);
    }

    private static ManagedSystem system(String... stores) {
        return new ManagedSystem(
                "web-shop",
                "Web shop",
                null,
                null,
                List.of(),
                List.of(stores).stream().map(BackUpStoreTest::store).toList(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private static StepTask task(ManagedSystem system, String store) {
        return new StepTask("INC-2026-0001", system, null, store, Instant.now(), Progress.NONE);
    }

    @Test
    void backsUpTheFailedStateOnceForAnIncident() {
        ManagedSystem system = system("db", "audit");
        StepResult first = backUpStore.run(task(system, "db"));
        StepResult again = backUpStore.run(task(system, "db"));
        StepResult other = backUpStore.run(task(system, "audit"));

        assertThat(first.outcome()).isEqualTo(Outcome.PROVED);
        assertThat(again.outcome()).isEqualTo(Outcome.ALREADY);
        assertThat(other.details().path("backupId")).isEqualTo(first.details().path("backupId"));
        assertThat(data.done).containsExactly("backUp db", "backUp audit");
        assertThat(backups.candidates("web-shop", Instant.now().plusSeconds(9))).isEmpty();
    }

    @Test
    void takesADamagedEmergencyBackupAgain() {
        StepTask task = task(system("db"), "db");
        backUpStore.run(task);
        data.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "too short", "again.");

        assertThatThrownBy(() -> backUpStore.run(task)).isInstanceOf(Refusal.class);
        assertThat(data.done).containsExactly("backUp db", "backUp db");
    }

    @Test
    void backsUpAWholeSystemAndOffersIt() {
        BackupSet set =
                backUpStore.backUpSystem(system("db", "audit"), Purpose.PRE_UPGRADE, "web-shop@1#1", Progress.NONE);

        assertThat(set.parts())
                .extracting(BackupSet.Part::file)
                .containsExactly(set.id() + "/db.dump", set.id() + "/audit.dump");
        assertThat(directory.resolve(set.id()).resolve("db.dump")).exists();
        assertThat(backups.candidates("web-shop", Instant.now().plusSeconds(9))).containsExactly(set);
    }

    @Test
    void refusesASystemWithoutStores() {
        assertThatThrownBy(() -> backUpStore.backUpSystem(system(), Purpose.SCHEDULED, null, Progress.NONE))
                .isInstanceOf(Refusal.class);
    }

    @Test
    void refusesBeforeItBeginsWhenTheDiskIsTooSmall() {
        // The fake store has 1,000,000 bytes; as much again as a fifth of that is wanted.
        free = 1_199_999;

        assertThat(catchThrowableOfType(
                                Refusal.class,
                                () -> backUpStore.backUpSystem(system("db"), Purpose.SCHEDULED, null, Progress.NONE))
                        .code())
                .isEqualTo(ErrorCode.DISK_TOO_SMALL);
        assertThat(data.done).isEmpty();
        assertThat(backups.list("web-shop")).isEmpty();

        free = 1_200_000;
        backUpStore.backUpSystem(system("db"), Purpose.SCHEDULED, null, Progress.NONE);
        // From now on the last backup's 13 bytes are the measure.
        free = 16;
        backUpStore.backUpSystem(system("db"), Purpose.SCHEDULED, null, Progress.NONE);
    }

    @Test
    void leavesNothingOfABackupThatCannotBeFinished() {
        data.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "it ends at byte 7", "look at the disk.");

        assertThat(catchThrowableOfType(
                        Refusal.class,
                        () -> backUpStore.backUpSystem(system("db"), Purpose.SCHEDULED, null, Progress.NONE)))
                .isNotNull();

        assertThat(backups.list("web-shop")).isEmpty();
        assertThat(directory).isEmptyDirectory();
    }
}
