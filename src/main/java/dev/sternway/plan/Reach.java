package dev.sternway.plan;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.Store;
import dev.sternway.catalogue.Store.Holds;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scope;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Arrays;
import java.util.List;

/** What of a system the scope of a request reaches, and whether the scope may be asked for at all. */
final class Reach {
    private final PlanRequest request;
    private final Service only;

    private Reach(PlanRequest request, Service only) {
        this.request = request;
        this.only = only;
    }

    /**
     * The reach of the request.
     *
     * @throws LevelSkipped when the scope has nothing to do at the level
     * @throws Refusal when the scope names no service that can be taken back, has no store, or lacks its reason
     */
    static Reach of(PlanRequest request) {
        return switch (request.scope()) {
            case FULL -> new Reach(request, null);
            case PARTIAL_SERVICE -> new Reach(request, service(request));
            case DATABASE -> database(request);
            case CONFIGURATION, UI -> alone(request);
        };
    }

    boolean isPartial() {
        return only != null;
    }

    /** True when services keep the image that they run on. */
    boolean isDataOnly() {
        return holds(request.scope()) != null;
    }

    /** The one service of a partial rollback. */
    Service only() {
        return only;
    }

    /** True when the service may be changed. */
    boolean changes(Service service) {
        return !isDataOnly() && (only == null || service.id().equals(only.id()));
    }

    /** True when the store's schema, or at level 3 its data, is of concern. */
    boolean concerns(Store store) {
        Holds wanted = holds(request.scope());
        return (only == null || only.uses().contains(store.id())) && (wanted == null || wanted == store.holds());
    }

    /** The stores that a restore takes back. */
    List<Store> stores(DataStores dataStores) {
        return dataStores.backedUp(request.system()).stream()
                .filter(this::concerns)
                .toList();
    }

    /** What the stores hold that the scope takes back alone; null when it takes services back as well. */
    private static Holds holds(Scope scope) {
        return switch (scope) {
            case DATABASE -> Holds.DATA;
            case CONFIGURATION -> Holds.CONFIGURATION;
            case UI -> Holds.UI;
            case FULL, PARTIAL_SERVICE -> null;
        };
    }

    /** Settings or the files of a front end; a store that holds them must be described. */
    private static Reach alone(PlanRequest request) {
        if (request.system().stores().stream().noneMatch(store -> store.holds() == holds(request.scope()))) {
            throw notDescribed(request);
        }
        if (request.level() < 3) {
            throw new LevelSkipped(
                    ErrorCode.SCOPE_NOT_AT_LEVEL,
                    "scope " + request.scope() + " restores stores, which level " + request.level()
                            + " does not; level 3 does");
        }
        return new Reach(request, null);
    }

    private static Reach database(PlanRequest request) {
        if (request.level() < 3) {
            throw new LevelSkipped(
                    ErrorCode.SCOPE_NOT_AT_LEVEL,
                    "scope DATABASE restores stores, which level " + request.level() + " does not; level 3 does");
        }
        if (request.restoreReason() == null) {
            throw new Refusal(
                    ErrorCode.RESTORE_REASON_MISSING,
                    "the data of system '" + request.system().id() + "' alone is restored for one of "
                            + Arrays.toString(RestoreReason.values()) + " only, and none is given",
                    "give the reason if it is one of these, else roll back the release at level 2.");
        }
        return new Reach(request, null);
    }

    private static Service service(PlanRequest request) {
        ManagedSystem system = request.system();
        List<String> known = system.services().stream()
                .filter(service -> !service.infrastructure())
                .map(Service::id)
                .toList();
        if (!known.contains(String.valueOf(request.service()))) {
            boolean infrastructure =
                    system.services().stream().anyMatch(each -> each.id().equals(request.service()));
            throw new Refusal(
                    ErrorCode.SERVICE_UNKNOWN,
                    request.service() == null
                            ? "one service of system '" + system.id() + "' is to be taken back, and none is named"
                            : "service '" + request.service() + "' of system '" + system.id() + "' "
                                    + (infrastructure ? "is infrastructure, which is never stopped" : "is not known"),
                    "name one of " + known + ", or take the whole system back.");
        }
        return system.service(request.service());
    }

    private static Refusal notDescribed(PlanRequest request) {
        String what = request.scope() == Scope.UI ? "no store of front-end files" : "no configuration store";
        return new Refusal(
                ErrorCode.NO_CONFIGURATION_STORE,
                what + " is described for system '" + request.system().id() + "', so scope " + request.scope()
                        + " has nothing to restore",
                "take the service or the whole system back: a recorded release brings its settings back too.");
    }
}
