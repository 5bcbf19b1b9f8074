package dev.sternway.step.store;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Words;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStores;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Measures what taking a restore back would lose: the rows that the restored store has and the kept one has not. */
@Component
public class MeasureSwapBackLoss implements Step {
    private static final String NAME = "MeasureSwapBackLoss";

    private final DataStores dataStores;
    private final LostRowsArchive archive;

    MeasureSwapBackLoss(DataStores dataStores, LostRowsArchive archive) {
        this.dataStores = dataStores;
        this.archive = archive;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        String wanted = "the loss of swapping store '" + attempt.store().id() + "' back to database '" + attempt.kept()
                + "' measured";
        if (attempt.swappedBack()) {
            return StepResult.already(wanted, "it is swapped back already; the loss was measured before");
        }
        attempt.data().settle(attempt.system(), attempt.store(), attempt.kept());
        attempt.requirePlannedIdentity(NAME);
        attempt.requireKept(NAME);
        String planned = attempt.planned(NAME, "restoredAt");
        Instant restoredAt = planned == null ? task.levelStartedAt() : Instant.parse(planned);
        LostRowsArchive.Measured measured = archive.measure(
                task.incidentId(),
                attempt.store().id(),
                (depth, lost) -> attempt.data()
                        .compare(
                                attempt.system(),
                                attempt.store(),
                                attempt.kept(),
                                restoredAt,
                                depth,
                                lost,
                                task.progress()));
        Loss loss = measured.loss();
        String seen = "%s%s that only the restored store has, %s with other values, restored %s, measured %s"
                .formatted(
                        loss.estimated() ? "estimated: " : "",
                        Words.some(loss.onlyLive(), "row"),
                        Words.some(loss.changed(), "row"),
                        loss.from(),
                        loss.to());
        return new StepResult(wanted, seen, Evidence.Outcome.PROVED, MeasureLoss.details(measured));
    }
}
