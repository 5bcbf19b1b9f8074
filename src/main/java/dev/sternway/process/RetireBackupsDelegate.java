package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.OutsideException;
import dev.sternway.step.backup.RetireBackups;
import java.time.Instant;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Throws scheduled backups away that the catalogue does not keep any longer. */
@Component
class RetireBackupsDelegate implements JavaDelegate {
    private static final Logger LOG = LoggerFactory.getLogger(RetireBackupsDelegate.class);

    private final Catalogue catalogue;
    private final RetireBackups step;
    private final Ledger ledger;

    RetireBackupsDelegate(Catalogue catalogue, RetireBackups step, Ledger ledger) {
        this.catalogue = catalogue;
        this.step = step;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String systemId = Variable.SYSTEM_ID.get(execution);
        List<String> gone;
        try {
            gone = step.retire(catalogue.find(systemId), Instant.now());
        } catch (OutsideException e) {
            // The backup is taken all the same; what could not be removed is removed after the next one.
            LOG.warn("old backups of system '{}' could not be retired: {}", systemId, e.getMessage());
            return;
        }
        if (!gone.isEmpty()) {
            ledger.append(Entry.fact(
                            execution.getProcessBusinessKey(),
                            Evidence.Kind.STEP,
                            "retireBackups",
                            "only what the catalogue keeps is left of the scheduled backups",
                            "gone: " + String.join(", ", gone),
                            Evidence.Outcome.PROVED)
                    .of(systemId, null, null));
        }
    }
}
