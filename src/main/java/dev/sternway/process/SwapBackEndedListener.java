package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.plan.Locks;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** A swap back is over, however: the system is free, also when somebody deleted the instance. */
@Component
class SwapBackEndedListener implements ExecutionListener {
    private final Locks locks;
    private final Incidents incidents;

    SwapBackEndedListener(Locks locks, Incidents incidents) {
        this.locks = locks;
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        locks.release(Variable.SYSTEM_ID.get(execution), LockOwner.of(incidentId, LockOwner.SWAP_BACK));
        String before = Variable.STATE_BEFORE.find(execution);
        if (execution.isCanceled() && before != null) {
            incidents.stands(incidentId, Incidents.State.valueOf(before), null);
        }
    }
}
