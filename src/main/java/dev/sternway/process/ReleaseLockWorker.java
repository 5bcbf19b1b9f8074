package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/**
 * Throws away the copies that were never live, frees the system and says how the rollback ended; dropping a large
 * database may take longer than an engine job should.
 */
@Component
class ReleaseLockWorker extends StepWorker {
    static final String RECOVERED = "RECOVERED";
    static final String NOT_RECOVERED = "NOT_RECOVERED";

    private final Locks locks;
    private final Ledger ledger;
    private final Incidents incidents;
    private final UnusedCopies unusedCopies;

    ReleaseLockWorker(StepRunner runner, Locks locks, Ledger ledger, Incidents incidents, UnusedCopies unusedCopies) {
        super(runner, null);
        this.unusedCopies = unusedCopies;
        this.locks = locks;
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String incidentId = context.incidentId();
        String systemId = context.systemId();
        unusedCopies.discard(incidentId, systemId);
        boolean held = locks.release(systemId, incidentId);
        boolean recovered = "YES".equals(task.getVariables().get(Variable.SUFFICIENT.name()))
                && Boolean.TRUE.equals(task.getVariables().get(Variable.STABLE.name()));
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
        return Map.of(Variable.ROLLBACK_OUTCOME.name(), recovered ? RECOVERED : NOT_RECOVERED);
    }
}
