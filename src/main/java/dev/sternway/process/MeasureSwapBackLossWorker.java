package dev.sternway.process;

import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plans;
import dev.sternway.step.store.MeasureSwapBackLoss;
import org.springframework.stereotype.Component;

/** Measures what taking a restore back would lose. */
@Component
class MeasureSwapBackLossWorker extends LossWorker {
    MeasureSwapBackLossWorker(
            StepRunner runner, MeasureSwapBackLoss step, DataLoss loss, Plans plans, Approvals approvals) {
        super(runner, step, loss, plans, approvals);
    }
}
