package dev.sternway.process;

import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import java.util.Arrays;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes the approval of a rollback that loses no data. */
@Component
class ApproveRollbackListener implements TaskListener {
    private final Signature signature;

    ApproveRollbackListener(Signature signature) {
        this.signature = signature;
    }

    @Override
    public void notify(DelegateTask task) {
        Variable.seal(task);
        List<String> groups = Arrays.asList(Variable.APPROVER_GROUPS.get(task).split("\\s*,\\s*"));
        String user = signature.signer(task, groups);
        Plan plan = signature.plan(task);
        if (!signature.approves(task)) {
            signature.reject(task, user, plan);
            Variable.APPROVED.decide(task, false);
            return;
        }
        signature.requireUnchanged(task, user, plan);
        signature.give(task, user, plan, Kind.ROLLBACK, null, DataLoss.APPROVAL_VALID);
        Variable.APPROVED.decide(task, true);
        // The level's clock begins now: waiting for people is not its time.
        Variable.LEVEL_STARTED_AT.decide(task, Variable.now().toString());
    }
}
