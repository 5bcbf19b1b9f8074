package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.plan.SwapBackPlanner;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Map;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Starts {@code swap-back-system}: what an incident restored is taken back. */
@Component
public class SwapBacks {
    private static final String PROCESS = "swap-back-system";

    private final RuntimeService runtime;
    private final OwnAuthority own;
    private final Catalogue catalogue;
    private final SwapBackPlanner planner;
    private final Locks locks;
    private final Ledger ledger;
    private final TransactionTemplate transaction;

    SwapBacks(
            RuntimeService runtime,
            OwnAuthority own,
            Catalogue catalogue,
            SwapBackPlanner planner,
            Locks locks,
            Ledger ledger,
            TransactionTemplate transaction) {
        this.runtime = runtime;
        this.own = own;
        this.catalogue = catalogue;
        this.planner = planner;
        this.locks = locks;
        this.ledger = ledger;
        this.transaction = transaction;
    }

    /**
     * Asks for a swap back; two other people confirm it in the process.
     *
     * @param user who asks, signed in and allowed to
     * @throws Refusal when a rollback or another swap back of the system runs, or there is nothing to swap back
     */
    public void start(Incidents.Incident incident, String user, String reason) {
        ManagedSystem system = catalogue.find(incident.systemId());
        refuseLocked(system, locks.find(system.id()).orElse(null));
        planner.plan(incident.id(), system);
        transaction.executeWithoutResult(status -> lockAndStart(incident, system, user));
        ledger.append(Entry.fact(
                        incident.id(),
                        Evidence.Kind.NOTE,
                        "requestSwapBack",
                        "the restore is taken back",
                        "'" + user + "' asked for it: " + reason,
                        Evidence.Outcome.NOTED)
                .of(system.id(), null, null)
                .by(user));
    }

    /** The lock is taken with the start, so that of two who ask at once one is told so. */
    private void lockAndStart(Incidents.Incident incident, ManagedSystem system, String user) {
        String owner = LockOwner.of(incident.id(), LockOwner.SWAP_BACK);
        if (!locks.take(system.id(), owner, user, LockOwner.SWAP_BACK + " of incident " + incident.id())) {
            refuseLocked(system, locks.find(system.id()).orElseThrow());
        }
        own.call(() -> runtime.startProcessInstanceByKey(
                PROCESS,
                incident.id(),
                Map.of(
                        Variable.INCIDENT_ID.name(), incident.id(),
                        Variable.SYSTEM_ID.name(), system.id(),
                        Variable.REQUESTED_BY.name(), user,
                        Variable.STATE_BEFORE.name(), incident.state().name(),
                        Variable.APPROVED.name(), false)));
    }

    private static void refuseLocked(ManagedSystem system, Locks.Lock lock) {
        if (lock != null) {
            throw new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + system.id() + "' is locked by '" + lock.incidentId() + "' since " + lock.acquiredAt()
                            + ": " + lock.reason(),
                    "wait until that has ended, then ask for the swap back again.");
        }
    }
}
