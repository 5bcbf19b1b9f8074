package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Approvals;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** The loss is above what was approved: the approvals are void, people are asked again. */
@Component
class VoidApprovalDelegate implements JavaDelegate {
    private final Approvals approvals;
    private final Ledger ledger;

    VoidApprovalDelegate(Approvals approvals, Ledger ledger) {
        this.approvals = approvals;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String plan = Variable.PLAN_SHA256.get(execution);
        approvals.makeVoid(incidentId, plan, "the loss grew above the approved bound");
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.APPROVAL,
                        "voidApproval",
                        "a loss within what was approved",
                        "the loss grew above the approved bound; the approvals are void, the services stay stopped",
                        Evidence.Outcome.NOT_MET)
                .of(Variable.SYSTEM_ID.get(execution), Variable.LEVEL.get(execution), plan));
    }
}
