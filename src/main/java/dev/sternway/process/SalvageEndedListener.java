package dev.sternway.process;

import dev.sternway.plan.Locks;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** A salvage is over, however: the system is free, also when somebody deleted the instance. */
@Component
class SalvageEndedListener implements ExecutionListener {
    private final Locks locks;

    SalvageEndedListener(Locks locks) {
        this.locks = locks;
    }

    @Override
    public void notify(DelegateExecution execution) {
        locks.release(
                Variable.SYSTEM_ID.get(execution), LockOwner.of(execution.getProcessBusinessKey(), LockOwner.SALVAGE));
    }
}
