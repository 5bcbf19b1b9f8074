package dev.sternway.step.store;

import dev.sternway.port.DataStore.Shape;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import org.springframework.stereotype.Component;

/** Makes the kept database live again and keeps the restored one; only with two people's approval. */
@Component
public class SwapStoreBack implements Step {
    private static final String NAME = "SwapStoreBack";

    private final DataStores dataStores;
    private final StoreUsers users;
    private final ApprovalCheck approval;

    SwapStoreBack(DataStores dataStores, StoreUsers users, ApprovalCheck approval) {
        this.dataStores = dataStores;
        this.users = users;
        this.approval = approval;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "the database from before the restore is live as '"
                + attempt.store().live() + "', the restored one is kept as '" + attempt.beside() + "'";
        if (attempt.swappedBack()) {
            // Finishes what a crash left between the swap and its evidence.
            attempt.data().swap(attempt.system(), attempt.store(), attempt.kept(), attempt.beside());
            return described(StepResult.already(wanted, "found it so"), attempt, 0);
        }
        attempt.data().settle(attempt.system(), attempt.store(), attempt.kept());
        refuseUnlessReady(attempt);
        approval.require(task);
        long outage = attempt.data().swap(attempt.system(), attempt.store(), attempt.kept(), attempt.beside());
        if (!attempt.swappedBack()) {
            return StepResult.notMet(wanted, "seen after the swap: " + attempt.shape());
        }
        return described(
                StepResult.proved(wanted, "swapped back, the store was away for " + outage + " ms"), attempt, outage);
    }

    private void refuseUnlessReady(StoreAttempt attempt) {
        attempt.requirePlannedIdentity(NAME);
        attempt.requireKept(NAME);
        if (attempt.aside(attempt.beside()).isPresent()) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "database '" + attempt.beside() + "' exists already, its name is needed for the restored database",
                    "look what it holds, then rename or discard it.");
        }
        users.requireStopped(attempt);
    }

    private static StepResult described(StepResult result, StoreAttempt attempt, long outage) {
        Shape shape = attempt.shape();
        return result.with("outageMillis", outage)
                .with("live", shape.live().orElse(null))
                .with("kept", attempt.beside())
                .with("keptIdentity", shape.beside().orElse(null));
    }
}
