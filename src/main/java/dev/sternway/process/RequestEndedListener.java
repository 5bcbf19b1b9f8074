package dev.sternway.process;

import dev.sternway.plan.RollbackRequests;
import dev.sternway.plan.RollbackRequests.State;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** A request that ends without a rollback was withdrawn, by a person, by time, or by whoever deleted its process. */
@Component
class RequestEndedListener implements ExecutionListener {
    private final RollbackRequests requests;

    RequestEndedListener(RollbackRequests requests) {
        this.requests = requests;
    }

    @Override
    public void notify(DelegateExecution execution) {
        requests.ofProcess(execution.getProcessInstanceId())
                .filter(kept -> kept.state() != State.STARTED)
                .ifPresent(kept -> requests.withdrawn(kept.id()));
    }
}
