package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Evidence.Outcome;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Frees the system after a swap back and says how it ended: done, rejected by a person, or refused by a step. */
@Component
class ConcludeSwapBackDelegate implements JavaDelegate {
    private final Locks locks;
    private final Incidents incidents;
    private final Ledger ledger;
    private final IncidentNotices notices;

    ConcludeSwapBackDelegate(Locks locks, Incidents incidents, Ledger ledger, IncidentNotices notices) {
        this.locks = locks;
        this.incidents = incidents;
        this.ledger = ledger;
        this.notices = notices;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        String systemId = Variable.SYSTEM_ID.get(execution);
        String plan = Variable.PLAN_SHA256.find(execution);
        locks.release(systemId, LockOwner.of(incidentId, LockOwner.SWAP_BACK));
        String refused = Variable.ERROR_CODE.find(execution);
        boolean done = refused == null && Boolean.TRUE.equals(Variable.APPROVED.find(execution));
        boolean touched = done || plan != null && touched(incidentId, plan);
        incidents.stands(incidentId, state(execution, done, touched), null);
        notices.swappedBack(execution, seen(execution, done, touched), done || !touched);
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "concludeSwapBack",
                        "the stores are swapped back, '" + systemId + "' is free again",
                        seen(execution, done, touched),
                        done ? Outcome.PROVED : Outcome.REFUSED)
                .of(systemId, Variable.LEVEL.find(execution), plan)
                .on(systemId));
    }

    private boolean touched(String incidentId, String plan) {
        return ledger.of(incidentId).stream()
                .filter(entry -> "swapStoreBack".equals(entry.step()) && plan.equals(entry.planSha256()))
                .anyMatch(entry -> entry.outcome() == Outcome.PROVED || entry.outcome() == Outcome.ALREADY);
    }

    private static String seen(DelegateExecution execution, boolean done, boolean touched) {
        if (done) {
            return "swapped back; the system is free";
        }
        String refused = Variable.ERROR_CODE.find(execution);
        if (refused == null) {
            return "rejected by a person; nothing was touched, the system is free";
        }
        String reason = refused + ": " + Variable.ERROR_MESSAGE.find(execution);
        return touched
                ? "stores were swapped back, then a step refused, a person must look: " + reason
                : "refused, the restored database stays live, the system is free: " + reason;
    }

    private Incidents.State state(DelegateExecution execution, boolean done, boolean touched) {
        if (done) {
            return Incidents.State.SWAPPED_BACK;
        }
        Incidents.Incident incident =
                incidents.find(execution.getProcessBusinessKey()).orElseThrow();
        String before = Variable.STATE_BEFORE.find(execution);
        if (touched || before == null) {
            return Incidents.State.HANDED_OVER;
        }
        // The incident may have been closed while the swap back was waiting for people.
        return incident.closedAt() == null ? Incidents.State.valueOf(before) : Incidents.State.CLOSED;
    }
}
