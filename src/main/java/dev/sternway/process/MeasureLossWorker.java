package dev.sternway.process;

import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.step.store.MeasureLoss;
import org.springframework.stereotype.Component;

/** Measures what going back would lose. */
@Component
class MeasureLossWorker extends LossWorker {
    private final ProvedBackup proved;

    MeasureLossWorker(
            StepRunner runner, MeasureLoss step, DataLoss loss, Plans plans, Approvals approvals, ProvedBackup proved) {
        super(runner, step, loss, plans, approvals);
        this.proved = proved;
    }

    @Override
    String said(Plan plan) {
        return proved.words(plan);
    }
}
