package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import dev.sternway.step.store.ApprovalCheck;
import org.springframework.stereotype.Component;

/** Reads the two approvals of the plan right before data is replaced; the database's clock decides whether they hold. */
@Component
class ApprovedDataLoss implements ApprovalCheck {
    private final Approvals approvals;
    private final DataLoss loss;
    private final Ledger ledger;

    ApprovedDataLoss(Approvals approvals, DataLoss loss, Ledger ledger) {
        this.ledger = ledger;
        this.approvals = approvals;
        this.loss = loss;
    }

    @Override
    public void require(StepTask task) {
        Approval phrase = valid(task, Kind.PHRASE);
        Approval second = valid(task, Kind.SECOND);
        if (phrase.userId().equals(second.userId())) {
            throw new Refusal(
                    ErrorCode.SAME_PERSON,
                    "'" + phrase.userId() + "' gave both approvals of plan "
                            + task.plan().sha256(),
                    "a second person must approve; " + again(task) + ".");
        }
        long lost = loss.measured(task.incidentId(), task.plan())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.LOSS_NOT_MEASURED,
                        "the loss of plan " + task.plan().sha256() + " was not measured",
                        again(task) + "."))
                .rows();
        long bound = Math.min(bound(phrase), bound(second));
        if (lost > bound) {
            throw new Refusal(
                    ErrorCode.LOSS_ABOVE_APPROVED,
                    Words.some(lost, "row") + " would be lost or go back, at most " + bound + " may",
                    again(task) + " and have the greater loss approved.");
        }
        writeDown(task, phrase, second, bound);
    }

    private static String again(StepTask task) {
        return task.plan().swapsBack() ? "ask for the swap back again" : "choose 'this level again'";
    }

    /** The people are named in the chain before anything is replaced, whatever became of their own entries. */
    private void writeDown(StepTask task, Approval phrase, Approval second, long bound) {
        ledger.append(Entry.fact(
                        task.incidentId(),
                        Evidence.Kind.NOTE,
                        "readApprovals",
                        "two valid approvals of this plan by two people",
                        "'%s' typed the phrase at %s, '%s' approved at %s, at most %s"
                                .formatted(
                                        phrase.userId(),
                                        phrase.decidedAt(),
                                        second.userId(),
                                        second.decidedAt(),
                                        Words.some(bound, "row")),
                        Evidence.Outcome.PROVED)
                .of(task.system().id(), task.plan().level(), task.plan().sha256()));
    }

    private static long bound(Approval approval) {
        return approval.lossBound() == null ? 0 : approval.lossBound();
    }

    private Approval valid(StepTask task, Kind kind) {
        Approval approval = approvals
                .find(task.incidentId(), task.plan().sha256(), kind)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.APPROVAL_MISSING,
                        "plan " + task.plan().sha256() + " has no approval of kind " + kind,
                        again(task) + " and have the loss confirmed and approved."));
        if (!approval.valid()) {
            throw new Refusal(
                    ErrorCode.APPROVAL_EXPIRED,
                    "the approval by '" + approval.userId() + "' expired at " + approval.expiresAt(),
                    again(task) + " and have the loss confirmed and approved anew.");
        }
        return approval;
    }
}
