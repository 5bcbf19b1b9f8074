package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupPolicy;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.plan.BackupNeeds;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Throws scheduled backups away that are beyond what the catalogue keeps; what people or incidents made is left to
 * people.
 */
@Component
public class RetireBackups {
    private static final Duration UNFINISHED = Duration.ofDays(1);
    /** A partial rollback's emergency set, or an adopted one that still lacks a store, holds all that it will hold. */
    private static final Set<Purpose> MADE_WHOLE = EnumSet.of(Purpose.SCHEDULED, Purpose.PRE_UPGRADE);

    private static final String BY = "sternway";

    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final BackupNeeds needs;

    RetireBackups(BackupLedger backups, BackupProofs proofs, BackupNeeds needs) {
        this.backups = backups;
        this.proofs = proofs;
        this.needs = needs;
    }

    /**
     * Retires what is due; nothing while an incident of the system runs, since any backup may be chosen then.
     *
     * @return the ids of the sets that are gone
     */
    public List<String> retire(ManagedSystem system, Instant now) {
        backups.discarded().forEach(setId -> BackupFolders.remove(backups, setId));
        BackupFolders.sweepAside(backups, now.minus(UNFINISHED));
        if (needs.incidentRuns(system.id())) {
            return List.of();
        }
        List<String> gone = new ArrayList<>();
        BackupPolicy policy = system.backups();
        List<BackupSet> scheduled = new ArrayList<>();
        for (BackupSet set : backups.list(system.id())) {
            if (!backups.isComplete(set.id())) {
                if (MADE_WHOLE.contains(set.purpose()) && set.takenAt().isBefore(now.minus(UNFINISHED))) {
                    discard(set, "was never finished", gone);
                }
            } else if (set.purpose() == Purpose.SCHEDULED) {
                scheduled.add(set);
            }
        }
        // Newest first, as the ledger lists them.
        for (int i = policy.keepLast(); i < scheduled.size(); i++) {
            BackupSet set = scheduled.get(i);
            if (set.takenAt().isBefore(now.minus(Duration.ofDays(policy.keepDays())))) {
                discard(
                        set,
                        "older than " + policy.keepDays() + " days, and " + policy.keepLast() + " newer ones are kept",
                        gone);
            }
        }
        return gone;
    }

    private void discard(BackupSet set, String reason, List<String> gone) {
        boolean needed =
                needs.needed(set).isPresent() || proofs.running(set.id()).isPresent() || needs.isNewestProved(set);
        if (!needed) {
            backups.discard(set.id(), BY, reason);
            BackupFolders.remove(backups, set.id());
            gone.add(set.id());
        }
    }
}
