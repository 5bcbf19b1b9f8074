package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;

/** What a rollback goes back to: a recorded release, and a backup of before the harm. */
final class RollbackTargets {
    private final ReleaseLedger releases;
    private final BackupLedger backups;

    RollbackTargets(ReleaseLedger releases, BackupLedger backups) {
        this.releases = releases;
        this.backups = backups;
    }

    Release release(ManagedSystem system) {
        return releases.latest(system.id())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_RELEASE,
                        "no release of system '" + system.id() + "' was recorded before the upgrade",
                        "roll the release back by hand, and record the next one with './sternway snapshot "
                                + system.id() + "'."));
    }

    /** The newest set that cannot hold the failed release's data: taken with the release, or before it was recorded. */
    BackupSet backup(PlanRequest request, Release release) {
        String system = request.system().id();
        return backups.candidates(system, request.harmSince()).stream()
                .filter(set ->
                        release.id().equals(set.releaseId()) || set.takenAt().isBefore(release.recordedAt()))
                .findFirst()
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_BACKUP,
                        "system '" + system + "' has no whole backup from before " + request.harmSince()
                                + "; emergency backups are never offered",
                        "restore by hand, and take the next backup with './sternway snapshot " + system + "'."));
    }
}
