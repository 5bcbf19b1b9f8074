package dev.sternway.process;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupSet.Part;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/**
 * What the multi-instance tasks of a proof go over: the stores of the backup. Public, because expressions call public
 * methods of public classes only.
 */
@Component("backupTargets")
public class BackupTargets {
    private final BackupLedger backups;

    BackupTargets(BackupLedger backups) {
        this.backups = backups;
    }

    /** Ids of the stores in the execution's backup; used in the model as {@code #{backupTargets.of(execution)}}. */
    public List<String> of(DelegateExecution execution) {
        return backups.find(Variable.BACKUP_ID.get(execution)).orElseThrow().parts().stream()
                .map(Part::storeId)
                .toList();
    }
}
