package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Approvals.Approval;
import dev.sternway.plan.Approvals.Kind;
import dev.sternway.plan.LevelSkipped;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Planner;
import dev.sternway.plan.Plans;
import dev.sternway.plan.SwapBackPlanner;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.impl.identity.Authentication;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/**
 * What all approvals have in common: who really signs, whether he may, for which plan, and that it is written down.
 *
 * <p>The signer is the authenticated user of the completing call, never the assignee.
 */
@Component
class Signature {
    static final String APPROVE = "APPROVE";
    static final String REJECT = "REJECT";

    private final Catalogue catalogue;
    private final Planner planner;
    private final SwapBackPlanner swapBackPlanner;
    private final Plans plans;
    private final Approvals approvals;
    private final Ledger ledger;

    Signature(
            Catalogue catalogue,
            Planner planner,
            SwapBackPlanner swapBackPlanner,
            Plans plans,
            Approvals approvals,
            Ledger ledger) {
        this.catalogue = catalogue;
        this.planner = planner;
        this.swapBackPlanner = swapBackPlanner;
        this.plans = plans;
        this.approvals = approvals;
        this.ledger = ledger;
    }

    /** The signed-in user, who must be in one of the groups; drops what he submitted beyond the form. */
    String signer(DelegateTask task, List<String> groups) {
        Variable.seal(task);
        Authentication who =
                task.getProcessEngineServices().getIdentityService().getCurrentAuthentication();
        if (who == null || who.getUserId() == null) {
            throw Refusals.rejection(
                    ErrorCode.ROLE_MISSING, "nobody is signed in", "sign in and submit the form again.");
        }
        List<String> his = who.getGroupIds() == null ? List.of() : who.getGroupIds();
        if (groups.stream().noneMatch(his::contains)) {
            throw rejected(
                    task,
                    who.getUserId(),
                    ErrorCode.ROLE_MISSING,
                    "'" + who.getUserId() + "' is in " + his + ", this needs one of " + groups,
                    "ask somebody of these groups to decide.");
        }
        return who.getUserId();
    }

    /** True for APPROVE, false for REJECT; anything else is sent back. */
    boolean approves(DelegateTask task) {
        String decision = Variable.DECISION.find(task);
        if (!APPROVE.equals(decision) && !REJECT.equals(decision)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "the decision is '" + decision + "'",
                    "choose APPROVE or REJECT and submit again.");
        }
        return APPROVE.equals(decision);
    }

    Plan plan(DelegateTask task) {
        return plans.get(task.getExecution().getProcessBusinessKey(), Variable.PLAN_SHA256.get(task));
    }

    /** Sends the form back when the world is not the one that the plan saw. */
    void requireUnchanged(DelegateTask task, String user, Plan plan) {
        Plan now;
        try {
            now = replan(task, plan);
        } catch (LevelSkipped skipped) {
            throw changed(task, user, plan, skipped.getMessage());
        } catch (Refusal refusal) {
            throw changed(task, user, plan, refusal.getMessage());
        }
        if (!now.sha256().equals(plan.sha256())) {
            throw changed(task, user, plan, "the plan would be " + now.sha256() + " now: " + difference(plan, now));
        }
    }

    /** The same kind of plan for the world as it is now. */
    private Plan replan(DelegateTask task, Plan plan) {
        ManagedSystem system = catalogue.find(plan.systemId());
        return plan.swapsBack()
                ? swapBackPlanner.plan(plan.incidentId(), system)
                : planner.plan(PlanLevelDelegate.request(task.getExecution(), system));
    }

    private RuntimeException changed(DelegateTask task, String user, Plan plan, String why) {
        return rejected(
                task,
                user,
                ErrorCode.PLAN_CHANGED,
                "the world is not the one that this plan saw; " + why,
                plan.swapsBack()
                        ? "reject this plan, then ask for the swap back again."
                        : "reject this plan, then choose 'this level again' for a new one.");
    }

    private static String difference(Plan before, Plan now) {
        if (before.steps().size() != now.steps().size()) {
            return "it would have " + now.steps().size() + " steps instead of "
                    + before.steps().size();
        }
        for (int i = 0; i < before.steps().size(); i++) {
            Plan.PlanStep was = before.steps().get(i);
            Plan.PlanStep is = now.steps().get(i);
            if (!was.identity().equals(is.identity()) || !was.after().equals(is.after())) {
                return "step " + (i + 1) + " (" + is.step() + " '" + is.target() + "') saw " + was.identity()
                        + ", now it is " + is.identity();
            }
        }
        return Objects.equals(before.backupId(), now.backupId())
                ? "release or checksums differ"
                : "backup '" + now.backupId() + "' instead of '" + before.backupId() + "'";
    }

    /** Keeps the approval inside the completing call; the ledger is told when that call is committed. */
    Approval give(DelegateTask task, String user, Plan plan, Kind kind, Long lossBound, Duration valid) {
        try {
            Approval approval = approvals.give(plan.incidentId(), plan.sha256(), kind, user, lossBound, valid);
            ObjectNode details = JsonNodeFactory.instance
                    .objectNode()
                    .put("kind", kind.name())
                    .put("lossBound", lossBound)
                    .put("expiresAt", approval.expiresAt().toString());
            afterCommit(entry(
                            task,
                            user,
                            plan,
                            "plan " + plan.sha256() + " approved by a person who may",
                            "'" + user + "' approved"
                                    + (lossBound == null ? "" : " a loss of at most " + lossBound + " rows"),
                            Evidence.Outcome.PROVED)
                    .with(details));
            return approval;
        } catch (DuplicateKeyException somebodyWasFirst) {
            throw Refusals.rejection(
                    ErrorCode.APPROVED_ALREADY,
                    "somebody else approved this plan a moment ago",
                    "nothing is left to do here; reload the task list.");
        }
    }

    /** Writes down that a person said no. */
    void reject(DelegateTask task, String user, Plan plan) {
        approvals.makeVoid(plan.incidentId(), plan.sha256(), "rejected by " + user);
        String reason = Variable.REASON.find(task);
        afterCommit(entry(
                task,
                user,
                plan,
                "plan " + plan.sha256() + " approved by a person who may",
                "'" + user + "' rejected it" + (reason == null || reason.isBlank() ? "" : ": " + reason),
                Evidence.Outcome.REFUSED));
    }

    /** Writes down a form that was sent back, now, as the completing call will be undone. */
    RuntimeException rejected(DelegateTask task, String user, ErrorCode code, String message, String hint) {
        Plan plan = plans.find(
                        task.getExecution().getProcessBusinessKey(), String.valueOf(Variable.PLAN_SHA256.find(task)))
                .orElse(null);
        ledger.append(entry(task, user, plan, "a form that can be taken", message, Evidence.Outcome.REFUSED)
                .with(JsonNodeFactory.instance.objectNode().put("code", code.name())));
        return Refusals.rejection(code, message, hint);
    }

    private static Entry entry(
            DelegateTask task, String user, Plan plan, String wanted, String seen, Evidence.Outcome outcome) {
        String step = task.getTaskDefinitionKey().replaceFirst("^userTask_", "");
        Entry entry = Entry.fact(
                        task.getExecution().getProcessBusinessKey(),
                        Evidence.Kind.APPROVAL,
                        step,
                        wanted,
                        seen,
                        outcome)
                .by(user);
        return plan == null ? entry : entry.of(plan.systemId(), plan.level(), plan.sha256());
    }

    private void afterCommit(Entry entry) {
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                ledger.append(entry);
            }
        });
    }
}
