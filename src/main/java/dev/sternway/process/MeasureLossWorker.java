package dev.sternway.process;

import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plans;
import dev.sternway.step.store.MeasureLoss;
import org.springframework.stereotype.Component;

/** Measures what going back would lose. */
@Component
class MeasureLossWorker extends LossWorker {
    MeasureLossWorker(StepRunner runner, MeasureLoss step, DataLoss loss, Plans plans, Approvals approvals) {
        super(runner, step, loss, plans, approvals);
    }
}
