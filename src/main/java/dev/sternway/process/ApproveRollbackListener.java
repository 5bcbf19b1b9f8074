package dev.sternway.process;

import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import dev.sternway.process.Signers.Signer;
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
        Signer signer = signature.signer(task);
        Plan plan = signature.plan(task);
        if (!signature.approves(task, signer)) {
            signature.reject(task, signer, plan);
            Variable.APPROVED.decide(task, false);
            return;
        }
        signature.requireNotTheRequester(task, signer.id());
        signature.requireUnchanged(task, signer.id(), plan);
        signature.give(task, signer, plan, Kind.ROLLBACK, null);
        Variable.APPROVED.decide(task, true);
        // The level's clock begins now: waiting for people is not its time.
        Variable.LEVEL_STARTED_AT.decide(task, Variable.now().toString());
    }
}
