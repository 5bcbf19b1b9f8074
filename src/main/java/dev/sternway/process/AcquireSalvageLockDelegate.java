package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Takes the system for a salvage: no rollback runs meanwhile, and never while another incident runs on it. */
@Component
class AcquireSalvageLockDelegate implements JavaDelegate {
    private final Locks locks;
    private final Incidents incidents;
    private final Ledger ledger;

    AcquireSalvageLockDelegate(Locks locks, Incidents incidents, Ledger ledger) {
        this.locks = locks;
        this.incidents = incidents;
        this.ledger = ledger;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        Optional<String> other = incidents.running(systemId).filter(id -> !id.equals(incidentId));
        if (other.isPresent()) {
            throw Refusals.error(refused(
                    incidentId,
                    systemId,
                    ErrorCode.INCIDENT_RUNNING,
                    "incident '" + other.get() + "' runs on system '" + systemId + "'"));
        }
        String owner = LockOwner.of(execution);
        Locks.Lock lock = locks.acquire(systemId, owner, Entry.SELF, LockOwner.reason(execution));
        if (!lock.incidentId().equals(owner)) {
            throw Refusals.error(refused(
                    incidentId,
                    systemId,
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + systemId + "' is locked by '" + lock.incidentId() + "' since " + lock.acquiredAt()
                            + ": " + lock.reason()));
        }
        write(
                incidentId,
                systemId,
                "held by " + owner + " since " + lock.acquiredAt() + ", fence " + lock.fence(),
                Evidence.Outcome.PROVED);
    }

    private Refusal refused(String incidentId, String systemId, ErrorCode code, String fact) {
        write(incidentId, systemId, fact, Evidence.Outcome.REFUSED);
        return new Refusal(code, fact, "wait until that has ended, then choose again.");
    }

    private void write(String incidentId, String systemId, String seen, Evidence.Outcome outcome) {
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "acquireSalvageLock",
                        "'" + systemId + "' locked for the salvage alone",
                        seen,
                        outcome)
                .of(systemId, null, null)
                .on(systemId));
    }
}
