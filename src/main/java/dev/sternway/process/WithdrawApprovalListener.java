package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
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
    /** How a rollback ends that nobody needs any more. */
    static final String NO_LONGER_NEEDED = "NO_LONGER_NEEDED";

    private final WithdrawnApproval withdrawn;
    private final Incidents incidents;

    WithdrawApprovalListener(WithdrawnApproval withdrawn, Incidents incidents) {
        this.withdrawn = withdrawn;
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Optional<Evidence> touched = withdrawn.withdraw(
                execution,
                "no longer needed: the alerts ended",
                "the alerts ended, nothing was touched, the system is free again",
                level -> "the alerts ended; level " + level + " is measured again");
        // The process itself, not the boundary event: what is asked there must read it.
        DelegateExecution process = execution.getProcessInstance();
        if (touched.isPresent()) {
            Variable.WITHDRAWN.set(process, WithdrawnApproval.TOUCHED);
            Variable.LEVEL.set(process, touched.get().level());
            Variable.PLAN_SHA256.set(process, touched.get().planSha256());
            return;
        }
        incidents.stands(execution.getProcessBusinessKey(), Incidents.State.RESOLVED_BY_ITSELF, null);
        Variable.WITHDRAWN.set(process, WithdrawnApproval.UNTOUCHED);
        Variable.ROLLBACK_OUTCOME.set(process, NO_LONGER_NEEDED);
    }
}
