package dev.sternway.step.salvage;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Salvages;
import dev.sternway.plan.Salvages.Salvage;
import dev.sternway.plan.Salvages.State;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Capability;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage;
import dev.sternway.port.RowSalvage.Choice;
import dev.sternway.port.RowSalvage.Found;
import dev.sternway.step.StepResult;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Looks for rows that a restore left behind, brings back what people chose, and takes it out again. What was begun before
 * a crash is finished by what the live database says of its transaction, never done twice.
 */
@Component
public class RowSalvages {
    private final DataStores dataStores;
    private final Salvages salvages;

    RowSalvages(DataStores dataStores, Salvages salvages) {
        this.dataStores = dataStores;
        this.salvages = salvages;
    }

    /**
     * What each store's kept database has that the live one has not.
     *
     * @throws Refusal when nothing of the incident is kept
     */
    public StepResult find(String incidentId, ManagedSystem system, Progress progress) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        ArrayNode stores = details.putArray("stores");
        long offered = 0;
        boolean kept = false;
        for (Store store : dataStores.able(system, Set.of(Capability.SWAP))) {
            DataStore data = dataStores.of(store);
            Optional<RowSalvage> salvage = data.rowSalvage();
            if (isKept(data, system, store, incidentId)) {
                kept = true;
                ObjectNode node = stores.addObject().put("store", store.id());
                if (salvage.isEmpty()) {
                    node.put("obstacle", "rows of a store of this kind are not brought back by Sternway");
                } else {
                    data.settle(system, store, StoreNames.kept(store, incidentId));
                    List<Found> found = salvage.get().find(system, store, StoreNames.kept(store, incidentId), progress);
                    ArrayNode tables = node.putArray("tables");
                    found.forEach(each -> describe(tables.addObject(), each));
                    offered += found.stream().mapToLong(Found::offered).sum();
                }
            }
        }
        if (!kept) {
            throw new Refusal(
                    ErrorCode.NO_KEPT_STORE,
                    "no database is kept that a restore of incident '" + incidentId + "' put aside",
                    "it was discarded or is live again; the file of lost rows has them as long as it is kept.");
        }
        details.put("rows", offered);
        return new StepResult(
                "rows that only the kept database of '" + system.id() + "' has are known",
                Words.some(offered, "row") + " could be brought back",
                Evidence.Outcome.PROVED,
                details);
    }

    private static void describe(ObjectNode node, Found found) {
        node.put("table", found.table())
                .put("missing", found.missing())
                .put("changed", found.changed())
                .put("uniqueConflicts", found.uniqueConflicts())
                .put("parentConflicts", found.parentConflicts())
                .put("obstacle", found.obstacle());
        found.needs().forEach(node.putArray("needs")::add);
        found.leftBehind().forEach(node.putArray("leftBehind")::add);
    }

    private static boolean isKept(DataStore data, ManagedSystem system, Store store, String incidentId) {
        Optional<Aside> kept = data.aside(system, store, StoreNames.kept(store, incidentId))
                .filter(each -> each.stage() == Stage.KEPT);
        return kept.isPresent()
                && data.identify(system, store).identity().equals(kept.get().replacedBy());
    }

    /** Writes what was chosen and approved; once, however often it is called. */
    public StepResult apply(ManagedSystem system, long id, Progress progress) {
        Salvage salvage = salvages.get(id);
        Store store = system.store(salvage.storeId());
        DataStore data = dataStores.of(store);
        RowSalvage rows = rows(data);
        String wanted = "rows of " + salvage.tables() + " brought back into store '" + store.id() + "'";
        if (salvage.state() == State.PREPARED && committed(rows, system, store, salvage.transaction())) {
            salvages.applied(id, salvage.leftOut());
            return described(StepResult.already(wanted, "found it so: " + figures(id)), id);
        }
        if (salvage.state() == State.APPLIED) {
            return described(StepResult.already(wanted, "found it so: " + figures(id)), id);
        }
        if (salvage.state() == State.PREPARED) {
            salvages.takeBack(id);
        } else if (salvage.state() != State.CHOSEN) {
            throw new Refusal(
                    ErrorCode.SALVAGE_CONFLICT,
                    "salvage " + id + " is " + salvage.state(),
                    "choose anew: ./sternway salvage " + salvage.incidentId() + ".");
        }
        if (!isKept(data, system, store, salvage.incidentId())) {
            throw new Refusal(
                    ErrorCode.NO_KEPT_STORE,
                    "database '" + StoreNames.kept(store, salvage.incidentId())
                            + "' is not there as the one that the live '" + store.database() + "' replaced",
                    "it was discarded, changed by hand or is live again.");
        }
        salvages.requireApproved(id, false);
        String kept = StoreNames.kept(store, salvage.incidentId());
        String live = data.identify(system, store).identity();
        data.settle(system, store, kept);
        RowSalvage.Applied applied;
        try {
            applied = rows.apply(
                    system,
                    store,
                    kept,
                    new Choice(salvage.tables(), salvage.onlyMissing(), salvage.mostRows()),
                    (transaction, shapes, written) -> salvages.prepare(id, transaction, live, shapes, written),
                    progress);
        } catch (Refusal refusal) {
            forget(rows, system, store, id);
            throw refusal;
        }
        salvages.applied(id, sum(applied.leftOut()));
        return described(StepResult.proved(wanted, figures(id)), id).with("leftOutOf", applied.leftOut());
    }

    /** Takes out again what a salvage wrote; once, however often it is called. */
    public StepResult undo(ManagedSystem system, long id, Progress progress) {
        Salvage salvage = salvages.get(id);
        Store store = system.store(salvage.storeId());
        DataStore data = dataStores.of(store);
        RowSalvage rows = rows(data);
        String wanted = "salvage " + id + " of store '" + store.id() + "' undone";
        if (salvage.state() == State.UNDOING && committed(rows, system, store, salvage.undoTransaction())) {
            salvages.undone(id);
            return described(StepResult.already(wanted, "found it so"), id);
        }
        if (salvage.state() == State.UNDONE) {
            return described(StepResult.already(wanted, "found it so"), id);
        }
        if (salvage.state() == State.UNDOING) {
            salvages.stillApplied(id);
        } else if (salvage.state() != State.APPLIED) {
            throw new Refusal(
                    ErrorCode.SALVAGE_CHANGED_SINCE,
                    "salvage " + id + " is " + salvage.state() + ", there is nothing to undo",
                    "./sternway salvage " + salvage.incidentId() + " tells how it stands.");
        }
        String live = data.identify(system, store).identity();
        if (!live.equals(salvage.liveIdentity())) {
            throw new Refusal(
                    ErrorCode.SALVAGE_CHANGED_SINCE,
                    "the live database is '" + live + "', the rows were written into '" + salvage.liveIdentity() + "'",
                    "it was restored or swapped back since: there is nothing to undo.");
        }
        salvages.requireApproved(id, true);
        long undone;
        try {
            undone = rows.undo(
                    system,
                    store,
                    salvages.shapes(id),
                    consumer -> salvages.rows(id, consumer),
                    transaction -> salvages.undoing(id, transaction),
                    progress);
        } catch (Refusal refusal) {
            forget(rows, system, store, id);
            throw refusal;
        }
        salvages.undone(id);
        return described(
                StepResult.proved(wanted, Words.some(undone, "row") + " taken out or given their values back"), id);
    }

    /** What was written down for a transaction that did not commit says nothing any more. */
    private void forget(RowSalvage rows, ManagedSystem system, Store store, long id) {
        Salvage salvage = salvages.get(id);
        if (salvage.state() == State.PREPARED
                && rows.fate(system, store, salvage.transaction()) == RowSalvage.Fate.ABORTED) {
            salvages.takeBack(id);
        }
        if (salvage.state() == State.UNDOING
                && rows.fate(system, store, salvage.undoTransaction()) == RowSalvage.Fate.ABORTED) {
            salvages.stillApplied(id);
        }
    }

    private static RowSalvage rows(DataStore data) {
        return data.rowSalvage()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.SALVAGE_CONFLICT,
                        "rows of a store of kind " + data.kind() + " are not brought back by Sternway",
                        "take them by hand from the kept file or from the file of lost rows."));
    }

    /** False when the transaction never came to its end; refuses as long as nobody knows. */
    private static boolean committed(RowSalvage rows, ManagedSystem system, Store store, String transaction) {
        return switch (rows.fate(system, store, transaction)) {
            case COMMITTED -> true;
            case ABORTED -> false;
            case RUNNING ->
                throw new OutsideException("transaction " + transaction + " of store '" + store.id()
                        + "' is still under way, what became of it is asked again");
            case FORGOTTEN ->
                throw new Refusal(
                        ErrorCode.SALVAGE_CONFLICT,
                        "the server of store '" + store.id() + "' does not know any more what became of transaction "
                                + transaction,
                        "compare the live rows with the kept database by hand.");
        };
    }

    private String figures(long id) {
        Salvage salvage = salvages.get(id);
        return Words.some(salvage.inserted(), "row") + " inserted, " + salvage.updated() + " given the values of the"
                + " failed database, "
                + (salvage.leftOut() == null ? "those in conflict" : String.valueOf(salvage.leftOut())) + " left out";
    }

    private StepResult described(StepResult result, long id) {
        Salvage salvage = salvages.get(id);
        return result.with("salvage", id)
                .with("store", salvage.storeId())
                .with("inserted", salvage.inserted())
                .with("updated", salvage.updated())
                .with("leftOut", salvage.leftOut());
    }

    private static long sum(Map<String, Long> rows) {
        return rows.values().stream().mapToLong(Long::longValue).sum();
    }
}
