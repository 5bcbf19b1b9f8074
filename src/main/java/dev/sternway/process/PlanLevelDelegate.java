package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.Scope;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.LevelSkipped;
import dev.sternway.plan.Plan;
import dev.sternway.plan.PlanRequest;
import dev.sternway.plan.Planner;
import dev.sternway.plan.Plans;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.time.Instant;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Plans the level: everything is looked at, nothing is touched. */
@Component
class PlanLevelDelegate implements JavaDelegate {
    private final Catalogue catalogue;
    private final Planner planner;
    private final Plans plans;
    private final Approvals approvals;
    private final PlanPaper paper;
    private final Ledger ledger;
    private final Incidents incidents;
    private final ApprovedLevel approvedLevel;
    private final PlanRequests requests;
    private final Turns turns;
    private final WiderScope widerScope;

    PlanLevelDelegate(
            Catalogue catalogue,
            Planner planner,
            Plans plans,
            Approvals approvals,
            PlanPaper paper,
            Ledger ledger,
            Incidents incidents,
            ApprovedLevel approvedLevel,
            PlanRequests requests,
            WiderScope widerScope,
            Turns turns) {
        this.catalogue = catalogue;
        this.planner = planner;
        this.plans = plans;
        this.approvals = approvals;
        this.paper = paper;
        this.ledger = ledger;
        this.incidents = incidents;
        this.approvedLevel = approvedLevel;
        this.requests = requests;
        this.widerScope = widerScope;
        this.turns = turns;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        ManagedSystem system = catalogue.find(Variable.SYSTEM_ID.get(execution));
        int level = Variable.LEVEL.get(execution);
        incidents.stands(incidentId, Incidents.State.PLANNING, null);
        forgetLastLevel(execution);
        Instant started = Instant.now();
        try {
            Plan plan = plan(execution, system);
            plans.keep(plan);
            // The same plan made again asks people again.
            approvals.makeVoid(incidentId, plan.sha256(), "planned anew");
            incidents.tries(incidentId, level);
            write(entry(plan, system, level, started), paper.details(plan));
            hand(execution, system, plan);
        } catch (LevelSkipped skipped) {
            boolean last = level >= 3;
            note(
                    system,
                    incidentId,
                    level,
                    started,
                    skipped.code().name(),
                    skipped.getMessage(),
                    Evidence.Outcome.NOTED);
            Variable.LEVEL_POSSIBLE.set(execution, false);
            Variable.SITUATION.set(execution, skipped.getMessage());
            if (last || MigrationOrder.asksBeforeRestore(execution)) {
                throw Refusals.error(new Refusal(skipped.code(), skipped.getMessage(), "choose what to do next."));
            }
        } catch (Refusal refusal) {
            String seen = refusal.explanation();
            note(system, incidentId, level, started, refusal.code().name(), seen, Evidence.Outcome.REFUSED);
            throw Refusals.error(refusal);
        }
    }

    private Plan plan(DelegateExecution execution, ManagedSystem system) {
        PlanRequest request = requests.of(execution, system);
        try {
            return plan(request);
        } catch (Refusal refusal) {
            Scope wider = widerScope.after(refusal, request, execution).orElseThrow(() -> refusal);
            widerScope.take(execution, wider, refusal.getMessage());
            return plan(requests.of(execution, system));
        }
    }

    private Plan plan(PlanRequest request) {
        return turns.outside(() -> planner.plan(request));
    }

    private static void forgetLastLevel(DelegateExecution execution) {
        Variable.SUFFICIENT.set(execution, null);
        Variable.STABLE.set(execution, null);
        Variable.NEXT_STEP.set(execution, null);
        Variable.APPROVED.set(execution, null);
        Variable.WITHDRAWN.set(execution, null);
        Variable.LOSS_SUMMARY.set(execution, null);
        Variable.ERROR_CODE.set(execution, null);
        Variable.ERROR_MESSAGE.set(execution, null);
    }

    private void hand(DelegateExecution execution, ManagedSystem system, Plan plan) {
        Duration budget = system.budgets().of(plan.level());
        Variable.LEVEL_POSSIBLE.set(execution, true);
        Variable.PLAN_SHA256.set(execution, plan.sha256());
        Variable.PLAN_SUMMARY.set(execution, paper.summary(plan));
        Variable.LEVEL_STARTED_AT.set(execution, Variable.now().toString());
        Variable.BUDGET.set(execution, budget.toString());
        Variable.BUDGET_WARNING.set(
                execution, budget.multipliedBy(3).dividedBy(4).toString());
        Variable.APPROVAL_NEEDED.set(
                execution, approvedLevel.isAsked(plan, Boolean.TRUE.equals(Variable.PRE_AUTHORISED.find(execution))));
        incidents.stands(plan.incidentId(), Incidents.State.ROLLING_BACK, null);
    }

    private Entry entry(Plan plan, ManagedSystem system, int level, Instant started) {
        return new Entry(
                plan.incidentId(),
                started,
                Instant.now(),
                system.id(),
                level,
                Evidence.Kind.PLAN,
                "planLevel",
                system.id(),
                "a plan for level " + level + " whose preconditions all hold",
                Words.some(plan.steps().size(), "step") + ", estimated "
                        + plan.estimate().toSeconds() + " s of " + plan.budget().toSeconds() + " s, SHA-256 "
                        + plan.sha256(),
                Evidence.Outcome.PROVED,
                Entry.SELF,
                plan.sha256(),
                JsonNodeFactory.instance.objectNode());
    }

    private void write(Entry entry, ObjectNode details) {
        ledger.append(entry.with(details));
    }

    private void note(
            ManagedSystem system,
            String incidentId,
            int level,
            Instant started,
            String code,
            String seen,
            Evidence.Outcome outcome) {
        ObjectNode details = JsonNodeFactory.instance.objectNode().put("code", code);
        ledger.append(new Entry(
                incidentId,
                started,
                Instant.now(),
                system.id(),
                level,
                Evidence.Kind.PLAN,
                "planLevel",
                system.id(),
                "a plan for level " + level + " whose preconditions all hold",
                outcome == Evidence.Outcome.NOTED ? "level " + level + " is skipped: " + seen : seen,
                outcome,
                Entry.SELF,
                null,
                details));
    }
}
