package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Release;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.port.OutsideException;
import dev.sternway.step.release.KeepImages;
import dev.sternway.step.release.RecordRelease;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Records what runs now as a release to go back to. */
@Component
class RecordReleaseDelegate implements JavaDelegate {
    private static final Logger LOG = LoggerFactory.getLogger(RecordReleaseDelegate.class);

    private final Catalogue catalogue;
    private final RecordRelease step;
    private final KeepImages images;
    private final Ledger ledger;

    RecordReleaseDelegate(Catalogue catalogue, RecordRelease step, KeepImages images, Ledger ledger) {
        this.catalogue = catalogue;
        this.step = step;
        this.images = images;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String systemId = Variable.SYSTEM_ID.get(execution);
        Release release = step.record(catalogue.find(systemId), Variable.VERSION.get(execution));
        Variable.RELEASE_ID.set(execution, release.id());
        ledger.append(Entry.fact(
                        execution.getProcessBusinessKey(),
                        Evidence.Kind.STEP,
                        "recordRelease",
                        "what runs is recorded",
                        "release '" + release.id() + "' with "
                                + release.services().size() + " services" + keep(release),
                        Evidence.Outcome.PROVED)
                .of(systemId, null, null));
    }

    /** A release whose images cannot be kept is recorded all the same; the next backup tries again. */
    private String keep(Release release) {
        try {
            images.keep(release);
            return ", their images kept from being pruned";
        } catch (OutsideException e) {
            LOG.warn("images of release '{}' are not kept from being pruned: {}", release.id(), e.getMessage());
            return "; their images may be pruned: " + e.getMessage();
        }
    }
}
