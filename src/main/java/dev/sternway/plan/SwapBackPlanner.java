package dev.sternway.plan;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.StartOrder;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStore.Identity;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Makes the plan that takes an incident's restore back: the kept databases go live again, the restored ones are kept. */
@Component
public class SwapBackPlanner {
    private static final int LEVEL = 3;

    private final DataStores dataStores;
    private final Plans plans;
    private final Ledger ledger;

    SwapBackPlanner(DataStores dataStores, Plans plans, Ledger ledger) {
        this.dataStores = dataStores;
        this.plans = plans;
        this.ledger = ledger;
    }

    /** A store whose restored database is live and whose failed one is kept. */
    private record Restored(Store store, Identity live, Aside kept, Instant since) {}

    /**
     * The plan as the world is now; nothing is touched.
     *
     * @throws Refusal when nothing was restored, a kept database is gone, or something is in the way of a swap
     */
    public Plan plan(String incidentId, ManagedSystem system) {
        List<Restored> restored = restored(incidentId, system);
        List<Service> users = StartOrder.inStartOrder(system).stream()
                .filter(service -> !service.infrastructure())
                .filter(service -> restored.stream()
                        .map(Restored::store)
                        .filter(store -> dataStores.of(store).stopsUsers(store))
                        .anyMatch(store -> service.uses().contains(store.id())))
                .toList();
        List<Service> lastFirst = new ArrayList<>(users);
        Collections.reverse(lastFirst);

        List<PlanStep> steps = new ArrayList<>();
        restored.forEach(each -> steps.add(measure(each)));
        lastFirst.forEach(service -> steps.add(PlanSteps.stop(service)));
        restored.forEach(each -> steps.add(swap(each, incidentId)));
        users.forEach(service -> {
            steps.add(start(service));
            steps.add(PlanSteps.ready(service));
        });
        return new Plan(
                PlanHash.of(incidentId, system.id(), LEVEL, null, null, Map.of(), steps),
                incidentId,
                system.id(),
                LEVEL,
                null,
                null,
                List.copyOf(steps),
                system.budgets().of(LEVEL),
                steps.stream().map(PlanStep::estimate).reduce(Duration.ZERO, Duration::plus),
                Instant.now());
    }

    private List<Restored> restored(String incidentId, ManagedSystem system) {
        Plan restore = plans.of(incidentId).stream()
                .filter(plan -> !plan.targets("swapStore").isEmpty())
                .reduce((older, newer) -> newer)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_KEPT_STORE,
                        "incident '" + incidentId + "' has restored nothing",
                        "there is nothing to swap back."));
        List<Restored> restored = new ArrayList<>();
        for (String target : restore.targets("swapStore")) {
            find(incidentId, system, system.store(target), restore).ifPresent(restored::add);
        }
        if (restored.isEmpty()) {
            throw new Refusal(
                    ErrorCode.NO_KEPT_STORE,
                    "no store of system '" + system.id() + "' runs on a database that incident '" + incidentId
                            + "' restored",
                    "there is nothing to swap back, or it was swapped back already.");
        }
        return restored;
    }

    /** Empty when the failed database is live: it was never swapped, or is back already. */
    private Optional<Restored> find(String incidentId, ManagedSystem system, Store store, Plan restore) {
        DataStore data = dataStores.of(store);
        data.require(store, Capability.COMPARE, Capability.SWAP_BACK);
        String keptName = StoreNames.kept(store, incidentId);
        Optional<Aside> beside = data.aside(system, store, StoreNames.beside(store, incidentId));
        if (beside.isPresent()) {
            return Optional.empty();
        }
        List<String> obstacles = data.obstacles(system, store);
        if (!obstacles.isEmpty()) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "store '" + store.id() + "' cannot be swapped: " + String.join("; ", obstacles),
                    "clear what is in the way, then ask for the swap back again.");
        }
        Identity live = data.identify(system, store);
        Aside kept = data.aside(system, store, keptName)
                .filter(each -> each.stage() == Stage.KEPT)
                .filter(each -> live.identity().equals(each.replacedBy()))
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_KEPT_STORE,
                        "database '" + keptName + "' is not there as the one that the live '" + store.live()
                                + "' replaced",
                        "it was discarded or changed by hand; restore from a backup instead."));
        return Optional.of(new Restored(store, live, kept, swappedAt(incidentId, store, restore)));
    }

    /** When the restored database went live: what was written since is what would be lost. */
    private Instant swappedAt(String incidentId, Store store, Plan restore) {
        return ledger.of(incidentId).stream()
                .filter(entry -> "swapStore".equals(entry.step()) && store.id().equals(entry.target()))
                .filter(entry -> entry.outcome() == Outcome.PROVED || entry.outcome() == Outcome.ALREADY)
                .map(Evidence::endedAt)
                .findFirst()
                .orElse(restore.createdAt());
    }

    private static PlanStep measure(Restored restored) {
        return PlanSteps.step(
                "measureSwapBackLoss",
                restored.store().id(),
                "loss not known",
                "loss measured table by table, against the kept database",
                Duration.ofSeconds(1 + restored.live().bytes() / 50_000_000L),
                Duration.ZERO,
                identity(restored));
    }

    private PlanStep swap(Restored restored, String incidentId) {
        String live = restored.store().live();
        return PlanSteps.step(
                "swapStoreBack",
                restored.store().id(),
                "'" + live + "' is the database restored at " + restored.since(),
                "'" + live + "' is the database from before the restore; the restored one is kept as '"
                        + StoreNames.beside(restored.store(), incidentId) + "'",
                Duration.ofSeconds(1),
                dataStores.of(restored.store()).outage(restored.store()),
                identity(restored));
    }

    private static PlanStep start(Service service) {
        return PlanSteps.step(
                "startService",
                service.id(),
                "stopped for the swap",
                "runs, on the release that it has now",
                Duration.ofSeconds(1),
                Duration.ZERO,
                Map.of());
    }

    private static Map<String, String> identity(Restored restored) {
        Map<String, String> identity = new TreeMap<>();
        identity.put("identity", restored.live().identity());
        identity.put("kept", restored.kept().identity());
        identity.put("restoredAt", restored.since().toString());
        return identity;
    }
}
