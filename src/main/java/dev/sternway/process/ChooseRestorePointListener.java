package dev.sternway.process;

import dev.sternway.plan.RestorePoint;
import dev.sternway.plan.RollbackRequests;
import dev.sternway.plan.RollbackRequests.Kept;
import dev.sternway.port.ErrorCode;
import java.util.ArrayList;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/** Takes a person's choice of what a system goes back to, out of what was offered. */
@Component
class ChooseRestorePointListener implements TaskListener {
    private static final String WITHDRAW = "WITHDRAW";

    private final Signature signature;
    private final RollbackRequests requests;

    ChooseRestorePointListener(Signature signature, RollbackRequests requests) {
        this.signature = signature;
        this.requests = requests;
    }

    @Override
    public void notify(DelegateTask task) {
        Signers.Signer signer = signature.signer(task);
        Kept kept = requests.ofProcess(task.getProcessInstanceId()).orElseThrow();
        String choice = Variable.CHOSEN_POINT.find(task);
        if (WITHDRAW.equals(choice)) {
            signature.answer(task, signer, choice);
            Variable.RESTORE_POINT_CHOSEN.decide(task, false);
            return;
        }
        List<String> choices = new ArrayList<>();
        for (int number = 1; number <= kept.offered().size(); number++) {
            choices.add(String.valueOf(number));
        }
        if (!choices.contains(choice)) {
            choices.add(WITHDRAW);
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING, "the choice is '" + choice + "'", "choose one of " + choices + ".");
        }
        signature.answer(task, signer, choice);
        RestorePoint point = kept.offered().get(Integer.parseInt(choice) - 1);
        requests.chosen(kept.id(), kept.request().to(point));
        Variable.RESTORE_POINT_CHOSEN.decide(task, true);
    }
}
