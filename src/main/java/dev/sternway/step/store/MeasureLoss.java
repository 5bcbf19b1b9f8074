package dev.sternway.step.store;

import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Store.Holds;
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
    private final LostRowsArchive archive;

    MeasureLoss(DataStores dataStores, BackupLedger backups, LostRowsArchive archive) {
        this.dataStores = dataStores;
        this.backups = backups;
        this.archive = archive;
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
                    held(attempt, details(new LostRowsArchive.Measured(new Loss(now, now, List.of()), null))));
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
        LostRowsArchive.Measured measured = archive.measure(
                task.incidentId(),
                attempt.store().id(),
                (depth, lost) -> attempt.data()
                        .compare(
                                attempt.system(),
                                attempt.store(),
                                attempt.beside(),
                                set.takenAt(),
                                depth,
                                lost,
                                task.progress()));
        Loss loss = measured.loss();
        String seen = "%s%s that only the live store has, %s changed, between %s and %s"
                .formatted(
                        loss.estimated() ? "estimated: " : "",
                        Words.some(loss.onlyLive(), "row"),
                        Words.some(loss.changed(), "row"),
                        loss.from(),
                        loss.to());
        return new StepResult(wanted, seen, Evidence.Outcome.PROVED, held(attempt, details(measured)));
    }

    /** Says of settings and front ends that they are no data, so that papers do not call them lost. */
    private static ObjectNode held(StoreAttempt attempt, ObjectNode details) {
        if (attempt.store().holds() != Holds.DATA) {
            details.put("holds", attempt.store().holds().name());
        }
        return details;
    }

    static ObjectNode details(LostRowsArchive.Measured measured) {
        Loss loss = measured.loss();
        ObjectNode details = JsonNodeFactory.instance.objectNode();
        details.put("from", loss.from().toString());
        details.put("to", loss.to().toString());
        details.put("onlyLive", loss.onlyLive());
        details.put("changed", loss.changed());
        details.put("estimated", loss.estimated());
        ArrayNode tables = details.putArray("tables");
        for (TableLoss table : loss.tables()) {
            describe(tables.addObject(), table);
        }
        if (measured.file() != null) {
            details.set("lostRows", measured.file());
        }
        return details;
    }

    private static void describe(ObjectNode node, TableLoss table) {
        node.put("table", table.table())
                .put("live", table.live())
                .put("backup", table.backup())
                .put("onlyLive", table.onlyLive())
                .put("changed", table.changed())
                .put("by", table.by().name());
        if (table.times() != null) {
            node.put("timeColumn", table.times().column())
                    .put("newestLive", table.times().newestLive())
                    .put("newestBackup", table.times().newestBackup())
                    .put("since", table.times().since());
        }
        if (table.estimate() != null) {
            node.put("read", table.estimate().read())
                    .put("onlyLiveAtMost", table.onlyLiveAtMost())
                    .put("changedAtMost", table.changedAtMost());
        }
    }
}
