package dev.sternway.process;

import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.Outcome;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Marks a backup by what was found: proved, only read, or failed and why. */
@Component
class ConcludeProofDelegate implements JavaDelegate {
    private static final Logger LOG = LoggerFactory.getLogger(ConcludeProofDelegate.class);

    private final BackupProofs proofs;
    private final Ledger ledger;

    ConcludeProofDelegate(BackupProofs proofs, Ledger ledger) {
        this.proofs = proofs;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String key = execution.getProcessBusinessKey();
        String setId = Variable.BACKUP_ID.get(execution);
        String code = Variable.ERROR_CODE.find(execution);
        String message = Variable.ERROR_MESSAGE.find(execution);
        boolean restored = Boolean.TRUE.equals(Variable.RESTORES.find(execution));
        Outcome outcome = code != null ? Outcome.FAILED : restored ? Outcome.PROVED : Outcome.READ;
        proofs.end(key, outcome, code, message);
        if (code != null) {
            LOG.warn("backup '{}' cannot be relied on: {} {}", setId, code, message);
        }
        ledger.append(Entry.fact(
                        key,
                        Evidence.Kind.VERDICT,
                        "concludeProof",
                        "it is known whether backup '" + setId + "' can be restored",
                        code == null ? outcome.name() : outcome + ", " + code + ": " + message,
                        code == null ? Evidence.Outcome.PROVED : Evidence.Outcome.NOT_MET)
                .of(Variable.SYSTEM_ID.find(execution), null, null));
    }
}
