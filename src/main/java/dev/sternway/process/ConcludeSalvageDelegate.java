package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Salvages;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Frees the system after a salvage or its undoing, says how it ended, and writes the report of the loss again. */
@Component
class ConcludeSalvageDelegate implements JavaDelegate {
    private final Locks locks;
    private final Salvages salvages;
    private final DataLossReports reports;
    private final Ledger ledger;

    ConcludeSalvageDelegate(Locks locks, Salvages salvages, DataLossReports reports, Ledger ledger) {
        this.locks = locks;
        this.salvages = salvages;
        this.reports = reports;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        long id = Variable.SALVAGE_ID.get(execution);
        locks.release(systemId, LockOwner.of(incidentId, LockOwner.SALVAGE));
        String code = Variable.ERROR_CODE.find(execution);
        String refused = code == null ? null : code + ": " + Variable.ERROR_MESSAGE.find(execution);
        if (refused != null) {
            // What was begun and is not known to have ended stays as it is: a retry finds out.
            salvages.reject(id);
            Variable.SALVAGE_NOTE.set(execution.getProcessInstance(), refused);
            Variable.ERROR_CODE.set(execution.getProcessInstance(), null);
            Variable.ERROR_MESSAGE.set(execution.getProcessInstance(), null);
        }
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "concludeSalvage",
                        "salvage " + id + " is over, '" + systemId + "' is free again",
                        refused == null ? "it is " + salvages.get(id).state() : refused,
                        refused == null ? Evidence.Outcome.PROVED : Evidence.Outcome.REFUSED)
                .of(systemId, null, null)
                .on(systemId));
        reports.write(incidentId);
    }
}
