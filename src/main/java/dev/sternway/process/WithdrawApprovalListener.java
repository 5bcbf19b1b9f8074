package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Locks;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * The alerts ended while people were asked: nobody needs to approve any more. When a level has touched something already,
 * that level is measured again instead, and if it is not enough after all, people are asked for the same level anew.
 */
@Component
class WithdrawApprovalListener implements ExecutionListener {
    static final String TOUCHED = "TOUCHED";
    static final String UNTOUCHED = "UNTOUCHED";

    /** How a rollback ends that nobody needs any more. */
    static final String NO_LONGER_NEEDED = "NO_LONGER_NEEDED";

    private final Ledger ledger;
    private final LedgerOutbox outbox;
    private final Approvals approvals;
    private final Locks locks;
    private final Incidents incidents;

    WithdrawApprovalListener(
            Ledger ledger, LedgerOutbox outbox, Approvals approvals, Locks locks, Incidents incidents) {
        this.ledger = ledger;
        this.outbox = outbox;
        this.approvals = approvals;
        this.locks = locks;
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String plan = Variable.PLAN_SHA256.get(execution);
        int level = Variable.LEVEL.get(execution);
        approvals.makeVoid(incidentId, plan, "no longer needed: the alerts ended");
        Optional<Evidence> touched = lastStep(incidentId);
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.APPROVAL,
                        "approveRollback",
                        "plan " + plan + " approved by a person who may",
                        touched.isEmpty()
                                ? "withdrawn: the alerts ended, nothing was touched, the system is free again"
                                : "withdrawn: the alerts ended; level "
                                        + touched.get().level() + " is measured again",
                        Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), level, plan));
        // The process itself, not the boundary event: what is asked there must read it.
        DelegateExecution process = execution.getProcessInstance();
        Variable.WITHDRAWN.set(process, touched.isEmpty() ? UNTOUCHED : TOUCHED);
        Variable.APPROVED.set(process, null);
        if (touched.isPresent()) {
            Variable.LEVEL.set(process, touched.get().level());
            Variable.PLAN_SHA256.set(process, touched.get().planSha256());
            return;
        }
        locks.release(Variable.SYSTEM_ID.get(execution), incidentId);
        incidents.stands(incidentId, Incidents.State.RESOLVED_BY_ITSELF, null);
        Variable.ROLLBACK_OUTCOME.set(process, NO_LONGER_NEEDED);
    }

    private Optional<Evidence> lastStep(String incidentId) {
        return ledger.of(incidentId).stream()
                .filter(each -> each.kind() == Evidence.Kind.STEP)
                .filter(each -> each.planSha256() != null && each.level() != null)
                .reduce((one, other) -> other);
    }
}
