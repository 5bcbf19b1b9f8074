package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Toggle;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeContainerHost;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.MemoryReleases;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A plan resolves everything before anything is touched, and refuses what cannot end well. */
class PlannerTest {
    private static final Instant BEFORE = Instant.parse("2026-11-20T03:00:00Z");
    private static final Instant HARM = Instant.parse("2026-11-20T03:10:00Z");
    private static final String OLD = "sha256:old";
    private static final String NEW = "sha256:new";

    @TempDir
    private Path backupDirectory;

    private final FakeContainerHost host = new FakeContainerHost();
    private final FakeDataStore data = new FakeDataStore("shop");
    private final MemoryReleases releases = new MemoryReleases();
    private FakeBackupLedger backups;
    private Planner planner;

    @BeforeEach
    void aShopOnABadRelease() throws IOException {
        backups = new FakeBackupLedger(backupDirectory);
        planner = new Planner(host, new DataStores(List.of(data)), releases, backups);
        host.images.add(OLD);
        host.run("shop-db", "sha256:postgres", Map.of());
        host.run("shop-api", NEW, Map.of("EXPRESS", "true"));
        host.run("shop-web", NEW, Map.of());
        releases.save(new Release(
                "shop@1#1",
                "shop",
                "1",
                BEFORE,
                Map.of("api", recorded(Map.of()), "web", recorded(Map.of())),
                Map.of("db", "1")));
        Files.writeString(backupDirectory.resolve("db.dump"), "whole");
        backups.save(set("shop-before", Purpose.PRE_UPGRADE, "shop@1#1", BEFORE));
    }

    private static RecordedService recorded(Map<String, String> environment) {
        return new RecordedService(OLD, "shop:1", null, FakeContainerHost.specification(environment));
    }

    private static BackupSet set(String id, Purpose purpose, String release, Instant takenAt) {
        BackupSet.Part part = new BackupSet.Part("db", "db.dump", 5, "aa", Map.of("public.orders", 2L), "1", "15.1");
        return new BackupSet(id, "shop", purpose, release, takenAt, List.of(part));
    }

    private static ManagedSystem system(boolean oldCodeRuns) {
        return new ManagedSystem(
                "shop",
                "Shop",
                new ManagedSystem.AlertMatch("system", "shop"),
                null,
                List.of(
                        new Service("web", "shop-web", List.of("api"), List.of(), false, Duration.ofSeconds(5), null),
                        new Service(
                                "api", "shop-api", List.of("db"), List.of("db"), false, Duration.ofSeconds(5), null),
                        new Service("db", "shop-db", List.of(), List.of(), true, Duration.ofSeconds(5), null)),
                List.of(new Store(
                        "db",
                        Store.Kind.POSTGRESQL,
                        "db",
                        "127.0.0.1",
                        5432,
                        "shop",
                        "postgres",
                        null,
                        "select 1",
                        oldCodeRuns)),
                List.of(new Toggle("express", "Express", "api", "EXPRESS", "false", List.of())),
                List.of(),
                ManagedSystem.Budgets.DEFAULT,
                ManagedSystem.Windows.DEFAULT);
    }

    private Plan plan(int level) {
        return planner.plan(request(level, null));
    }

    private static PlanRequest request(int level, String feature) {
        return new PlanRequest("INC-1", system(true), level, feature, HARM);
    }

    @Test
    void switchesTheTogglesOfAServiceTogether() {
        Plan plan = plan(1);

        assertThat(plan.targets("switchToggle")).containsExactly("api");
        assertThat(plan.step("switchToggle", "api").now()).isEqualTo("EXPRESS=true");
        assertThat(plan.step("switchToggle", "api").after()).isEqualTo("EXPRESS=false");
    }

    @Test
    void skipsLevelOneWhenTheTogglesAreOffAlready() {
        host.named("shop-api").specification = FakeContainerHost.specification(Map.of("EXPRESS", "false"));

        LevelSkipped skipped = catchThrowableOfType(LevelSkipped.class, () -> plan(1));

        assertThat(skipped.code()).isEqualTo(ErrorCode.NO_TOGGLE);
        assertThat(skipped).hasMessage("the toggles [express] are off already");
    }

    @Test
    void skipsLevelOneWhenTheFeatureHasNoToggle() {
        LevelSkipped skipped = catchThrowableOfType(LevelSkipped.class, () -> planner.plan(request(1, "wish-list")));

        assertThat(skipped).hasMessage("system 'shop' has no toggle 'wish-list'");
    }

    @Test
    void stopsInReverseOrderAndStartsInDependencyOrder() {
        Plan plan = plan(2);

        assertThat(plan.targets("stopService")).containsExactly("web", "api");
        assertThat(plan.targets("revertImage")).containsExactly("api", "web");
        assertThat(plan.targets("createReplacement")).containsExactly("api", "web");
    }

    @Test
    void restartsWhatDependsOnARevertedService() {
        host.named("shop-web").imageId = OLD;

        Plan plan = plan(2);

        assertThat(plan.targets("createReplacement")).containsExactly("api");
        assertThat(plan.targets("stopService")).containsExactly("web", "api");
    }

    @Test
    void refusesWhenARecordedImageIsGone() {
        host.images.remove(OLD);

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(2));

        assertThat(refusal.code()).isEqualTo(ErrorCode.IMAGE_NOT_PRESENT);
        assertThat(refusal.explanation())
                .contains("image 'shop:1' (sha256:old)")
                .contains("HINT: pull or load it");
        assertThat(host.effects).isEmpty();
    }

    @Test
    void skipsOldCodeOnASchemaItCannotUse() {
        data.databases.get("shop").schemaVersion = "2";

        LevelSkipped skipped = catchThrowableOfType(
                LevelSkipped.class, () -> planner.plan(new PlanRequest("INC-1", system(false), 2, null, HARM)));

        assertThat(skipped.code()).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE);
        assertThat(skipped).hasMessageContaining("'2'").hasMessageContaining("'1'");
    }

    @Test
    void loadsBesideAndMeasuresBeforeItStopsAnything() {
        List<String> steps = plan(3).steps().stream().map(Plan.PlanStep::step).toList();

        assertThat(steps.indexOf("measureLoss")).isLessThan(steps.indexOf("stopService"));
        assertThat(steps.indexOf("stopService")).isLessThan(steps.indexOf("swapStore"));
        assertThat(steps.indexOf("proveStore")).isLessThan(steps.indexOf("revertImage"));
    }

    /** A.7.1: the newest backup is the one that was just taken of the broken state. */
    @Test
    void neverOffersTheNewestBackupWhenItIsTheFailedState() {
        backups.save(set("shop-emergency", Purpose.EMERGENCY, null, HARM.minusSeconds(5)));
        backups.save(set("shop-scheduled-on-bad-release", Purpose.SCHEDULED, "shop@2#2", HARM.minusSeconds(60)));

        assertThat(plan(3).backupId()).isEqualTo("shop-before");
    }

    @Test
    void refusesWithoutABackup() {
        backups.sets.clear();

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(3));

        assertThat(refusal.code()).isEqualTo(ErrorCode.NO_BACKUP);
    }

    @Test
    void refusesATruncatedBackup() throws IOException {
        Files.writeString(backupDirectory.resolve("db.dump"), "who");

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(3));

        assertThat(refusal.code()).isEqualTo(ErrorCode.BACKUP_TRUNCATED);
        assertThat(refusal).hasMessageContaining("has 3 bytes, its manifest says 5");
    }

    @Test
    void refusesWhatStandsInTheWayOfASwap() {
        data.obstacles.add("2 prepared transactions wait");

        Refusal refusal = catchThrowableOfType(Refusal.class, () -> plan(3));

        assertThat(refusal.code()).isEqualTo(ErrorCode.PLAN_OBSTACLE);
        assertThat(refusal).hasMessageContaining("2 prepared transactions wait");
    }

    @Test
    void isTheSamePlanWhileTheWorldIsTheSame() {
        assertThat(plan(3).sha256()).isEqualTo(plan(3).sha256()).matches("[0-9a-f]{64}");
    }

    @Test
    void isAnotherPlanWhenAnotherDatabaseStandsThere() {
        String before = plan(3).sha256();

        data.databases.get("shop").identity = "4711";

        assertThat(plan(3).sha256()).isNotEqualTo(before);
    }

    @Test
    void isAnotherPlanWhenAnotherImageRuns() {
        String before = plan(2).sha256();

        host.named("shop-web").imageId = "sha256:third";

        assertThat(plan(2).sha256()).isNotEqualTo(before);
    }
}
