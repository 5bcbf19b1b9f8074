package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Frees the system and says how the rollback ended. */
@Component
class ReleaseLockDelegate implements JavaDelegate {
    static final String RECOVERED = "RECOVERED";
    static final String NOT_RECOVERED = "NOT_RECOVERED";

    private final Locks locks;
    private final Ledger ledger;
    private final Incidents incidents;
    private final UnusedCopies unusedCopies;

    ReleaseLockDelegate(Locks locks, Ledger ledger, Incidents incidents, UnusedCopies unusedCopies) {
        this.unusedCopies = unusedCopies;
        this.locks = locks;
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        unusedCopies.discard(incidentId, systemId);
        boolean held = locks.release(systemId, incidentId);
        boolean recovered = "YES".equals(Variable.SUFFICIENT.find(execution))
                && Boolean.TRUE.equals(Variable.STABLE.find(execution));
        Variable.ROLLBACK_OUTCOME.set(execution, recovered ? RECOVERED : NOT_RECOVERED);
        incidents.stands(incidentId, recovered ? Incidents.State.RECOVERED : Incidents.State.HANDED_OVER, null);
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.STEP,
                        "releaseLock",
                        "'" + systemId + "' free again",
                        (held ? "free" : "not held by this incident")
                                + (recovered ? "; the system recovered" : "; the system did not recover"),
                        held ? Evidence.Outcome.PROVED : Evidence.Outcome.NOTED)
                .of(systemId, null, null)
                .on(systemId));
    }
}
