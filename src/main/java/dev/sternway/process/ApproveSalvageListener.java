package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.plan.Salvages;
import dev.sternway.process.Signers.Signer;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes the second person's answer to what somebody else wants to write into live data, or take out again. */
@Component
class ApproveSalvageListener implements TaskListener {
    private final Signature signature;
    private final Salvages salvages;
    private final Deadlines deadlines;
    private final LedgerOutbox outbox;

    ApproveSalvageListener(Signature signature, Salvages salvages, Deadlines deadlines, LedgerOutbox outbox) {
        this.signature = signature;
        this.salvages = salvages;
        this.deadlines = deadlines;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        boolean approves = signature.approves(task, signer);
        long id = Variable.SALVAGE_ID.get(task);
        boolean undo = Boolean.TRUE.equals(Variable.UNDOES.find(task));
        if (approves) {
            signature.requireNotTheRequester(task, signer.id());
            if (undo) {
                salvages.approveUndo(id, signer.id(), deadlines.approvalValid());
            } else {
                salvages.approve(id, signer.id(), deadlines.approvalValid());
            }
        } else if (!undo) {
            salvages.reject(id);
        }
        Variable.APPROVED.decide(task, approves);
        String reason = Variable.REASON.find(task);
        String rejected =
                "'" + signer.id() + "' rejected it" + (reason == null || reason.isBlank() ? "" : ": " + reason);
        if (!approves) {
            Variable.SALVAGE_NOTE.decide(task, rejected);
        }
        outbox.append(Entry.fact(
                        task.getExecution().getProcessBusinessKey(),
                        Evidence.Kind.APPROVAL,
                        "approveSalvage",
                        (undo ? "the undoing of salvage " : "salvage ") + id
                                + " approved by another person than who asked",
                        approves ? "'" + signer.id() + "' approved: " + Variable.SALVAGE_CHOICE.find(task) : rejected,
                        approves ? Evidence.Outcome.PROVED : Evidence.Outcome.REFUSED)
                .by(signer.id())
                .of(Variable.SYSTEM_ID.get(task), null, null));
    }
}
