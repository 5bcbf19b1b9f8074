package dev.sternway.plan;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;

/**
 * Keeps code and data together where not all of a system goes back: nobody's data is replaced unseen, and no service is
 * started on a schema that it does not know.
 */
final class CodeAndData {
    private final RecordedServices services;
    private final DataStores dataStores;
    private final ReleaseLedger releases;

    CodeAndData(RecordedServices services, DataStores dataStores, ReleaseLedger releases) {
        this.services = services;
        this.dataStores = dataStores;
        this.releases = releases;
    }

    /**
     * Refuses to swap stores below a service that is not restarted, or that keeps code of another schema.
     *
     * @param restarted what the plan stops and starts again
     */
    void requireTogether(PlanRequest request, Reach reach, List<BackupSet.Part> parts, List<Service> restarted) {
        for (BackupSet.Part part : parts) {
            Store store = request.system().store(part.storeId());
            for (Service user : request.system().services()) {
                if (user.infrastructure() || !user.uses().contains(store.id())) {
                    continue;
                }
                if (dataStores.of(store).stopsUsers(store) && !restarted.contains(user)) {
                    throw new Refusal(
                            ErrorCode.STORE_SHARED,
                            "store '" + store.id() + "' is used by service '" + user.id()
                                    + "' too, which is not in the plan for '" + request.service() + "'",
                            "take the whole system back, or restore the database alone, with a reason.");
                }
                if (!reach.changes(user)) {
                    requireFits(request.system(), store, part, user);
                }
            }
        }
    }

    private void requireFits(ManagedSystem system, Store store, BackupSet.Part part, Service user) {
        if (part.schemaVersion() == null) {
            return;
        }
        String live = dataStores.of(store).identify(system, store).schemaVersion();
        boolean fits = part.schemaVersion().equals(live)
                || releases.list(system.id()).stream()
                        .filter(release -> part.schemaVersion()
                                .equals(release.schemaVersions().get(store.id())))
                        .anyMatch(release -> services.runsAs(user, release));
        if (!fits) {
            throw new Refusal(
                    ErrorCode.SCHEMA_INCOMPATIBLE,
                    "service '" + user.id() + "' keeps its image, store '" + store.id()
                            + "' would go from schema version '" + live + "' to '" + part.schemaVersion()
                            + "', and no recorded release says that they fit",
                    "take the whole system back, so that code and data go together.");
        }
    }
}
