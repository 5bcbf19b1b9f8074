package dev.sternway.process;

import dev.sternway.plan.Locks;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.salvage.RowSalvages;
import org.springframework.stereotype.Component;

/** Brings chosen rows back into the live database. */
@Component
class ApplySalvageWorker extends SalvageWorker {
    private final RowSalvages salvages;

    ApplySalvageWorker(StepRunner runner, Locks locks, RowSalvages salvages) {
        super(runner, locks);
        this.salvages = salvages;
    }

    @Override
    StepResult work(StepTask task, long salvageId) {
        return salvages.apply(task.system(), salvageId, task.progress());
    }
}
