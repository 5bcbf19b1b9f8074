package dev.sternway.process;

import org.camunda.bpm.engine.delegate.DelegateExecution;

/**
 * Under which name a process holds a system: a rollback by its incident's id, a swap back by that and its purpose, so
 * that the two keep each other out.
 */
final class LockOwner {
    static final String SWAP_BACK = "swap back";
    static final String SALVAGE = "salvage";

    private LockOwner() {}

    static String of(DelegateExecution execution) {
        return of(execution.getProcessBusinessKey(), Variable.LOCK_PURPOSE.find(execution));
    }

    /** @param purpose null for a rollback */
    static String of(String incidentId, String purpose) {
        return purpose == null ? incidentId : incidentId + " (" + purpose + ")";
    }

    static boolean isSalvage(String owner) {
        return owner.endsWith(" (" + SALVAGE + ")");
    }

    static String reason(DelegateExecution execution) {
        String purpose = Variable.LOCK_PURPOSE.find(execution);
        return (purpose == null ? "rollback" : purpose) + " of incident " + execution.getProcessBusinessKey();
    }
}
