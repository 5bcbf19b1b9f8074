package dev.sternway.step.service;

import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.ReleaseLedger;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import org.springframework.stereotype.Component;

/** The release that a task's plan goes back to. */
@Component
public class RecordedReleases {
    private final ReleaseLedger ledger;

    public RecordedReleases(ReleaseLedger ledger) {
        this.ledger = ledger;
    }

    public Release of(StepTask task) {
        String id = task.plan().releaseId();
        return ledger.find(id == null ? "" : id)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.NO_RELEASE,
                        "release '" + id + "' of system '" + task.system().id() + "' is not recorded",
                        "record a release with './sternway snapshot', then make a new plan."));
    }

    /** How the task's service ran in that release. */
    public RecordedService service(StepTask task) {
        Release release = of(task);
        RecordedService recorded = release.services().get(task.target());
        if (recorded == null) {
            throw new Refusal(
                    ErrorCode.NO_RELEASE,
                    "release '" + release.id() + "' has no service '" + task.target() + "', it has "
                            + release.services().keySet(),
                    "make a new plan without the service, or with another release.");
        }
        return recorded;
    }
}
