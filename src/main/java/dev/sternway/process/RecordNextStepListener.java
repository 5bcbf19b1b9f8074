package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.ErrorCode;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes a person's choice of how a rollback goes on. */
@Component
class RecordNextStepListener implements TaskListener {
    private static final List<String> CHOICES = List.of("RETRY", "NEXT_LEVEL", "STOP");
    private static final String GO_ON = "GO_ON";

    private final Signature signature;
    private final Incidents incidents;
    private final LedgerOutbox outbox;

    RecordNextStepListener(Signature signature, Incidents incidents, LedgerOutbox outbox) {
        this.signature = signature;
        this.incidents = incidents;
        this.outbox = outbox;
    }

    @Override
    public void notify(DelegateTask task) {
        Signers.Signer signer = signature.signer(task);
        String user = signer.id();
        String choice = Variable.NEXT_STEP.find(task);
        int level = Variable.LEVEL.get(task);
        if (choice == null || !CHOICES.contains(choice)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING, "the choice is '" + choice + "'", "choose one of " + CHOICES + ".");
        }
        if (choice.equals("NEXT_LEVEL") && level >= 3) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "level 3 is the last level",
                    "choose to try it again, or to stop here.");
        }
        signature.answer(task, signer, choice);
        if (choice.equals("NEXT_LEVEL")) {
            Variable.LEVEL.decide(task, level + 1);
        }
        Variable.NEXT_STEP.decide(task, choice.equals("STOP") ? choice : GO_ON);
        Variable.SUFFICIENT.decide(task, null);
        Variable.ERROR_CODE.decide(task, null);
        Variable.ERROR_MESSAGE.decide(task, null);
        String incidentId = task.getExecution().getProcessBusinessKey();
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.DECISION,
                        "chooseNextStep",
                        "a person decides",
                        Signature.chose(task, user, choice),
                        Evidence.Outcome.NOTED)
                .by(user)
                .of(Variable.SYSTEM_ID.get(task), level, Variable.PLAN_SHA256.find(task)));
        incidents.stands(incidentId, Incidents.State.PLANNING, null);
    }
}
