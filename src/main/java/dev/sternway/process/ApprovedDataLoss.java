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
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.stereotype.Component;

/**
 * Reads the two approvals of the plan right before data is replaced; the database's clock decides whether they hold. Once
 * the first of several stores is swapped under them, the plan is carried to its end, however late it gets: half of the
 * data old and half of it new would be the greater harm. Two people, and the bound of the loss, are asked for each store.
 */
@Component
class ApprovedDataLoss implements ApprovalCheck {
    private static final String READ = "readApprovals";
    private static final Set<String> SWAPS = Set.of("swapStore", "swapStoreBack");
    private static final Set<Evidence.Outcome> DONE = Set.of(Evidence.Outcome.PROVED, Evidence.Outcome.ALREADY);

    private final Approvals approvals;
    private final DataLoss loss;
    private final ProvedBackup proved;
    private final Ledger ledger;

    ApprovedDataLoss(Approvals approvals, DataLoss loss, ProvedBackup proved, Ledger ledger) {
        this.proved = proved;
        this.ledger = ledger;
        this.approvals = approvals;
        this.loss = loss;
    }

    @Override
    public void require(StepTask task) {
        if (!task.plan().losesData()) {
            // Settings or a front end alone: every step has read the approval of the level.
            return;
        }
        Optional<Instant> swapped = swapped(task);
        Approval phrase = valid(task, Kind.PHRASE, swapped);
        Approval second = valid(task, Kind.SECOND, swapped);
        if (phrase.userId().equals(second.userId())) {
            throw new Refusal(
                    ErrorCode.SAME_PERSON,
                    "'" + phrase.userId() + "' gave both approvals of plan "
                            + task.plan().sha256(),
                    "a second person must approve; " + again(task) + ".");
        }
        proved.require(task.plan());
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

    /** When the first store of the plan was swapped under approvals that were read and held. */
    private Optional<Instant> swapped(StepTask task) {
        List<Evidence> ofPlan = ledger.of(task.incidentId()).stream()
                .filter(entry -> task.plan().sha256().equals(entry.planSha256()))
                .toList();
        return ofPlan.stream()
                .filter(entry -> READ.equals(entry.step()) && entry.outcome() == Evidence.Outcome.PROVED)
                .findFirst()
                .flatMap(read -> ofPlan.stream()
                        .filter(entry -> entry.sequence() > read.sequence())
                        .filter(entry -> SWAPS.contains(entry.step()) && DONE.contains(entry.outcome()))
                        .map(Evidence::endedAt)
                        .findFirst());
    }

    private static String again(StepTask task) {
        return task.plan().swapsBack() ? "ask for the swap back again" : "choose 'this level again'";
    }

    /** The people are named in the chain before anything is replaced, whatever became of their own entries. */
    private void writeDown(StepTask task, Approval phrase, Approval second, long bound) {
        ledger.append(Entry.fact(
                        task.incidentId(),
                        Evidence.Kind.NOTE,
                        READ,
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

    private Approval valid(StepTask task, Kind kind, Optional<Instant> swapped) {
        Approval approval = approvals
                .find(task.incidentId(), task.plan().sha256(), kind)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.APPROVAL_MISSING,
                        "plan " + task.plan().sha256() + " has no approval of kind " + kind,
                        again(task) + " and have the loss confirmed and approved."));
        boolean carried = swapped.filter(approval.decidedAt()::isBefore).isPresent();
        if (!approval.valid() && !carried) {
            throw new Refusal(
                    ErrorCode.APPROVAL_EXPIRED,
                    "the approval by '" + approval.userId() + "' expired at " + approval.expiresAt(),
                    again(task) + " and have the loss confirmed and approved anew.");
        }
        return approval;
    }
}
