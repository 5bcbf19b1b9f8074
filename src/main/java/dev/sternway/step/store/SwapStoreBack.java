package dev.sternway.step.store;

import dev.sternway.port.DataStore.Shape;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import org.springframework.stereotype.Component;

/** Makes the kept database live again and keeps the copy, with what was written to it since. */
@Component
public class SwapStoreBack implements Step {
    private final DataStores dataStores;
    private final StoreUsers users;

    SwapStoreBack(DataStores dataStores, StoreUsers users) {
        this.dataStores = dataStores;
        this.users = users;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "the database from before the swap is live as '"
                + attempt.store().database() + "', the copy is kept as '" + attempt.beside() + "'";
        if (attempt.swappedBack()) {
            attempt.data().swap(attempt.system(), attempt.store(), attempt.kept(), attempt.beside());
            return described(StepResult.already(wanted, "found it so"), attempt, 0);
        }
        if (neverSwapped(attempt)) {
            return described(StepResult.already(wanted, "the store was not swapped"), attempt, 0);
        }
        users.requireStopped(attempt.system(), attempt.store());
        long outage = attempt.data().swap(attempt.system(), attempt.store(), attempt.kept(), attempt.beside());
        if (!attempt.swappedBack()) {
            return StepResult.notMet(wanted, "seen after the swap: " + attempt.shape());
        }
        return described(
                StepResult.proved(wanted, "swapped back, the store was away for " + outage + " ms"), attempt, outage);
    }

    private static boolean neverSwapped(StoreAttempt attempt) {
        return attempt.aside(attempt.kept()).isEmpty()
                && attempt.aside(attempt.beside())
                        .filter(each -> each.stage() == Stage.KEPT)
                        .isEmpty();
    }

    private static StepResult described(StepResult result, StoreAttempt attempt, long outage) {
        Shape shape = attempt.shape();
        return result.with("outageMillis", outage)
                .with("live", shape.live().orElse(null))
                .with("kept", attempt.beside());
    }
}
