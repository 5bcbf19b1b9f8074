package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.plan.Locks;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/** Writes into live data for a salvage, as long as the salvage holds the system. */
abstract class SalvageWorker extends StepWorker {
    private final Locks locks;

    SalvageWorker(StepRunner runner, Locks locks) {
        super(runner, task -> StepResult.unknown("a salvage is worked", "it was not told which"));
        this.locks = locks;
    }

    /** Does it once, however often it is called. */
    abstract StepResult work(StepTask task, long salvageId);

    @Override
    final Map<String, Object> work(LockedExternalTask task, StepContext context) {
        long id = (Long) task.getVariables().get(Variable.SALVAGE_ID.name());
        runner().measure(
                        topic(),
                        Evidence.Kind.STEP,
                        step -> Mandate.during(() -> requireLock(step), () -> {
                            Mandate.require();
                            return work(step, id);
                        }),
                        context);
        return Map.of();
    }

    private void requireLock(StepTask task) {
        String owner = LockOwner.of(task.incidentId(), LockOwner.SALVAGE);
        String holder =
                locks.find(task.system().id()).map(Locks.Lock::incidentId).orElse("nobody");
        if (!holder.equals(owner)) {
            throw new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + task.system().id() + "' is held by '" + holder + "', not by '" + owner + "'",
                    "choose the rows again.");
        }
    }
}
