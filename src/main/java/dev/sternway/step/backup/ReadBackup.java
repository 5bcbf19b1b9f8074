package dev.sternway.step.backup;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Part;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.DataStores;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepResult;
import org.springframework.stereotype.Component;

/** Reads a backup set to its end: the manifest, who signed it, and every file; nothing is loaded. */
@Component
public class ReadBackup {
    private final DataStores dataStores;
    private final BackupLedger backups;

    ReadBackup(DataStores dataStores, BackupLedger backups) {
        this.dataStores = dataStores;
        this.backups = backups;
    }

    /**
     * Reads the set.
     *
     * @throws Refusal when anything of it is not as it was written, with a code for what
     */
    public StepResult read(ManagedSystem system, String setId) {
        BackupSet set = backups.find(setId)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_MISSING,
                        "backup '" + setId + "' is not known, or was discarded",
                        "./sternway backup list shows what there is."));
        if (!set.systemId().equals(system.id())) {
            throw new Refusal(
                    ErrorCode.BACKUP_WRONG_SYSTEM,
                    "backup '" + setId + "' is of system '" + set.systemId() + "', not of '" + system.id() + "'",
                    "name a backup of this system.");
        }
        if (!backups.isComplete(setId)) {
            throw new Refusal(
                    ErrorCode.BACKUP_TRUNCATED,
                    "backup '" + setId + "' was never finished: it has "
                            + set.parts().stream().map(Part::storeId).toList(),
                    "take a new one, and discard this one.");
        }
        backups.verifyManifest(set);
        for (Part part : set.parts()) {
            dataStores
                    .of(system.store(part.storeId()))
                    .verify(system, system.store(part.storeId()), part, backups.directory(), "read-" + setId);
        }
        return StepResult.proved(
                        "backup '" + setId + "' is as it was written, to the last byte",
                        "manifest signed and unchanged; " + set.parts().size() + " files with " + set.totalBytes()
                                + " bytes read to their end")
                .with("backupId", setId)
                .with("bytes", set.totalBytes());
    }
}
