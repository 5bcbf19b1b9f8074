package dev.sternway.process;

import dev.sternway.evidence.Chronicle;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import java.time.Duration;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Whether a level that loses no data may run: each of its steps reads the approval of its plan again before it acts, a
 * person's or the one that Sternway gives when the tables pre-authorise it. Data loss has {@link ApprovedDataLoss}.
 *
 * <p>The first step decides by the database's clock and keeps that the level has begun, in a transaction of its own: if
 * the step then crashes, or the level is tried again an hour later, the same plan is carried to its end. A level that
 * stops half way because a quarter of an hour is over would be the greater harm.
 */
@Component
class ApprovedLevel {
    /** A pre-authorised level waits for nobody, only for a Sternway that is down. */
    private static final Duration PRE_AUTHORISED_VALID = Duration.ofHours(24);

    private static final String CRITICAL = "CRITICAL";

    private final Approvals approvals;
    private final Ledger ledger;
    private final TransactionTemplate own;

    ApprovedLevel(Approvals approvals, Ledger ledger, PlatformTransactionManager transactions) {
        this.approvals = approvals;
        this.ledger = ledger;
        this.own = new TransactionTemplate(transactions);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /**
     * True when a person must approve the plan first. Pre-authorised is only what loses no data, for an incident that was
     * decided to be critical, whatever a table or a variable says (A.6); then the approval is given here.
     */
    boolean isAsked(Plan plan, boolean preAuthorised) {
        if (plan.losesData()) {
            // Confirmed inside the level, while the backup loads beside.
            return false;
        }
        if (!preAuthorised || !isCritical(plan.incidentId())) {
            return true;
        }
        approvals.give(plan.incidentId(), plan.sha256(), Kind.ROLLBACK, Entry.SELF, null, PRE_AUTHORISED_VALID);
        return false;
    }

    boolean isCritical(String incidentId) {
        return new Chronicle(ledger.of(incidentId))
                .decision()
                .map(decision -> CRITICAL.equals(decision.severity()))
                .orElse(false);
    }

    /** @throws Refusal when the plan of the step is not approved, or was not when its level should have begun */
    void require(StepTask task) {
        Plan plan = task.plan();
        if (plan == null || plan.losesData()) {
            return;
        }
        boolean begins = Boolean.TRUE.equals(own.execute(status -> approvals.begin(task.incidentId(), plan.sha256())));
        Approval approval = approvals
                .find(task.incidentId(), plan.sha256(), Kind.ROLLBACK)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.APPROVAL_MISSING,
                        "plan " + plan.sha256() + " is not approved, or its approval is void",
                        "choose 'this level again' and have it approved."));
        if (!approval.begun()) {
            throw new Refusal(
                    ErrorCode.APPROVAL_EXPIRED,
                    "the approval by '" + approval.userId() + "' expired at " + approval.expiresAt()
                            + ", before the level began",
                    "choose 'this level again' and have it approved anew.");
        }
        if (begins) {
            writeDown(task, approval);
        }
    }

    /** Who let the level begin is in the chain before anything is touched. */
    private void writeDown(StepTask task, Approval approval) {
        boolean bySternway = approval.userId().equals(Entry.SELF);
        ledger.append(Entry.fact(
                        task.incidentId(),
                        Evidence.Kind.NOTE,
                        "readApprovals",
                        "a valid approval of this plan before its level begins",
                        bySternway
                                ? "pre-authorised: critical, and no data is lost"
                                : "'" + approval.userId() + "' approved at " + approval.decidedAt(),
                        Evidence.Outcome.PROVED)
                .of(task.system().id(), task.plan().level(), task.plan().sha256()));
    }
}
