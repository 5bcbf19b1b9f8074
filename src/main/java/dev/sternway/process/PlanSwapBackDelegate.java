package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.plan.SwapBackPlanner;
import dev.sternway.port.Refusal;
import java.time.Instant;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Plans how a restore is taken back: everything is looked at, nothing is touched. */
@Component
class PlanSwapBackDelegate implements JavaDelegate {
    private static final String NAME = "planSwapBack";
    private static final String WANTED = "a plan that takes the restore back, whose preconditions all hold";
    private static final int LEVEL = 3;

    private final Catalogue catalogue;
    private final SwapBackPlanner planner;
    private final Plans plans;
    private final Approvals approvals;
    private final PlanPaper paper;
    private final Ledger ledger;
    private final Incidents incidents;

    PlanSwapBackDelegate(
            Catalogue catalogue,
            SwapBackPlanner planner,
            Plans plans,
            Approvals approvals,
            PlanPaper paper,
            Ledger ledger,
            Incidents incidents) {
        this.catalogue = catalogue;
        this.planner = planner;
        this.plans = plans;
        this.approvals = approvals;
        this.paper = paper;
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        ManagedSystem system = catalogue.find(Variable.SYSTEM_ID.get(execution));
        Instant started = Instant.now();
        incidents.stands(incidentId, Incidents.State.SWAPPING_BACK, null);
        try {
            Plan plan = planner.plan(incidentId, system);
            plans.keep(plan);
            // The same plan may have been approved in an earlier attempt: people are asked anew.
            approvals.makeVoid(incidentId, plan.sha256(), "the swap back was asked for again");
            ledger.append(entry(system, incidentId, started, plan));
            Variable.LEVEL.set(execution, plan.level());
            Variable.PLAN_SHA256.set(execution, plan.sha256());
            Variable.PLAN_SUMMARY.set(execution, paper.summary(plan));
            Variable.LEVEL_STARTED_AT.set(execution, Instant.now().toString());
            Variable.APPROVED.set(execution, false);
        } catch (Refusal refusal) {
            ledger.append(entry(
                    system,
                    incidentId,
                    started,
                    refusal.explanation(),
                    Evidence.Outcome.REFUSED,
                    null,
                    JsonNodeFactory.instance
                            .objectNode()
                            .put("code", refusal.code().name())));
            throw Refusals.error(refusal);
        }
    }

    private Entry entry(ManagedSystem system, String incidentId, Instant started, Plan plan) {
        String seen = Words.some(plan.steps().size(), "step") + ", estimated "
                + plan.estimate().toSeconds() + " s of " + plan.budget().toSeconds() + " s, SHA-256 " + plan.sha256();
        return entry(system, incidentId, started, seen, Evidence.Outcome.PROVED, plan.sha256(), paper.details(plan));
    }

    private static Entry entry(
            ManagedSystem system,
            String incidentId,
            Instant started,
            String seen,
            Evidence.Outcome outcome,
            String planSha256,
            com.fasterxml.jackson.databind.node.ObjectNode details) {
        return new Entry(
                incidentId,
                started,
                Instant.now(),
                system.id(),
                LEVEL,
                Evidence.Kind.PLAN,
                NAME,
                system.id(),
                WANTED,
                seen,
                outcome,
                Entry.SELF,
                planSha256,
                details);
    }
}
