package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.decision.RestoreReason;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which release and which backup a plan goes back to: chosen ones, what follows from one, or the last good ones. */
class PlannerTargetTest {
    private static final Instant OLDER = PartsOfAShop.BEFORE.minusSeconds(7200);
    private static final Instant AFTER_HARM = PartsOfAShop.HARM.plusSeconds(60);

    @TempDir
    private Path directory;

    private PartsOfAShop shop;

    /** Release 0 and a backup of it are two hours older, on an older schema. */
    @BeforeEach
    void aShopWithAHistory() {
        shop = new PartsOfAShop(directory);
        shop.releases.save(PartsOfAShop.release("shop@0#0", "0", OLDER, "0"));
        shop.backups.save(PartsOfAShop.set("shop-older", Purpose.SCHEDULED, "shop@0#0", OLDER, "0"));
        // Releases come newest first.
        shop.releases.save(PartsOfAShop.release("shop@1#2", "1", PartsOfAShop.BEFORE, "1"));
    }

    private Refusal refused(int level, String release, String backup) {
        Refusal refusal = catchThrowableOfType(Refusal.class, () -> shop.planTo(level, release, backup));
        assertThat(shop.host.effects).isEmpty();
        return refusal;
    }

    @Test
    void goesBackToTheNewestReleaseOfBeforeTheHarm() {
        shop.releases.save(PartsOfAShop.release("shop@2#3", "2", AFTER_HARM, "2"));

        assertThat(shop.plan(2).releaseId()).isEqualTo("shop@1#2");
    }

    @Test
    void refusesWhenEveryReleaseIsYoungerThanTheHarm() {
        shop = new PartsOfAShop(directory);
        Plan plan = shop.plan(2);
        assertThat(plan.releaseId()).isEqualTo("shop@1#1");

        Refusal refusal = catchThrowableOfType(
                Refusal.class,
                () -> shop.planner.plan(new PlanRequest("INC-1", PartsOfAShop.system(), 2, null, OLDER)));

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_RELEASE);
        assertThat(refusal).hasMessageContaining("after the harm began").hasMessageContaining("shop@1#1");
        assertThat(refusal.hint()).contains("./sternway rollback shop --to RELEASE");
    }

    @Test
    @Tag("S1-03")
    void goesToTheChosenReleaseByIdOrByVersion() {
        assertThat(shop.planTo(2, "shop@1#1", null).releaseId()).isEqualTo("shop@1#1");
        assertThat(shop.planTo(2, "1", null).releaseId()).isEqualTo("shop@1#2");
    }

    /** A person who names it knows why. */
    @Test
    void goesToAChosenReleaseThatIsYoungerThanTheHarm() {
        shop.releases.save(PartsOfAShop.release("shop@1.1#3", "1.1", AFTER_HARM, "1"));

        assertThat(shop.planTo(2, "1.1", null).releaseId()).isEqualTo("shop@1.1#3");
    }

    @Test
    void refusesAReleaseThatNobodyRecordedAndNamesThoseThatAre() {
        Refusal refusal = refused(2, "9.9", null);

        assertThat(refusal.code()).isEqualTo(ErrorCode.RELEASE_UNKNOWN);
        assertThat(refusal).hasMessageContaining("'9.9'");
        assertThat(refusal.hint()).contains("[shop@1#2, shop@0#0, shop@1#1]");
    }

    @Test
    @Tag("S1-04")
    void takesTheNewestBackupThatFitsTheChosenRelease() {
        assertThat(shop.planTo(3, "0", null).backupId()).isEqualTo("shop-older");
        assertThat(shop.planTo(3, "shop@1#1", null).backupId()).isEqualTo("shop-before");
    }

    @Test
    @Tag("S1-04")
    void takesTheReleaseThatTheChosenBackupWasTakenOn() {
        Plan plan = shop.planTo(3, null, "shop-older");

        assertThat(plan.releaseId()).isEqualTo("shop@0#0");
        assertThat(plan.backupId()).isEqualTo("shop-older");
    }

    @Test
    void takesTheLastReleaseOfBeforeTheHarmWhereTheBackupNamesNone() {
        shop.backups.save(
                PartsOfAShop.set("shop-nightly", Purpose.SCHEDULED, null, PartsOfAShop.BEFORE.plusSeconds(60), "1"));

        assertThat(shop.planTo(3, null, "shop-nightly").releaseId()).isEqualTo("shop@1#2");
    }

    @Test
    @Tag("S1-17")
    void refusesAReleaseThatDoesNotFitTheChosenBackup() {
        Refusal refusal = refused(3, "1", "shop-older");

        assertThat(refusal.code()).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE);
        assertThat(refusal).hasMessageContaining("'0'").hasMessageContaining("'1'");
    }

    @Test
    void refusesABackupThatNobodyTookAndNamesThoseThatThereAre() {
        Refusal refusal = refused(3, null, "shop-nowhere");

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_UNKNOWN);
        assertThat(refusal.hint()).contains("[shop-before, shop-older]");
    }

    @Test
    void refusesAnotherSystemsBackup() {
        shop.backups.save(new BackupSet("kiosk-1", "kiosk", Purpose.SCHEDULED, null, OLDER, List.of()));

        Refusal refusal = refused(3, null, "kiosk-1");

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_WRONG_SYSTEM);
        assertThat(refusal).hasMessageContaining("of system 'kiosk', not of 'shop'");
    }

    @Test
    @Tag("S4-05")
    void refusesABackupWhoseCopyWouldNotFindRoom() {
        shop.copyBytes = OptionalLong.of(1_000L << 20);
        shop.data.free = OptionalLong.of(1_100L << 20);

        Refusal refusal = refused(3, null, "shop-before");

        assertThat(refusal.code()).isEqualTo(ErrorCode.DISK_TOO_SMALL);
        assertThat(refusal)
                .hasMessageContaining("1100 MB are free where store 'orders' is kept")
                .hasMessageContaining("a copy of backup 'shop-before' needs about 1201 MB");
        shop.data.free = OptionalLong.of(1_300L << 20);
        assertThat(shop.planTo(3, null, "shop-before").backupId()).isEqualTo("shop-before");
    }

    @Test
    void asksForNoRoomForACopyThatIsThereAlready() {
        shop.copyBytes = OptionalLong.of(1_000L << 20);
        shop.data.free = OptionalLong.of(1L << 20);
        for (String store : List.of("orders", "index")) {
            shop.data.add(StoreNames.beside(PartsOfAShop.system().store(store), "INC-1"));
        }

        assertThat(shop.planTo(3, null, "shop-before").backupId()).isEqualTo("shop-before");
    }

    @Test
    void refusesAnEmergencyBackup() {
        shop.backups.save(PartsOfAShop.set("shop-emergency", Purpose.EMERGENCY, null, OLDER, "1"));

        Refusal refusal = refused(3, null, "shop-emergency");

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_UNSUITABLE);
        assertThat(refusal).hasMessageContaining("holds the failed state");
        assertThat(refusal.hint()).contains("[shop-before, shop-older]");
    }

    @Test
    void refusesABackupThatIsYoungerThanTheHarm() {
        shop.backups.save(PartsOfAShop.set("shop-late", Purpose.SCHEDULED, null, AFTER_HARM, "1"));

        Refusal refusal = refused(3, null, "shop-late");

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_AFTER_HARM);
        assertThat(refusal).hasMessageContaining("the harm began at " + PartsOfAShop.HARM);
        assertThat(refusal.hint()).doesNotContain("shop-late");
    }

    @Test
    void refusesABackupThatIsNotFinished() {
        String id = shop.backups.begin("shop", Purpose.SCHEDULED, null, null).id();

        assertThat(refused(3, null, id)).hasMessageContaining("is not complete");
    }

    @Test
    void passesOverABackupThatFailedOnTrialAndSaysSo() {
        shop.backups.save(PartsOfAShop.setOf("shop-spoiled", PartsOfAShop.BEFORE.plusSeconds(60), "orders", "index"));
        shop.failed("shop-spoiled");

        Plan plan = shop.planTo(3, "shop@1#1", null);

        assertThat(plan.backupId()).isEqualTo("shop-before");
        assertThat(plan.steps())
                .filteredOn(step -> step.step().equals("loadStoreBeside"))
                .hasSize(2)
                .allSatisfy(step -> assertThat(step.now())
                        .contains("passed over: 'shop-spoiled' FAILED on ")
                        .endsWith(": BACKUP_TRUNCATED"));
    }

    /** Whoever names it may have put the file back since. */
    @Test
    void takesABackupThatFailedOnTrialWhenItIsChosen() {
        shop.failed("shop-before");

        Plan plan = shop.planTo(3, null, "shop-before");

        assertThat(plan.backupId()).isEqualTo("shop-before");
        assertThat(plan.steps()).noneMatch(step -> step.now().contains("passed over"));
    }

    @Test
    void namesTheBackupsThatFailedOnTrialWhenNoOtherIsLeft() {
        shop.failed("shop-before");

        Refusal refusal = refused(3, "shop@1#1", null);

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BACKUP);
        assertThat(refusal).hasMessageContaining("'shop-before' FAILED on ").hasMessageContaining("BACKUP_TRUNCATED");
    }

    /** A store that the catalogue has got since then would stay at the failed state. */
    @Test
    void refusesAChosenBackupOfOtherStoresThanTheCatalogueHas() {
        shop.backups.save(PartsOfAShop.setOf("shop-small", PartsOfAShop.BEFORE.plusSeconds(60), "orders"));
        shop.backups.save(
                PartsOfAShop.setOf("shop-large", PartsOfAShop.BEFORE.plusSeconds(90), "orders", "index", "mails"));

        for (String backup : List.of("shop-small", "shop-large")) {
            Refusal refusal = refused(3, null, backup);

            assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_UNSUITABLE);
            assertThat(refusal)
                    .hasMessageContaining("'" + backup + "' holds the stores [")
                    .hasMessageContaining("the catalogue has [index, orders] for system 'shop'");
        }
    }

    @Test
    void takesNoBackupOfOtherStoresThanTheCatalogueHasByItself() {
        shop.backups.save(PartsOfAShop.setOf("shop-small", PartsOfAShop.BEFORE.plusSeconds(60), "orders"));
        shop.backups.save(
                PartsOfAShop.setOf("shop-large", PartsOfAShop.BEFORE.plusSeconds(90), "orders", "index", "mails"));

        assertThat(shop.planTo(3, "shop@1#1", null).backupId()).isEqualTo("shop-before");
        assertThat(shop.planOfData(RestoreReason.CORRUPTION).backupId()).isEqualTo("shop-before");
        shop.backups.sets.keySet().removeIf(id -> id.equals("shop-before") || id.equals("shop-older"));

        Refusal refusal = refused(3, "shop@1#1", null);

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BACKUP);
        assertThat(refusal).hasMessageContaining("and holds its stores [index, orders]");
    }

    @Test
    void neverTakesABackupOfAnotherSchemaByItself() {
        shop.backups.sets.remove("shop-before");

        Refusal refusal = refused(3, "shop@1#1", null);

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BACKUP);
        assertThat(refusal).hasMessageContaining("that fits release 'shop@1#1'");
    }
}
