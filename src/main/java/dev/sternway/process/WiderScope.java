package dev.sternway.process;

import dev.sternway.decision.Decisions;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.PlanRequest;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.Optional;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/**
 * What a table wants taken back alone and cannot be, or was not enough, is taken back with more around it, at once and as
 * the ledger tells: a rollback that nobody is asked about does not stop at that, and those approve who may approve what is
 * wider. What a person asked for is never changed.
 */
@Component
class WiderScope {
    private final Approvers approvers;
    private final Decisions decisions;
    private final Ledger ledger;

    WiderScope(Approvers approvers, Decisions decisions, Ledger ledger) {
        this.approvers = approvers;
        this.decisions = decisions;
        this.ledger = ledger;
    }

    /** The scope that a refused plan is made again for; empty when a person must choose. */
    Optional<Scope> after(Refusal refusal, PlanRequest request, DelegateExecution execution) {
        if (asked(execution)) {
            return Optional.empty();
        }
        if (refusal.code() == ErrorCode.NO_CONFIGURATION_STORE) {
            boolean known = request.system().services().stream()
                    .anyMatch(each -> !each.infrastructure() && each.id().equals(request.service()));
            return Optional.of(known ? Scope.PARTIAL_SERVICE : Scope.FULL);
        }
        boolean aloneImpossible = request.scope() == Scope.DATABASE && refusal.code() == ErrorCode.SCHEMA_INCOMPATIBLE
                || refusal.code() == ErrorCode.SERVICE_UNKNOWN;
        return aloneImpossible ? Optional.of(Scope.FULL) : Optional.empty();
    }

    /** True when the release of one service was taken back and did not help: the others' comes before any restore. */
    boolean beforeNextLevel(DelegateExecution execution) {
        return !asked(execution)
                && Variable.LEVEL.get(execution) == 2
                && Scope.PARTIAL_SERVICE.name().equals(Variable.SCOPE.find(execution));
    }

    void take(DelegateExecution execution, Scope wider, String why) {
        String incidentId = execution.getProcessBusinessKey();
        Severity severity = decisions
                .last(incidentId)
                .map(last -> last.decision().severity())
                .orElse(null);
        String before = Variable.SCOPE.find(execution);
        Variable.SCOPE.set(execution, wider.name());
        Variable.APPROVER_GROUPS.set(execution, approvers.of(severity, wider));
        ledger.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.NOTE,
                        "widenScope",
                        "scope " + before + " is taken back",
                        (wider == Scope.FULL
                                        ? "the whole system"
                                        : "service '" + Variable.SERVICE.find(execution) + "'")
                                + " is planned for: " + why,
                        Evidence.Outcome.NOTED)
                .of(Variable.SYSTEM_ID.get(execution), Variable.LEVEL.get(execution), null));
    }

    private static boolean asked(DelegateExecution execution) {
        return Variable.REQUESTED_BY.find(execution) != null;
    }
}
