package dev.sternway.step.store;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.Plan;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStores;
import dev.sternway.step.FakeBackupLedger;
import dev.sternway.step.FakeDataStore;
import dev.sternway.step.StepTask;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.springframework.util.unit.DataSize;

/** A shop with one store, one backup of it and a plan to go back to that. */
final class StoreWorld {
    static final String BESIDE = "shop_next_inc_2026_0001";
    static final String KEPT = "shop_failed_inc_2026_0001";
    static final String BACKUP = "web-shop-1-pre-upgrade";
    static final Instant TAKEN_AT = Instant.parse("2026-11-20T10:15:00Z");

    final Store store = new Store(
            "db", Store.Kind.POSTGRESQL, "postgres", "127.0.0.1", 5432, "shop", "postgres", null, "select 1", true);
    final ManagedSystem system = new ManagedSystem(
            "web-shop",
            "Web shop",
            new ManagedSystem.AlertMatch("system", "web-shop"),
            null,
            List.of(
                    new Service("postgres", "shop-db", List.of(), List.of("db"), true, Duration.ofSeconds(10), null),
                    new Service("api", "shop-api", List.of(), List.of("db"), false, Duration.ofSeconds(10), null),
                    new Service("web", "shop-web", List.of(), List.of(), false, Duration.ofSeconds(10), null)),
            List.of(store),
            List.of(),
            List.of(),
            ManagedSystem.Budgets.DEFAULT,
            ManagedSystem.Windows.DEFAULT);
    final FakeDataStore data = new FakeDataStore("shop");
    final FakeBackupLedger backups;
    final Set<String> running = new HashSet<>(Set.of("shop-db", "shop-web"));
    final StoreUsers users = new StoreUsers(running::contains);
    final DataStores dataStores = new DataStores(List.of(data));
    final Part part;
    final LostRowsArchive archive;

    StoreWorld(Path directory) {
        archive = new LostRowsArchive(new LossSettings(
                directory.resolve("incidents"),
                DataSize.ofMegabytes(1),
                DataSize.ofBytes(0),
                Duration.ofDays(90),
                100_000,
                50_000_000,
                2_000_000));
        backups = new FakeBackupLedger(directory);
        part = new Part("db", BACKUP + "/db.dump", 13, "good", Map.of("public.orders", 2L), "1", "15.18");
        backups.save(new BackupSet(BACKUP, "web-shop", Purpose.PRE_UPGRADE, "web-shop@1#1", TAKEN_AT, List.of(part)));
    }

    StepTask task() {
        return task(BACKUP, data.databases.get("shop").identity);
    }

    StepTask task(String backupId, String identity) {
        Map<String, String> observed = Map.of("identity", identity, "sha256", "good");
        List<Plan.PlanStep> steps = List.of(step("LoadStoreBeside", observed), step("SwapStore", observed));
        Plan plan = new Plan(
                "plan",
                "INC-2026-0001",
                "web-shop",
                3,
                "web-shop@1#1",
                backupId,
                steps,
                Duration.ofMinutes(45),
                Duration.ofMinutes(1),
                TAKEN_AT);
        return new StepTask("INC-2026-0001", system, plan, "db", TAKEN_AT, DataStore.Progress.NONE);
    }

    private static Plan.PlanStep step(String name, Map<String, String> identity) {
        return new Plan.PlanStep(name, "db", "now", "after", Duration.ZERO, Duration.ZERO, identity);
    }

    LoadStoreBeside loadStoreBeside() {
        return new LoadStoreBeside(dataStores, backups);
    }

    SwapStore swapStore(ApprovalCheck approval) {
        return new SwapStore(dataStores, backups, users, approval);
    }
}
