package dev.sternway.step.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Words;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Instant;
import java.util.List;
import org.springframework.stereotype.Component;

/** Measures what going back would lose, row by row, so that people approve a figure and not a feeling. */
@Component
public class MeasureLoss implements Step {
    private final DataStores dataStores;
    private final BackupLedger backups;

    MeasureLoss(DataStores dataStores, BackupLedger backups) {
        this.dataStores = dataStores;
        this.backups = backups;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "the loss of going back to backup '" + task.plan().backupId() + "' measured in store '"
                + attempt.store().id() + "'";
        if (attempt.swapped()) {
            // A later plan is approved by this figure: without one nobody could agree to the rest of the way.
            Instant now = Instant.now();
            return new StepResult(
                    wanted,
                    "the copy is live already, nothing more is lost; the loss was measured before the swap",
                    Evidence.Outcome.ALREADY,
                    details(new Loss(now, now, List.of())));
        }
        LoadStoreBeside.chosen(backups, attempt);
        BackupSet set = backups.find(task.plan().backupId()).orElseThrow();
        attempt.aside(attempt.beside())
                .filter(each -> each.stage() == Stage.LOADED)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.LOSS_NOT_MEASURED,
                        "database '" + attempt.beside() + "' is not there or not finished, nothing to compare with",
                        "load the backup beside first."));
        attempt.data().settle(attempt.system(), attempt.store(), attempt.beside());
        Loss loss = attempt.data()
                .compare(attempt.system(), attempt.store(), attempt.beside(), set.takenAt(), task.progress());
        String seen = "%s that only the live store has, %s changed, between %s and %s"
                .formatted(
                        Words.some(loss.onlyLive(), "row"), Words.some(loss.changed(), "row"), loss.from(), loss.to());
        return new StepResult(wanted, seen, Evidence.Outcome.PROVED, details(loss));
    }

    static ObjectNode details(Loss loss) {
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("from", loss.from().toString());
        details.put("to", loss.to().toString());
        details.put("onlyLive", loss.onlyLive());
        details.put("changed", loss.changed());
        ArrayNode tables = details.putArray("tables");
        for (TableLoss table : loss.tables()) {
            tables.addObject()
                    .put("table", table.table())
                    .put("live", table.live())
                    .put("backup", table.backup())
                    .put("onlyLive", table.onlyLive())
                    .put("changed", table.changed());
        }
        return details;
    }
}
