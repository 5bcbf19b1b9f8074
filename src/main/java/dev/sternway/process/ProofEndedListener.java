package dev.sternway.process;

import dev.sternway.catalogue.BackupProofs;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** A proof's process is over, however: another one may begin. */
@Component
class ProofEndedListener implements ExecutionListener {
    private final BackupProofs proofs;

    ProofEndedListener(BackupProofs proofs) {
        this.proofs = proofs;
    }

    @Override
    public void notify(DelegateExecution execution) {
        proofs.end(
                execution.getProcessBusinessKey(),
                BackupProofs.Outcome.GIVEN_UP,
                null,
                "ended by a person before anything was known");
    }
}
