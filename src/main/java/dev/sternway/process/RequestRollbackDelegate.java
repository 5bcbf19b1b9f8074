package dev.sternway.process;

import dev.sternway.plan.RollbackRequests;
import dev.sternway.plan.RollbackRequests.Kept;
import dev.sternway.plan.RollbackRequests.State;
import dev.sternway.plan.RollbackRequests.Via;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Sends the request on: what begins is what was kept when it was asked for, whatever the variables say by now. */
@Component
class RequestRollbackDelegate implements JavaDelegate {
    private final RollbackRequests requests;
    private final RollbackStart start;
    private final Groups groups;

    RequestRollbackDelegate(RollbackRequests requests, RollbackStart start, Groups groups) {
        this.requests = requests;
        this.start = start;
        this.groups = groups;
    }

    @Override
    public void execute(DelegateExecution execution) {
        Requester submitter = CheckRequestListener.signedIn(execution, groups);
        Kept kept = requests.ofProcess(execution.getProcessInstanceId())
                .filter(each -> each.state() == State.ASKED || each.state() == State.CHOOSING)
                .orElseThrow(() -> Refusals.rejection(
                        ErrorCode.REQUEST_INVALID,
                        "nobody asked for this rollback with the form",
                        "start it with the form 'Request a rollback'."));
        try {
            Map<String, String> incidents = start.begin(kept.id(), kept.request(), kept.requestedBy(), submitter);
            Variable.SITUATION.set(execution, "begun: " + incidents);
        } catch (Refusal refusal) {
            requests.refused(kept.requestedBy(), Via.FORM, kept.request(), refusal);
            throw Refusals.rejection(refusal.code(), refusal.getMessage(), refusal.hint());
        }
    }
}
