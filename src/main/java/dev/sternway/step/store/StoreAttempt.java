package dev.sternway.step.store;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.plan.StoreNames;
import dev.sternway.port.DataStore;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Shape;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import java.util.Optional;

/** One store of one task, with the names of the databases beside it and the questions that all its steps ask. */
record StoreAttempt(StepTask task, ManagedSystem system, Store store, DataStore data, String beside, String kept) {

    static StoreAttempt of(StepTask task, DataStores dataStores) {
        Store store = task.system().store(task.target());
        return new StoreAttempt(
                task,
                task.system(),
                store,
                dataStores.of(store),
                StoreNames.beside(store, task.incidentId()),
                StoreNames.kept(store, task.incidentId()));
    }

    Shape shape() {
        return data.shape(system, store, beside, kept);
    }

    Optional<Aside> aside(String name) {
        return data.aside(system, store, name);
    }

    /** True when this incident's copy is live and the failed database is kept. */
    boolean swapped() {
        return replaced(kept);
    }

    /** True when the copy was live and the failed database is live again. */
    boolean swappedBack() {
        return replaced(beside);
    }

    private boolean replaced(String name) {
        Optional<String> live = shape().live();
        return aside(name)
                .filter(each -> each.stage() == Stage.KEPT)
                .filter(each -> live.isPresent() && live.get().equals(each.replacedBy()))
                .isPresent();
    }

    /** Refuses when the live database is not the one that the plan saw. */
    void requirePlannedIdentity(String step) {
        String planned = planned(step, "identity");
        String live = shape().live().orElse("none");
        if (planned != null && !planned.equals(live)) {
            throw new Refusal(
                    ErrorCode.PLAN_CHANGED,
                    "database '" + store.live() + "' is '" + live + "', the plan was made for '" + planned + "'",
                    "make a new plan and have it approved.");
        }
    }

    /** Refuses when the database that the restore put aside is not there as the plan saw it. */
    void requireKept(String step) {
        String planned = planned(step, "kept");
        Optional<String> live = shape().live();
        aside(kept)
                .filter(each -> each.stage() == Stage.KEPT)
                .filter(each -> live.isPresent() && live.get().equals(each.replacedBy()))
                .filter(each -> planned == null || planned.equals(each.identity()))
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_KEPT_STORE,
                        "database '" + kept + "' is not there as the one that the live '" + store.live() + "' replaced",
                        "it was discarded or changed by hand; restore from a backup instead."));
    }

    /** A value that the plan observed for the step, or null. */
    String planned(String step, String key) {
        return PlannedIdentity.of(task, step, key).orElse(null);
    }
}
