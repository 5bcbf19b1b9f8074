package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Store;
import dev.sternway.decision.Scope;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.stereotype.Component;

/**
 * Makes the plan of one attempt at one level: looks at the world, resolves everything, refuses what cannot end well, and
 * touches nothing.
 */
@Component
public class Planner {
    private final DataStores dataStores;
    private final TogglePlanner toggles;
    private final ReleasePlanner releases;
    private final RestorePlanner restores;

    Planner(ContainerHost host, DataStores dataStores, ReleaseLedger releases, BackupLedger backups) {
        this(host, dataStores, releases, backups, RestoreHistory.NONE);
    }

    @Autowired
    Planner(
            ContainerHost host,
            DataStores dataStores,
            ReleaseLedger releases,
            BackupLedger backups,
            RestoreHistory history) {
        this.dataStores = dataStores;
        RecordedServices services = new RecordedServices(host);
        RollbackTargets targets = new RollbackTargets(dataStores, releases, backups, history);
        this.toggles = new TogglePlanner(services);
        this.releases = new ReleasePlanner(services, dataStores, targets);
        this.restores = new RestorePlanner(
                services, dataStores, backups, targets, new CodeAndData(services, dataStores, releases), history);
    }

    /**
     * The plan for the level as the world is now.
     *
     * @throws LevelSkipped when the level has nothing to offer here and the next one should be tried
     * @throws Refusal when a precondition does not hold and a person must choose
     */
    public Plan plan(PlanRequest request) {
        if (request.level() > 1) {
            requireWell(request);
        }
        Draft draft = switch (request.level()) {
            case 1 -> toggles.draft(request);
            case 2 -> releases.draft(request);
            case 3 -> restores.draft(request);
            default -> throw new IllegalArgumentException("levels are 1, 2 and 3, got " + request.level());
        };
        return plan(request, draft.release(), draft.backup(), draft.steps());
    }

    /** What is only checked, a cache for example, must be well: services would be started on it in vain (S4-10). */
    private void requireWell(PlanRequest request) {
        Reach reach = Reach.of(request);
        List<Store> restorable = dataStores.backedUp(request.system());
        for (Store store : request.system().stores()) {
            if (restorable.contains(store) || !reach.concerns(store)) {
                continue;
            }
            List<String> faults = dataStores.of(store).obstacles(request.system(), store);
            if (!faults.isEmpty()) {
                throw new Refusal(
                        ErrorCode.PLAN_OBSTACLE,
                        "store '" + store.id() + "' is not well: " + String.join("; ", faults),
                        "bring it back, then choose 'this level again'.");
            }
        }
    }

    private static Plan plan(PlanRequest request, Release release, BackupSet backup, List<PlanStep> steps) {
        String releaseId = release == null ? null : release.id();
        String backupId = backup == null ? null : backup.id();
        Map<String, String> checksums = new TreeMap<>();
        if (backup != null) {
            backup.parts().forEach(part -> checksums.put(part.storeId(), part.sha256()));
        }
        String sha256 = PlanHash.of(
                request.incidentId(),
                request.system().id(),
                request.level(),
                releaseId,
                backupId,
                checksums,
                steps,
                asked(request));
        Duration estimate = steps.stream().map(PlanStep::estimate).reduce(Duration.ZERO, Duration::plus);
        return new Plan(
                sha256,
                request.incidentId(),
                request.system().id(),
                request.level(),
                releaseId,
                backupId,
                List.copyOf(steps),
                request.system().budgets().of(request.level()),
                estimate,
                Instant.now(),
                request.scope(),
                request.scope() == Scope.PARTIAL_SERVICE ? request.service() : null);
    }

    private static Map<String, String> asked(PlanRequest request) {
        Map<String, String> asked = new TreeMap<>();
        if (request.scope() != Scope.FULL) {
            asked.put("scope", request.scope().name());
        }
        if (request.scope() == Scope.PARTIAL_SERVICE) {
            asked.put("service", request.service());
        }
        if (request.targetRelease() != null) {
            asked.put("targetRelease", request.targetRelease());
        }
        if (request.targetBackup() != null) {
            asked.put("targetBackup", request.targetBackup());
        }
        if (request.restoreReason() != null) {
            asked.put("restoreReason", request.restoreReason().name());
        }
        return asked;
    }
}
