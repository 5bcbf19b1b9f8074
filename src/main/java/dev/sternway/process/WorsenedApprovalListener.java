package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Evidence;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * It got worse while people were asked: what they were asked for no longer fits. While nothing is touched it is decided
 * again; afterwards there is no way back, and a person who reads the new decision chooses the next step.
 */
@Component
class WorsenedApprovalListener implements ExecutionListener {
    /** How a rollback ends that is decided again. */
    static final String DECIDE_AGAIN = "DECIDE_AGAIN";

    private final WithdrawnApproval withdrawn;
    private final Incidents incidents;

    WorsenedApprovalListener(WithdrawnApproval withdrawn, Incidents incidents) {
        this.withdrawn = withdrawn;
        this.incidents = incidents;
    }

    @Override
    public void notify(DelegateExecution execution) {
        Optional<Evidence> touched = withdrawn.withdraw(
                execution,
                "overtaken: it got worse",
                "it got worse, nothing was touched, the system is free again, it is decided again",
                level -> "it got worse after level " + level + " had run; a person chooses the next step");
        // The process itself, not the boundary event: what is asked there must read it.
        DelegateExecution process = execution.getProcessInstance();
        if (touched.isPresent()) {
            Variable.WITHDRAWN.set(process, WithdrawnApproval.OVERTAKEN);
            Variable.SITUATION.set(
                    process,
                    "It got worse while level " + Variable.LEVEL.get(process) + " waited for approval, after level "
                            + touched.get().level() + " had run. What fires now is decided so: "
                            + Variable.DECISION_SUMMARY.find(process));
            return;
        }
        incidents.stands(execution.getProcessBusinessKey(), Incidents.State.DECIDING, null);
        Variable.WITHDRAWN.set(process, WithdrawnApproval.UNTOUCHED);
        Variable.ROLLBACK_OUTCOME.set(process, DECIDE_AGAIN);
    }
}
