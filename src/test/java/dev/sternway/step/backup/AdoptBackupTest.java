package dev.sternway.step.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeDataStore;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A dump becomes a set only from the folders that were named, once, and with every store of its time. */
class AdoptBackupTest {
    private static final Instant AT = Instant.parse("2026-11-19T03:00:00Z");

    @TempDir
    Path directory;

    @TempDir
    Path open;

    @TempDir
    Path closed;

    private final FakeDataStore data = new FakeDataStore("shop");
    private FakeBackupLedger backups;
    private AdoptBackup adopting;

    @BeforeEach
    void layOut() throws IOException {
        backups = new FakeBackupLedger(directory);
        adopting = new AdoptBackup(
                new DataStores(List.of(data)), backups, new AdoptionSettings(List.of(open, open.resolve("not-there"))));
        Files.writeString(open.resolve("shop.sql"), "x");
        Files.writeString(closed.resolve("secret.sql"), "x");
        Files.createSymbolicLink(open.resolve("link.sql"), closed.resolve("secret.sql"));
    }

    private static ManagedSystem system(String... stores) {
        return new ManagedSystem(
                "web-shop",
                "Web shop",
                null,
                null,
                List.of(),
                Stream.of(stores)
                        .map(id -> new Store(
                                id, Store.Kind.POSTGRESQL, null, "127.0.0.1", 5432, "shop", "u", null, null, true))
                        .toList(),
                List.of(),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private ErrorCode refused(ManagedSystem system, String store, String path) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> adopting.adopt(system, store, path, AT));
        assertThat(refusal).isNotNull();
        return refusal.code();
    }

    @Test
    void makesASetThatARestoreDoesNotOfferYet() throws IOException {
        adopting.adopt(system("db"), null, open.resolve("shop.sql").toString(), AT);

        BackupSet set = backups.find("web-shop-20261119-030000-adopted").orElseThrow();
        assertThat(set.purpose()).isEqualTo(Purpose.ADOPTED);
        assertThat(set.takenAt()).isEqualTo(AT);
        assertThat(set.origin()).endsWith("shop.sql");
        assertThat(set.part("db").rowsKnown()).isFalse();
        assertThat(directory.resolve(set.part("db").file())).isRegularFile();
        assertThat(backups.isComplete(set.id())).isTrue();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).containsExactly(directory.resolve(set.id()));
        }
    }

    @Test
    void doesNothingTwiceAndTakesTheTimeFromTheFileWhenNobodySaysIt() {
        adopting.adopt(system("db"), null, open.resolve("shop.sql").toString(), null);
        adopting.adopt(system("db"), null, open.resolve("shop.sql").toString(), null);

        assertThat(backups.list("web-shop"))
                .extracting(BackupSet::id)
                .containsExactly("web-shop-20261120-101500-adopted");
    }

    @Test
    void adoptsADumpAgainWhoseSetWasDiscarded() {
        adopting.adopt(system("db"), null, open.resolve("shop.sql").toString(), AT);
        backups.discard("web-shop-20261119-030000-adopted", "carla", "by mistake");

        adopting.adopt(system("db"), null, open.resolve("shop.sql").toString(), AT);

        assertThat(backups.list("web-shop"))
                .extracting(BackupSet::id)
                .containsExactly("web-shop-20261119-030000-adopted-2");
    }

    @Test
    void joinsTheStoresOfOneTimeToOneSet() {
        ManagedSystem two = system("db", "audit");

        adopting.adopt(two, "db", open.resolve("shop.sql").toString(), AT);
        assertThat(backups.isComplete("web-shop-20261119-030000-adopted")).isFalse();
        adopting.adopt(two, "audit", open.resolve("shop.sql").toString(), AT);

        assertThat(backups.isComplete("web-shop-20261119-030000-adopted")).isTrue();
        assertThat(refused(two, null, open.resolve("shop.sql").toString())).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
        assertThat(refused(two, "cache", open.resolve("shop.sql").toString()))
                .isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
    }

    @Test
    void keepsNothingOfADumpThatCannotBeRead() throws IOException {
        data.verifyRefuses = new Refusal(ErrorCode.BACKUP_TRUNCATED, "it ends at byte 7", "look.");

        assertThat(refused(system("db"), null, open.resolve("shop.sql").toString()))
                .isEqualTo(ErrorCode.BACKUP_TRUNCATED);

        assertThat(backups.list("web-shop")).isEmpty();
        try (Stream<Path> left = Files.list(directory)) {
            assertThat(left).isEmpty();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "CLOSED/secret.sql",
                "OPEN/link.sql",
                "OPEN/../CLOSEDNAME/secret.sql",
                "OPEN/nothing.sql",
                "/etc/passwd",
                "shop.sql",
                "",
                "a\0b"
            })
    void readsNothingOutsideTheNamedFolders(String path) {
        String real = path.replace("CLOSEDNAME", closed.getFileName().toString())
                .replace("CLOSED", closed.toString())
                .replace("OPEN", open.toString());

        assertThat(refused(system("db"), null, real)).isEqualTo(ErrorCode.BACKUP_NOT_ADOPTABLE);
        assertThat(data.done).isEmpty();
    }
}
