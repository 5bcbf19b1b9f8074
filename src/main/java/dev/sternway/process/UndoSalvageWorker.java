package dev.sternway.process;

import dev.sternway.plan.Locks;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.salvage.RowSalvages;
import org.springframework.stereotype.Component;

/** Takes rows out of the live database that a salvage brought back. */
@Component
class UndoSalvageWorker extends SalvageWorker {
    private final RowSalvages salvages;

    UndoSalvageWorker(StepRunner runner, Locks locks, RowSalvages salvages) {
        super(runner, locks);
        this.salvages = salvages;
    }

    @Override
    StepResult work(StepTask task, long salvageId) {
        return salvages.undo(task.system(), salvageId, task.progress());
    }
}
