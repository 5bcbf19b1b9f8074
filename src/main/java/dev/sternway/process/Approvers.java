package dev.sternway.process;

import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import java.util.HashMap;
import java.util.Map;
import org.camunda.bpm.engine.DecisionService;
import org.springframework.stereotype.Component;

/** Who must approve a rollback that somebody asked for, as the table {@code choose-response} says. */
@Component
class Approvers {
    private final DecisionService decisions;
    private final OwnAuthority own;

    Approvers(DecisionService decisions, OwnAuthority own) {
        this.decisions = decisions;
        this.own = own;
    }

    /**
     * The groups, separated by commas.
     *
     * @param severity as the person judges it; null where he does not: the table then takes the stricter approver
     */
    String of(Severity severity, Scope scope) {
        Map<String, Object> facts = new HashMap<>();
        facts.put("severity", severity == null ? null : severity.name());
        facts.put("scope", scope.name());
        return own.call(() -> decisions
                .evaluateDecisionTableByKey(DecisionTables.CHOOSE_RESPONSE, facts)
                .getSingleResult()
                .getEntry("approverGroups"));
    }
}
