package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Locks;
import java.util.Optional;
import java.util.function.IntFunction;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** Takes back what people were asked to approve; while nothing is touched, the system is free again. */
@Component
class WithdrawnApproval {
    /** A level has run: it is measured again. */
    static final String TOUCHED = "TOUCHED";

    /** Nothing was touched: the rollback ends. */
    static final String UNTOUCHED = "UNTOUCHED";

    /** A level has run and it got worse: a person chooses the next step. */
    static final String OVERTAKEN = "OVERTAKEN";

    private final Ledger ledger;
    private final LedgerOutbox outbox;
    private final Approvals approvals;
    private final Locks locks;

    WithdrawnApproval(Ledger ledger, LedgerOutbox outbox, Approvals approvals, Locks locks) {
        this.ledger = ledger;
        this.outbox = outbox;
        this.approvals = approvals;
        this.locks = locks;
    }

    /**
     * Makes the approvals void, writes why, and frees the system when nothing was touched, all in the caller's transaction.
     *
     * @param whenTouched what is written, from the level that ran last
     * @return the last step of a level that the incident has run; empty when nothing was touched
     */
    Optional<Evidence> withdraw(
            DelegateExecution execution, String reason, String whenUntouched, IntFunction<String> whenTouched) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        String plan = Variable.PLAN_SHA256.get(execution);
        approvals.makeVoid(incidentId, plan, reason);
        Optional<Evidence> touched = lastStep(incidentId);
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.APPROVAL,
                        "approveRollback",
                        "plan " + plan + " approved by a person who may",
                        "withdrawn: "
                                + touched.map(step -> whenTouched.apply(step.level()))
                                        .orElse(whenUntouched),
                        Evidence.Outcome.NOTED)
                .of(systemId, Variable.LEVEL.get(execution), plan));
        Variable.APPROVED.set(execution.getProcessInstance(), null);
        if (touched.isEmpty()) {
            locks.release(systemId, incidentId);
        }
        return touched;
    }

    private Optional<Evidence> lastStep(String incidentId) {
        return ledger.of(incidentId).stream()
                .filter(each -> each.kind() == Evidence.Kind.STEP)
                .filter(each -> each.planSha256() != null && each.level() != null)
                .reduce((one, other) -> other);
    }
}
