package dev.sternway.process;

import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.Plan;
import dev.sternway.port.ErrorCode;
import dev.sternway.process.Signers.Signer;
import org.camunda.bpm.engine.ExternalTaskService;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes the phrase: exactly {@value #PHRASE}, by an incident commander or, when none took it, a tech lead or the CTO, once the loss is measured (S4-16). */
@Component
class ConfirmDataLossListener implements TaskListener {
    static final String PHRASE = "CONFIRM DATA LOSS";

    private final Signature signature;
    private final DataLoss loss;
    private final ExternalTaskService externalTasks;
    private final OwnAuthority own;

    ConfirmDataLossListener(Signature signature, DataLoss loss, ExternalTaskService externalTasks, OwnAuthority own) {
        this.signature = signature;
        this.loss = loss;
        this.externalTasks = externalTasks;
        this.own = own;
    }

    @Override
    public void notify(DelegateTask task) {
        Signer signer = signature.signer(task);
        String user = signer.id();
        Plan plan = signature.plan(task);
        Variable.CONFIRMED_BY.decide(task, user);
        if (!signature.approves(task, signer)) {
            signature.reject(task, signer, plan);
            Variable.APPROVED.decide(task, false);
            return;
        }
        signature.requireNotTheRequester(task, user);
        String phrase = Variable.PHRASE.find(task);
        if (!PHRASE.equals(phrase)) {
            throw signature.rejected(
                    task,
                    user,
                    ErrorCode.PHRASE_WRONG,
                    "the phrase is not '" + PHRASE + "'; nothing was restored",
                    "type exactly these words, or choose 'Do not restore'.");
        }
        DataLoss.Measured measured = loss.measured(plan.incidentId(), plan)
                .filter(found -> !isBeingMeasured(task, plan))
                .orElseThrow(() -> Refusals.rejection(
                        ErrorCode.LOSS_NOT_MEASURED,
                        "the loss is not measured yet, the backup is still being loaded beside",
                        "submit again in a moment; the incident page shows how far it is."));
        signature.requireProved(task, user, plan);
        signature.requireUnchanged(task, user, plan);
        signature.give(task, signer, plan, Kind.PHRASE, measured.bound());
        Variable.APPROVED.decide(task, true);
    }

    /** Between the ledger's entry and the end of the measuring task both would write the form's summary. */
    private boolean isBeingMeasured(DelegateTask task, Plan plan) {
        return DataLoss.step(plan)
                .map(step -> own.call(() -> externalTasks
                                .createExternalTaskQuery()
                                .processInstanceId(task.getProcessInstanceId())
                                .topicName(step)
                                .count()
                        > 0))
                .orElse(false);
    }
}
