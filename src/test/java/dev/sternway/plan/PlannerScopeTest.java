package dev.sternway.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.FakeContainerHost;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What of a system a plan takes back, and what it refuses to take back alone. */
class PlannerScopeTest {
    @TempDir
    private Path directory;

    private PartsOfAShop shop;

    @BeforeEach
    void aShopOnABadRelease() {
        shop = new PartsOfAShop(directory);
    }

    private Refusal refused(Runnable planning) {
        Refusal refusal = catchThrowableOfType(Refusal.class, planning::run);
        assertThat(shop.host.effects).isEmpty();
        assertThat(shop.data.done).isEmpty();
        return refusal;
    }

    private static LevelSkipped skipped(Runnable planning) {
        return catchThrowableOfType(LevelSkipped.class, planning::run);
    }

    /** The other services run on images as new as before. */
    @Test
    @Tag("S4-14")
    void revertsOneServiceAndRestartsWhatDependsOnIt() {
        Plan plan = shop.plan(2, Scope.PARTIAL_SERVICE, "api");

        assertThat(plan.targets("createReplacement")).containsExactly("api");
        assertThat(plan.targets("stopService")).containsExactly("web", "api");
        assertThat(plan.targets("revertImage")).containsExactly("api");
        assertThat(plan.targets("startService")).containsExactly("web");
        assertThat(plan.scope()).isEqualTo(Scope.PARTIAL_SERVICE);
        assertThat(plan.service()).isEqualTo("api");
    }

    @Test
    @Tag("S4-14")
    void switchesTheTogglesOfOneServiceOnly() {
        Plan plan = shop.plan(1, Scope.PARTIAL_SERVICE, "search");

        assertThat(plan.targets("switchToggle")).containsExactly("search");
    }

    @Test
    void skipsLevelOneOfAServiceWithoutAToggle() {
        LevelSkipped skipped = skipped(() -> shop.plan(1, Scope.PARTIAL_SERVICE, "worker"));

        assertThat(skipped.code()).isEqualTo(ErrorCode.NO_TOGGLE);
        assertThat(skipped).hasMessage("service 'worker' of system 'shop' has no toggle");
    }

    @Test
    void skipsLevelTwoOfAServiceThatIsOnTheReleaseAlready() {
        shop.host.named("shop-search").imageId = PartsOfAShop.ONE;

        LevelSkipped skipped = skipped(() -> shop.plan(2, Scope.PARTIAL_SERVICE, "search"));

        assertThat(skipped.code()).isEqualTo(ErrorCode.NO_RELEASE);
        assertThat(skipped).hasMessageContaining("service 'search' runs already");
    }

    @Test
    void asksOnlyTheStoresOfTheServiceForTheirSchema() {
        shop.data.databases.get("index").schemaVersion = "2";

        assertThat(shop.plan(2, Scope.PARTIAL_SERVICE, "api").targets("revertImage"))
                .containsExactly("api");
        assertThat(skipped(() -> shop.plan(2, Scope.PARTIAL_SERVICE, "search")).code())
                .isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE);
    }

    @Test
    void restoresOnlyTheStoresOfTheService() {
        Plan plan = shop.plan(3, Scope.PARTIAL_SERVICE, "search");

        assertThat(plan.targets("swapStore")).containsExactly("index");
        assertThat(plan.targets("stopService")).containsExactly("search");
        assertThat(plan.targets("revertImage")).containsExactly("search");
        assertThat(plan.targets("startService")).isEmpty();
    }

    @Test
    void restoresTheStoresOfTheServiceOutOfABackupThatLacksAnother() {
        shop.backups.save(PartsOfAShop.setOf("shop-index", PartsOfAShop.BEFORE.plusSeconds(60), "index"));

        Plan plan = shop.plan(3, Scope.PARTIAL_SERVICE, "search");

        assertThat(plan.backupId()).isEqualTo("shop-index");
        assertThat(plan.targets("swapStore")).containsExactly("index");
    }

    @Test
    void refusesToRestoreAStoreThatAServiceOutsideOfThePlanUses() {
        Refusal refusal = refused(() -> shop.plan(3, Scope.PARTIAL_SERVICE, "api"));

        assertThat(refusal.code()).isEqualTo(ErrorCode.STORE_SHARED);
        assertThat(refusal).hasMessageContaining("store 'orders' is used by service 'worker' too");
    }

    @Test
    void skipsLevelThreeOfAServiceWithoutAStore() {
        assertThat(skipped(() -> shop.plan(3, Scope.PARTIAL_SERVICE, "web")).code())
                .isEqualTo(ErrorCode.SCOPE_NOT_AT_LEVEL);
    }

    @Test
    void refusesAServiceThatIsNotThere() {
        for (String service : new String[] {null, "checkout", "db"}) {
            Refusal refusal = refused(() -> shop.plan(2, Scope.PARTIAL_SERVICE, service));

            assertThat(refusal.code()).as(service).isEqualTo(ErrorCode.SERVICE_UNKNOWN);
            assertThat(refusal.hint()).contains("[web, api, worker, search]");
        }
        assertThat(refused(() -> shop.plan(2, Scope.PARTIAL_SERVICE, "db")))
                .hasMessageContaining("infrastructure, which is never stopped");
    }

    @ParameterizedTest
    @EnumSource(RestoreReason.class)
    @Tag("S4-15")
    void restoresTheDataAloneForEachOfTheFourReasons(RestoreReason reason) {
        Plan plan = shop.planOfData(reason);

        assertThat(plan.targets("swapStore")).containsExactly("orders", "index");
        assertThat(plan.targets("stopService")).containsExactly("search", "worker", "web", "api");
        assertThat(plan.targets("startService")).containsExactly("api", "web", "worker", "search");
        assertThat(plan.targets("createReplacement")).isEmpty();
        assertThat(plan.targets("revertImage")).isEmpty();
        assertThat(plan.releaseId()).isNull();
        assertThat(plan.backupId()).isEqualTo("shop-before");
    }

    @Test
    @Tag("S4-15")
    void refusesTheDataAloneForNoneOfTheFourReasons() {
        Refusal refusal = refused(() -> shop.planOfData(null));

        assertThat(refusal.code()).isEqualTo(ErrorCode.RESTORE_REASON_MISSING);
        assertThat(refusal)
                .hasMessageContaining("[CORRUPTION, FAILED_MIGRATION, CONSTRAINT_VIOLATION, NO_OTHER_OPTION]");
    }

    @Test
    void skipsTheLevelsThatTouchNoData() {
        for (int level : List.of(1, 2)) {
            LevelSkipped skipped = skipped(() -> shop.planner.plan(
                    PartsOfAShop.request(level).with(Scope.DATABASE, null, null, null, RestoreReason.CORRUPTION)));

            assertThat(skipped.code()).isEqualTo(ErrorCode.SCOPE_NOT_AT_LEVEL);
        }
    }

    @Test
    @Tag("S4-15")
    void refusesOldDataBelowCodeThatKnowsOnlyTheNewSchema() {
        shop.migrated();

        Refusal refusal = refused(() -> shop.planOfData(RestoreReason.FAILED_MIGRATION));

        assertThat(refusal.code()).isEqualTo(ErrorCode.SCHEMA_INCOMPATIBLE);
        assertThat(refusal).hasMessageContaining("would go from schema version '2' to '1'");
    }

    /** As after a level 2: the code is back, the migrated data is not. */
    @Test
    @Tag("S4-28")
    void restoresOldDataBelowCodeThatRanOnItsSchema() {
        shop.migrated();
        for (String service : List.of("api", "web", "worker", "search")) {
            shop.host.named("shop-" + service).imageId = PartsOfAShop.ONE;
            shop.host.named("shop-" + service).specification = FakeContainerHost.specification(Map.of("FLAG", "on"));
        }

        assertThat(shop.planOfData(RestoreReason.FAILED_MIGRATION).targets("swapStore"))
                .containsExactly("orders", "index");
    }

    @Test
    void isAnotherPlanWhenAnotherContainerWouldBeStartedAgain() {
        String before = shop.planOfData(RestoreReason.CORRUPTION).sha256();

        shop.host.named("shop-web").imageId = "sha256:third";

        assertThat(shop.planOfData(RestoreReason.CORRUPTION).sha256()).isNotEqualTo(before);
    }

    @ParameterizedTest
    @EnumSource(names = {"CONFIGURATION", "UI"})
    void refusesWhatTheCatalogueDescribesNoStoreFor(Scope scope) {
        for (int level = 1; level <= 3; level++) {
            int each = level;
            Refusal refusal = refused(() -> shop.plan(each, scope, null));

            assertThat(refusal.code()).isEqualTo(ErrorCode.NO_CONFIGURATION_STORE);
            assertThat(refusal).hasMessageContaining("is described for system 'shop'");
        }
    }

    @Test
    void isAnotherPlanForAnotherScopeServiceTargetOrReason() {
        assertThat(List.of(
                        shop.plan(3).sha256(),
                        shop.plan(3, Scope.PARTIAL_SERVICE, "search").sha256(),
                        shop.planOfData(RestoreReason.CORRUPTION).sha256(),
                        shop.planOfData(RestoreReason.NO_OTHER_OPTION).sha256(),
                        shop.planTo(3, "shop@1#1", null).sha256(),
                        shop.planTo(3, null, "shop-before").sha256(),
                        shop.planTo(3, "shop@1#1", "shop-before").sha256()))
                .doesNotHaveDuplicates();
    }
}
