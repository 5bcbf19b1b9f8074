package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.decision.Action;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.Response;
import dev.sternway.decision.RestoreReason;
import dev.sternway.decision.Scenario;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import java.util.Map;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/**
 * Takes over what {@code choose-response} says: the kind of rollback, its downtime budget and who may approve. The
 * decision is whole then, and kept with all that led to it.
 */
@Component
class RecordResponseListener implements ExecutionListener {
    private final Decisions decisions;
    private final DeployedTables tables;
    private final DecisionEvidence evidence;
    private final Incidents incidents;
    private final IncidentNotices notices;

    RecordResponseListener(
            Decisions decisions,
            DeployedTables tables,
            DecisionEvidence evidence,
            Incidents incidents,
            IncidentNotices notices) {
        this.decisions = decisions;
        this.tables = tables;
        this.evidence = evidence;
        this.incidents = incidents;
        this.notices = notices;
    }

    @Override
    public void notify(DelegateExecution execution) {
        AskedTable asked = AskedTable.of(execution);
        Map<String, Object> row = asked.row();
        Variable.RESPONSE.set(execution, TableAnswers.text(row, "response"));
        Variable.DOWNTIME_BUDGET.set(execution, TableAnswers.number(row, "downtimeBudget"));
        Variable.APPROVER_GROUPS.set(execution, TableAnswers.text(row, "approverGroups"));

        String incidentId = execution.getProcessBusinessKey();
        long id = decisions.open(incidentId, execution.getProcessInstanceId());
        decisions.picked(id, asked.step(), tables.version(asked.table()));
        Decisions.Recorded open = decisions.open(execution.getProcessInstanceId());
        Decision decision = decision(execution, open.decision());
        evidence.decided(execution, decision, open.tableVersions());
        decisions.decided(id, decision);
        Variable.DECISION_SUMMARY.set(execution, DecisionEvidence.summary(decision));
        notices.decided(
                incidentId,
                decision.action().name(),
                Variable.SEVERITY.find(execution),
                DecisionEvidence.summary(decision),
                decision.preAuthorised());
        if (decision.action() == Action.MONITOR) {
            incidents.stands(incidentId, Incidents.State.MONITORING, null);
        }
    }

    private static Decision decision(DelegateExecution execution, Decision open) {
        return new Decision(
                constant(Severity.class, Variable.SEVERITY.find(execution)),
                Action.valueOf(Variable.ACTION.get(execution)),
                constant(Scenario.class, Variable.SCENARIO.find(execution)),
                Scope.valueOf(Variable.SCOPE.get(execution)),
                Variable.LEVEL.get(execution),
                Variable.AFFECTED_SERVICE.find(execution),
                Variable.FEATURE.find(execution),
                constant(RestoreReason.class, Variable.RESTORE_REASON.find(execution)),
                Variable.PRE_AUTHORISED.get(execution),
                Variable.DECIDE_WITHIN.find(execution),
                Response.valueOf(Variable.RESPONSE.get(execution)),
                Variable.DOWNTIME_BUDGET.find(execution),
                Variable.APPROVER_GROUPS.get(execution),
                open.rules(),
                open.steps());
    }

    private static <E extends Enum<E>> E constant(Class<E> type, String name) {
        return name == null ? null : Enum.valueOf(type, name);
    }
}
