package dev.sternway.step.store;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.evidence.Words;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Identity;
import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.DataStores;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.springframework.stereotype.Component;

/** Reads the live store after the swap: is it the copy, whole, on the backup's schema, and is the failed one kept? */
@Component
public class ProveStore implements Step {
    private final DataStores dataStores;
    private final BackupLedger backups;

    ProveStore(DataStores dataStores, BackupLedger backups) {
        this.dataStores = dataStores;
        this.backups = backups;
    }

    @Override
    public StepResult run(StepTask task) {
        StoreAttempt attempt = StoreAttempt.of(task, dataStores);
        Part part = LoadStoreBeside.chosen(backups, attempt);
        Identity live = attempt.data().identify(attempt.system(), attempt.store());
        Map<String, Long> rows = attempt.data().rows(attempt.system(), attempt.store());

        List<String> wrong = new ArrayList<>();
        keptByName(attempt, part, live).ifPresent(wrong::add);
        if (part.schemaVersion() != null && !part.schemaVersion().equals(live.schemaVersion())) {
            wrong.add(
                    "schema version is '" + live.schemaVersion() + "', the backup's is '" + part.schemaVersion() + "'");
        }
        wrong.addAll(missingRows(part, rows));

        String wanted = "store '" + attempt.store().id() + "' is the copy of backup '"
                + task.plan().backupId() + "' with schema version '" + part.schemaVersion() + "' and all its rows; '"
                + attempt.kept() + "' is kept";
        StepResult result = wrong.isEmpty()
                ? StepResult.proved(
                        wanted,
                        "so it is: database " + live.identity() + ", "
                                + Words.some(
                                        rows.values().stream()
                                                .mapToLong(Long::longValue)
                                                .sum(),
                                        "row")
                                + " in " + Words.some(rows.size(), "table"))
                : StepResult.notMet(wanted, String.join("; ", wrong));
        return result.with("live", live.identity())
                .with("schemaVersion", live.schemaVersion())
                .with("rows", new TreeMap<>(rows))
                .with("kept", attempt.kept());
    }

    private static Optional<String> keptByName(StoreAttempt attempt, Part part, Identity live) {
        Optional<Aside> found = attempt.aside(attempt.kept());
        if (found.isEmpty()) {
            return Optional.of("the failed database is not there as '" + attempt.kept() + "'");
        }
        Aside kept = found.get();
        if (kept.stage() != Stage.KEPT) {
            return Optional.of("database '" + attempt.kept() + "' is not the one that the swap put aside");
        }
        if (!live.identity().equals(kept.replacedBy())) {
            return Optional.of(
                    "live is database " + live.identity() + ", the swap made " + kept.replacedBy() + " live");
        }
        if (!part.sha256().equals(kept.backupSha256())) {
            return Optional.of("the copy that went live was loaded from another backup, sha256 " + kept.backupSha256());
        }
        return Optional.empty();
    }

    private static List<String> missingRows(Part part, Map<String, Long> rows) {
        List<String> wrong = new ArrayList<>();
        part.rows().forEach((table, count) -> {
            Long seen = rows.get(table);
            if (seen == null) {
                wrong.add("table '" + table + "' is missing");
            } else if (seen < count) {
                wrong.add("table '" + table + "' has " + Words.some(seen, "row") + ", the backup has " + count);
            }
        });
        return wrong;
    }
}
