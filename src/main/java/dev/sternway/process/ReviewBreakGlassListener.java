package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.ErrorCode;
import dev.sternway.process.Signers.Signer;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes the review of a broken glass, by anybody of the reviewers but the one who broke it. */
@Component
class ReviewBreakGlassListener implements TaskListener {
    private final Signature signature;
    private final BrokenGlasses glasses;
    private final LedgerOutbox outbox;

    ReviewBreakGlassListener(Signature signature, BrokenGlasses glasses, LedgerOutbox outbox) {
        this.signature = signature;
        this.glasses = glasses;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        String brokenBy = Variable.BROKEN_BY.get(task);
        if (signer.id().equals(brokenBy)) {
            throw signature.rejected(
                    task,
                    signer.id(),
                    ErrorCode.SAME_PERSON,
                    "'" + signer.id() + "' broke this glass and cannot review it too",
                    "ask somebody else of " + Signers.signing(task) + ".");
        }
        boolean justified = signature.approves(task, signer);
        String review = Variable.REASON.find(task);
        if (!justified && (review == null || review.isBlank())) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING, "it is not said why it was not justified", "give the reason.");
        }
        glasses.reviewed(Variable.GLASS_ID.get(task), signer.id(), justified, review);
        outbox.append(Entry.fact(
                        task.getExecution().getProcessBusinessKey(),
                        Evidence.Kind.NOTE,
                        "reviewBreakGlass",
                        "what '" + brokenBy + "' did is reviewed by somebody else",
                        "'" + signer.id() + "' finds it " + (justified ? "justified" : "not justified")
                                + (review == null || review.isBlank() ? "" : ": " + review),
                        justified ? Evidence.Outcome.PROVED : Evidence.Outcome.NOT_MET)
                .by(signer.id()));
    }
}
