package dev.sternway.step.store;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.port.DataStore.Shape;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import org.springframework.stereotype.Component;

/** Makes the loaded copy the live store and keeps the failed one by name; only with two people's approval. */
@Component
public class SwapStore implements Step {
    private final DataStores dataStores;
    private final BackupLedger backups;
    private final StoreUsers users;
    private final ApprovalCheck approval;

    SwapStore(DataStores dataStores, BackupLedger backups, StoreUsers users, ApprovalCheck approval) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.users = users;
        this.approval = approval;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "database '" + attempt.beside() + "' is live as '"
                + attempt.store().live() + "', the failed one is kept as '" + attempt.kept() + "'";
        if (attempt.swapped()) {
            // Finishes what a crash left between the swap and its evidence.
            attempt.data().swap(attempt.system(), attempt.store(), attempt.beside(), attempt.kept());
            return described(StepResult.already(wanted, "found it so"), attempt, 0);
        }
        attempt.data().settle(attempt.system(), attempt.store(), attempt.beside());
        refuseUnlessReady(attempt);
        approval.require(task);
        long outage = attempt.data().swap(attempt.system(), attempt.store(), attempt.beside(), attempt.kept());
        if (!attempt.swapped()) {
            return StepResult.notMet(wanted, "seen after the swap: " + attempt.shape());
        }
        return described(
                StepResult.proved(wanted, "swapped, the store was away for " + outage + " ms"), attempt, outage);
    }

    private void refuseUnlessReady(StoreAttempt attempt) {
        Part part = LoadStoreBeside.chosen(backups, attempt);
        attempt.requirePlannedIdentity("SwapStore");
        attempt.aside(attempt.beside())
                .filter(each -> each.stage() == Stage.LOADED)
                .filter(each -> part.sha256().equals(each.backupSha256()))
                .orElseThrow(() -> new Refusal(
                        ErrorCode.STORE_SHAPE_UNKNOWN,
                        "database '" + attempt.beside() + "' is not a finished copy of backup '"
                                + attempt.task().plan().backupId() + "'",
                        "load the backup beside first."));
        users.requireStopped(attempt);
    }

    private static StepResult described(StepResult result, StoreAttempt attempt, long outage) {
        Shape shape = attempt.shape();
        return result.with("outageMillis", outage)
                .with("live", shape.live().orElse(null))
                .with("kept", attempt.kept())
                .with("keptIdentity", shape.kept().orElse(null));
    }
}
