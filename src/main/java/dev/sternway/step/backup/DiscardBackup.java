package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import org.springframework.stereotype.Component;

/** Throws a backup set away for a person; what is known of it stays, with who did it and why. */
@Component
public class DiscardBackup {
    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final BackupNeeds needs;

    DiscardBackup(BackupLedger backups, BackupProofs proofs, BackupNeeds needs) {
        this.backups = backups;
        this.proofs = proofs;
        this.needs = needs;
    }

    /**
     * Discards the set and removes its files.
     *
     * @param force true to discard even the newest backup that was proved, or one that was not finished
     * @throws Refusal when somebody needs it; force does not help against a plan or an open incident
     */
    public BackupSet discard(String setId, String by, String reason, boolean force) {
        BackupSet set = backups.find(setId)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_UNKNOWN,
                        "no backup set is called '" + setId + "'",
                        "./sternway backup list shows what there is."));
        needs.needed(set).ifPresent(fact -> {
            throw needed(setId, fact, "end that incident first.");
        });
        proofs.running(setId).ifPresent(run -> {
            throw new Refusal(
                    ErrorCode.BACKUP_BUSY,
                    "backup '" + setId + "' is being looked at: " + run.key(),
                    "wait until that has ended, or end it in Cockpit.");
        });
        if (!force && needs.isNewestProved(set)) {
            throw needed(
                    setId,
                    "it is the newest backup of '" + set.systemId() + "' that was restored with success",
                    "prove a newer one first, or say --force.");
        }
        if (!force && !backups.isComplete(setId)) {
            throw needed(setId, "it may still be being taken", "when you know that nobody takes it, say --force.");
        }
        backups.discard(setId, by, reason);
        BackupFolders.remove(backups, setId);
        return set;
    }

    private static Refusal needed(String setId, String fact, String hint) {
        return new Refusal(ErrorCode.BACKUP_NEEDED, "backup '" + setId + "' is needed: " + fact, hint);
    }
}
