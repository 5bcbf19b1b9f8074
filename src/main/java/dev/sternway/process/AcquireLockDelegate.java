package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Takes the system for this incident alone. */
@Component
class AcquireLockDelegate implements JavaDelegate {
    private final Locks locks;
    private final Ledger ledger;
    private final IncidentNotices notices;

    AcquireLockDelegate(Locks locks, Ledger ledger, IncidentNotices notices) {
        this.locks = locks;
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        String owner = LockOwner.of(execution);
        Locks.Lock lock = locks.acquire(systemId, owner, Entry.SELF, LockOwner.reason(execution));
        if (LockOwner.isSalvage(lock.incidentId()) && Variable.LOCK_PURPOSE.find(execution) == null) {
            // Rows can be brought back later, a rollback cannot wait: without the lock a salvage commits nothing.
            locks.release(systemId, lock.incidentId());
            lock = locks.acquire(systemId, owner, Entry.SELF, LockOwner.reason(execution));
        }
        boolean ours = lock.incidentId().equals(owner);
        String wanted = "'" + systemId + "' locked for this incident alone";
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.STEP,
                        "acquireLock",
                        wanted,
                        "held by " + lock.incidentId() + " since " + lock.acquiredAt() + ", fence " + lock.fence(),
                        ours ? Evidence.Outcome.PROVED : Evidence.Outcome.REFUSED)
                .of(systemId, null, null)
                .on(systemId));
        if (!ours) {
            throw Refusals.error(new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + systemId + "' is locked by '" + lock.incidentId() + "' since " + lock.acquiredAt()
                            + ": " + lock.reason(),
                    "wait until that has ended, then try again."));
        }
        if (Variable.LOCK_PURPOSE.find(execution) == null) {
            // However it came to the rollback; told once.
            notices.decided(
                    incidentId,
                    "ROLL_BACK",
                    Variable.SEVERITY.find(execution),
                    null,
                    Boolean.TRUE.equals(Variable.PRE_AUTHORISED.find(execution)));
        }
    }
}
