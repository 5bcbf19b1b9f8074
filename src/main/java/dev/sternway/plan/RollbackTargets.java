package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.catalogue.RestoreHistory;
import dev.sternway.catalogue.Store;
import dev.sternway.decision.Scope;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What a rollback goes back to: a recorded release and a backup set. A person may choose either; what is not chosen
 * follows from the other one, or is the newest of before the harm.
 */
final class RollbackTargets {
    private static final int SHOWN = 5;

    private final DataStores dataStores;
    private final ReleaseLedger releases;
    private final BackupLedger backups;
    private final RestoreHistory history;

    RollbackTargets(DataStores dataStores, ReleaseLedger releases, BackupLedger backups, RestoreHistory history) {
        this.dataStores = dataStores;
        this.releases = releases;
        this.backups = backups;
        this.history = history;
    }

    /**
     * The release to go back to.
     *
     * @throws Refusal when there is none, or none of the name that was asked for
     */
    Release release(PlanRequest request) {
        if (request.targetRelease() != null) {
            return chosen(request);
        }
        Optional<Release> implied = request.targetBackup() == null
                ? Optional.empty()
                : Optional.ofNullable(chosenBackup(request).releaseId()).flatMap(releases::find);
        return implied.orElseGet(() -> lastBeforeHarm(request));
    }

    /** By its id, else the newest of the version: a person may choose what was recorded after the harm began. */
    private Release chosen(PlanRequest request) {
        ManagedSystem system = request.system();
        List<Release> known = releases.list(system.id());
        String wanted = request.targetRelease();
        return Stream.concat(
                        known.stream().filter(release -> release.id().equals(wanted)),
                        known.stream().filter(release -> release.version().equals(wanted)))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.RELEASE_UNKNOWN,
                        "system '" + system.id() + "' has no recorded release '" + wanted + "'",
                        "choose one of " + newest(known.stream().map(Release::id)) + ", or its version."));
    }

    /** What was recorded after the harm began may be the failed release itself. */
    private Release lastBeforeHarm(PlanRequest request) {
        String system = request.system().id();
        List<Release> known = releases.list(system);
        return known.stream()
                .filter(release -> !release.recordedAt().isAfter(request.harmSince()))
                .findFirst()
                .orElseThrow(() -> known.isEmpty()
                        ? new Refusal(
                                ErrorCode.NO_RELEASE,
                                "no release of system '" + system + "' was recorded before the upgrade",
                                "roll the release back by hand, and record the next one with './sternway snapshot "
                                        + system + "'.")
                        : new Refusal(
                                ErrorCode.NO_RELEASE,
                                "every release of system '" + system + "' was recorded after the harm began at "
                                        + request.harmSince() + ": "
                                        + newest(known.stream().map(Release::id)),
                                "if one of them is good, end this incident and ask for it: './sternway rollback "
                                        + system + " --to RELEASE'."));
    }

    /**
     * The backup to go back to: the chosen one; else the newest set that cannot hold the failed release's data, taken
     * with the release or before it was recorded, on the schema that the release ran on, that no restore on trial has
     * failed; where none is left, the newest whose copy alone was not whole.
     *
     * @param release the release to go back to, or null when services keep theirs
     * @throws Refusal when there is none, or the chosen one must not be restored
     */
    BackupSet backup(PlanRequest request, Release release) {
        if (request.targetBackup() != null) {
            BackupSet chosen = chosenBackup(request);
            requireFits(request.system(), chosen, release);
            requireSameStores(request, chosen);
            return chosen;
        }
        String system = request.system().id();
        return fitting(request, release)
                .filter(set -> !hasFailed(request, set))
                .findFirst()
                // The only one there is: people read what its copy lacks, and may agree to it by a broken glass only.
                .or(() -> fitting(request, release).filter(this::isLoadable).findFirst())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_BACKUP,
                        "system '" + system + "' has no whole backup from before " + request.harmSince()
                                + (release == null ? "" : " that fits release '" + release.id() + "'")
                                + (request.scope() == Scope.PARTIAL_SERVICE
                                        ? ""
                                        : " and holds its stores " + stores(request))
                                + "; emergency backups are never offered"
                                + fitting(request, release)
                                        .map(set -> ", '" + set.id() + "' "
                                                + history.proof(set.id()).words())
                                        .collect(Collectors.joining()),
                        "restore by hand, and take the next backup with './sternway snapshot " + system + "'."));
    }

    /** Newer sets that nobody chose and that a restore on trial has failed, each with what became of it. */
    List<String> passedOver(PlanRequest request, Release release) {
        if (request.targetBackup() != null || fitting(request, release).allMatch(set -> hasFailed(request, set))) {
            return List.of();
        }
        return fitting(request, release)
                .takeWhile(set -> hasFailed(request, set))
                .map(set -> "'" + set.id() + "' " + history.proof(set.id()).words())
                .toList();
    }

    /** True when it could be read to its end, and only its copy was not whole. */
    private boolean isLoadable(BackupSet set) {
        return ErrorCode.BACKUP_NOT_LOADABLE
                .name()
                .equals(history.proof(set.id()).code());
    }

    private boolean hasFailed(PlanRequest request, BackupSet set) {
        return history.proof(set.id()).state() == State.FAILED && !history.accepted(request.incidentId(), set.id());
    }

    /** The sets that could be restored if they are whole, newest first. */
    private Stream<BackupSet> fitting(PlanRequest request, Release release) {
        return backups.candidates(request.system().id(), request.harmSince()).stream()
                .filter(set -> release == null
                        || release.id().equals(set.releaseId())
                        || set.takenAt().isBefore(release.recordedAt()))
                .filter(set -> release == null || misfit(request.system(), set, release) == null)
                .filter(set -> hasStoresOf(request, set));
    }

    private BackupSet chosenBackup(PlanRequest request) {
        String system = request.system().id();
        String wanted = request.targetBackup();
        BackupSet set = backups.find(wanted)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_UNKNOWN,
                        "no backup set is called '" + wanted + "'",
                        "choose one of " + offered(request) + "."));
        if (!set.systemId().equals(system)) {
            throw new Refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    "backup '" + wanted + "' is of system '" + set.systemId() + "', not of '" + system + "'",
                    "choose one of " + offered(request) + ".");
        }
        String unsuitable = unsuitable(set);
        if (unsuitable != null) {
            throw new Refusal(
                    ErrorCode.BACKUP_UNSUITABLE,
                    "backup '" + wanted + "' " + unsuitable,
                    "choose one of " + offered(request) + ".");
        }
        if (!set.dataUntil().isBefore(request.harmSince())) {
            throw new Refusal(
                    ErrorCode.BACKUP_AFTER_HARM,
                    "backup '" + wanted + "' holds data until " + set.dataUntil() + ", the harm began at "
                            + request.harmSince(),
                    "choose one of " + offered(request) + ".");
        }
        return set;
    }

    private String unsuitable(BackupSet set) {
        if (set.purpose() == Purpose.EMERGENCY) {
            return "is an emergency backup: it holds the failed state";
        }
        if (!set.parts().stream().allMatch(BackupSet.Part::rowsKnown)) {
            return "was adopted and never restored: './sternway backup prove " + set.id() + "' tells what it is worth";
        }
        if (!backups.isComplete(set.id())) {
            return "is not complete";
        }
        return null;
    }

    private static void requireFits(ManagedSystem system, BackupSet set, Release release) {
        String misfit = release == null ? null : misfit(system, set, release);
        if (misfit != null) {
            throw new Refusal(
                    ErrorCode.SCHEMA_INCOMPATIBLE,
                    misfit,
                    "choose the backup's own release, or a backup that was taken on this release.");
        }
    }

    /** A store that is left out would stay at the failed state, and nobody would be told. */
    private void requireSameStores(PlanRequest request, BackupSet set) {
        if (!hasStoresOf(request, set)) {
            throw new Refusal(
                    ErrorCode.BACKUP_UNSUITABLE,
                    "backup '" + set.id() + "' holds the stores " + stores(set) + ", the catalogue has "
                            + stores(request) + " for system '"
                            + request.system().id() + "'",
                    "choose a backup of just these stores, or restore service by service.");
        }
    }

    /** A partial rollback looks for the stores of its service only; one of settings alone passes over what holds data. */
    private boolean hasStoresOf(PlanRequest request, BackupSet set) {
        if (request.scope() == Scope.PARTIAL_SERVICE) {
            return true;
        }
        Reach reach = Reach.of(request);
        Set<String> held = stores(set);
        request.system().stores().stream()
                .filter(store -> !reach.concerns(store))
                .map(Store::id)
                .forEach(held::remove);
        return held.equals(stores(request));
    }

    private static TreeSet<String> stores(BackupSet set) {
        return set.parts().stream().map(BackupSet.Part::storeId).collect(Collectors.toCollection(TreeSet::new));
    }

    private Set<String> stores(PlanRequest request) {
        return Reach.of(request).stores(dataStores).stream()
                .map(Store::id)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    /** Why the release cannot run on the backup, or null: schemas differ, and the backup's is not just a newer one. */
    private static String misfit(ManagedSystem system, BackupSet set, Release release) {
        for (BackupSet.Part part : set.parts()) {
            String recorded = release.schemaVersions().get(part.storeId());
            boolean differs =
                    recorded != null && part.schemaVersion() != null && !Objects.equals(recorded, part.schemaVersion());
            boolean newer = set.takenAt().isAfter(release.recordedAt());
            boolean oldCodeRuns = system.stores().stream()
                    .anyMatch(store -> store.id().equals(part.storeId()) && store.oldCodeRuns());
            if (differs && !(newer && oldCodeRuns)) {
                return "backup '" + set.id() + "' has store '" + part.storeId() + "' at schema version '"
                        + part.schemaVersion() + "', release '" + release.id() + "' ran on '" + recorded + "'";
            }
        }
        return null;
    }

    private List<String> offered(PlanRequest request) {
        return newest(backups.candidates(request.system().id(), request.harmSince()).stream()
                .map(BackupSet::id));
    }

    private static List<String> newest(Stream<String> ids) {
        return ids.limit(SHOWN).toList();
    }
}
