package dev.sternway.process;

import dev.sternway.plan.Approvals;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import dev.sternway.port.ErrorCode;
import dev.sternway.process.Signers.Signer;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes the second person's approval of a data loss; never the person's who typed the phrase. */
@Component
class ApproveDataLossListener implements TaskListener {
    private final Signature signature;
    private final Approvals approvals;

    ApproveDataLossListener(Signature signature, Approvals approvals) {
        this.signature = signature;
        this.approvals = approvals;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        String user = signer.id();
        Plan plan = signature.plan(task);
        Optional<Approval> phrase = approvals.find(plan.incidentId(), plan.sha256(), Kind.PHRASE);
        if (phrase.isPresent() && phrase.get().userId().equals(user)) {
            throw signature.rejected(
                    task,
                    user,
                    ErrorCode.SAME_PERSON,
                    "'" + user + "' typed the phrase and cannot approve it too",
                    "ask another tech lead or the CTO.");
        }
        if (!signature.approves(task, signer)) {
            signature.reject(task, signer, plan);
            Variable.APPROVED.decide(task, false);
            return;
        }
        signature.requireNotTheRequester(task, user);
        if (phrase.isEmpty()) {
            throw signature.rejected(
                    task,
                    user,
                    ErrorCode.APPROVAL_MISSING,
                    "the confirmation of this loss does not hold any more",
                    "reject this, then choose 'this level again' and have it confirmed anew.");
        }
        if (!phrase.get().valid()) {
            throw signature.rejected(
                    task,
                    user,
                    ErrorCode.APPROVAL_EXPIRED,
                    "the confirmation by '" + phrase.get().userId() + "' expired at "
                            + phrase.get().expiresAt(),
                    "reject this, then choose 'this level again' and have it confirmed anew.");
        }
        signature.requireProved(task, user, plan);
        signature.requireUnchanged(task, user, plan);
        signature.give(task, signer, plan, Kind.SECOND, phrase.get().lossBound());
        Variable.APPROVED.decide(task, true);
    }
}
