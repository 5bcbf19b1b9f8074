package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.Release;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.step.release.RecordRelease;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Records what runs now as a release to go back to. */
@Component
class RecordReleaseDelegate implements JavaDelegate {
    private final Catalogue catalogue;
    private final RecordRelease step;
    private final Ledger ledger;

    RecordReleaseDelegate(Catalogue catalogue, RecordRelease step, Ledger ledger) {
        this.catalogue = catalogue;
        this.step = step;
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
                                + release.services().size() + " services",
                        Evidence.Outcome.PROVED)
                .of(systemId, null, null));
    }
}
