package dev.sternway.plan;

import static dev.sternway.plan.PlanSteps.reversed;
import static dev.sternway.plan.PlanSteps.stop;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import java.util.ArrayList;
import java.util.List;

/** Plans level 2: the services go back to the recorded release. */
final class ReleasePlanner {
    private final RecordedServices services;
    private final DataStores dataStores;
    private final RollbackTargets targets;

    ReleasePlanner(RecordedServices services, DataStores dataStores, RollbackTargets targets) {
        this.services = services;
        this.dataStores = dataStores;
        this.targets = targets;
    }

    Draft draft(PlanRequest request) {
        ManagedSystem system = request.system();
        Reach reach = Reach.of(request);
        Release release = targets.release(request);
        for (Store store : system.stores()) {
            String recorded = release.schemaVersions().get(store.id());
            if (recorded == null || store.oldCodeRuns() || !reach.concerns(store)) {
                continue;
            }
            String live = dataStores.of(store).identify(system, store).schemaVersion();
            if (!recorded.equals(live)) {
                throw new LevelSkipped(
                        ErrorCode.SCHEMA_INCOMPATIBLE,
                        "store '" + store.id() + "' has schema version '" + live + "', release '" + release.id()
                                + "' ran on '" + recorded + "', and the catalogue does not say that old code runs");
            }
        }
        List<Service> changed = services.changed(system, release, reach);
        if (changed.isEmpty()) {
            throw new LevelSkipped(
                    ErrorCode.NO_RELEASE,
                    "release '" + release.id() + "' is what "
                            + (reach.isPartial() ? "service '" + reach.only().id() + "' " : "")
                            + "runs already, with its"
                            + " settings");
        }
        List<Service> restarted = RecordedServices.withDependents(system, changed, List.of());
        List<PlanStep> steps = new ArrayList<>();
        changed.forEach(service -> steps.add(services.replacement(service, release)));
        reversed(restarted).forEach(service -> steps.add(stop(service)));
        restarted.forEach(service -> steps.addAll(services.startAgain(service, release, reach)));
        return new Draft(release, null, steps);
    }
}
