package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.OutsideException;
import dev.sternway.step.backup.RetireBackups;
import dev.sternway.step.release.KeepImages;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Throws scheduled backups away that the catalogue does not keep any longer, and lets go the images of old releases. */
@Component
class RetireBackupsDelegate implements JavaDelegate {
    private static final Logger LOG = LoggerFactory.getLogger(RetireBackupsDelegate.class);

    private final Catalogue catalogue;
    private final RetireBackups step;
    private final KeepImages images;
    private final Ledger ledger;

    RetireBackupsDelegate(Catalogue catalogue, RetireBackups step, KeepImages images, Ledger ledger) {
        this.catalogue = catalogue;
        this.step = step;
        this.images = images;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String systemId = Variable.SYSTEM_ID.get(execution);
        List<String> gone = new ArrayList<>(retired(systemId));
        gone.addAll(letGo());
        if (!gone.isEmpty()) {
            ledger.append(Entry.fact(
                            execution.getProcessBusinessKey(),
                            Evidence.Kind.STEP,
                            "retireBackups",
                            "only what the catalogue keeps is left of scheduled backups and of images",
                            "gone: " + String.join(", ", gone),
                            Evidence.Outcome.PROVED)
                    .of(systemId, null, null));
        }
    }

    /** The backup is taken all the same; what could not be removed is removed after the next one. */
    private List<String> retired(String systemId) {
        try {
            return step.retire(catalogue.find(systemId), Instant.now());
        } catch (OutsideException e) {
            LOG.warn("old backups of system '{}' could not be retired: {}", systemId, e.getMessage());
            return List.of();
        }
    }

    private List<String> letGo() {
        try {
            return images.settle(catalogue.all()).stream()
                    .map(image -> "the hold on image " + image)
                    .toList();
        } catch (OutsideException e) {
            LOG.warn("which images are kept from being pruned could not be put right: {}", e.getMessage());
            return List.of();
        }
    }
}
