package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.evidence.Words;
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
import dev.sternway.process.Signers.Signer;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

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
    private final PlanRequests requests;
    private final SwapBackPlanner swapBackPlanner;
    private final Plans plans;
    private final Approvals approvals;
    private final Ledger ledger;
    private final LedgerOutbox outbox;
    private final Signers signers;
    private final TaskAnswers answers;
    private final Deadlines deadlines;
    private final ProvedBackup proved;
    private final TransactionTemplate own;

    Signature(
            Catalogue catalogue,
            Planner planner,
            PlanRequests requests,
            SwapBackPlanner swapBackPlanner,
            Plans plans,
            Approvals approvals,
            Ledger ledger,
            LedgerOutbox outbox,
            Signers signers,
            TaskAnswers answers,
            Deadlines deadlines,
            ProvedBackup proved,
            PlatformTransactionManager transactions) {
        this.catalogue = catalogue;
        this.planner = planner;
        this.requests = requests;
        this.swapBackPlanner = swapBackPlanner;
        this.plans = plans;
        this.approvals = approvals;
        this.ledger = ledger;
        this.outbox = outbox;
        this.signers = signers;
        this.answers = answers;
        this.deadlines = deadlines;
        this.proved = proved;
        this.own = new TransactionTemplate(transactions);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** The signed-in user, who must be one who may sign; drops what he submitted beyond the form. */
    Signer signer(DelegateTask task) {
        Variable.seal(task);
        String user = Signers.signedIn(task);
        try {
            return signers.require(task, user);
        } catch (Refusal refusal) {
            // Somebody may have decided a moment ago: the candidates are gone then, and no role is missing.
            throw answers.find(task.getId())
                    .map(Refusals::decided)
                    .orElseGet(() -> rejected(task, user, refusal.code(), refusal.getMessage(), refusal.hint()));
        }
    }

    /**
     * Takes the task for the answer, before anything else is looked at: of two people at once the first holds it, and
     * the other is told who that was. A form that is sent back afterwards gives the task free again.
     */
    void answer(DelegateTask task, Signer signer, String answer) {
        String incidentId = task.getExecution().getProcessBusinessKey();
        if (!answers.give(task.getId(), incidentId, task.getTaskDefinitionKey(), signer.id(), answer)) {
            throw answers.find(task.getId())
                    .map(Refusals::decided)
                    .orElseThrow(() -> new IllegalStateException("the answer of task " + task.getId() + " is gone"));
        }
    }

    /** The person who asked for the rollback may reject it, and never agree to it (four eyes). */
    void requireNotTheRequester(DelegateTask task, String user) {
        if (user.equals(Variable.REQUESTED_BY.find(task))) {
            throw rejected(
                    task,
                    user,
                    ErrorCode.REQUESTER_MAY_NOT_APPROVE,
                    "'" + user + "' asked for this and cannot approve it too",
                    "ask somebody else of " + Signers.signing(task) + " to decide.");
        }
    }

    /** True for APPROVE, false for REJECT, anything else is sent back; whoever was first has the task. */
    boolean approves(DelegateTask task, Signer signer) {
        String decision = Variable.DECISION.find(task);
        if (!APPROVE.equals(decision) && !REJECT.equals(decision)) {
            throw Refusals.rejection(
                    ErrorCode.DECISION_MISSING,
                    "the decision is '" + decision + "'",
                    "choose APPROVE or REJECT and submit again.");
        }
        answer(task, signer, decision);
        return APPROVE.equals(decision);
    }

    Plan plan(DelegateTask task) {
        return plans.get(task.getExecution().getProcessBusinessKey(), Variable.PLAN_SHA256.get(task));
    }

    /** Sends the form back when nobody knows that the plan's backup is any good. */
    void requireProved(DelegateTask task, String user, Plan plan) {
        try {
            proved.require(plan);
        } catch (Refusal refusal) {
            throw rejected(task, user, refusal.code(), refusal.getMessage(), refusal.hint());
        }
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
                : planner.plan(requests.of(task.getExecution(), system));
    }

    /** What was approved of the plan is void, also when this call is undone. */
    private RuntimeException changed(DelegateTask task, String user, Plan plan, String why) {
        own.executeWithoutResult(
                status -> approvals.makeVoid(plan.incidentId(), plan.sha256(), "the world changed after the plan"));
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
            return "it would have " + Words.some(now.steps().size(), "step") + " instead of "
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

    /** Keeps the approval inside the completing call, and with it what the ledger is told. */
    Approval give(DelegateTask task, Signer signer, Plan plan, Kind kind, Long lossBound) {
        Approval approval = approvals.give(
                plan.incidentId(), plan.sha256(), kind, signer.id(), lossBound, deadlines.approvalValid());
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("kind", kind.name())
                .put("group", signer.as())
                .put("lossBound", lossBound)
                .put("expiresAt", approval.expiresAt().toString());
        outbox.append(entry(
                        task,
                        signer.id(),
                        plan,
                        "plan " + plan.sha256() + " approved by a person who may",
                        "'" + signer.id() + "' approved"
                                + (lossBound == null ? "" : " a loss of at most " + Words.some(lossBound, "row")),
                        Evidence.Outcome.PROVED)
                .with(details));
        return approval;
    }

    /** Writes down that a person said no. */
    void reject(DelegateTask task, Signer signer, Plan plan) {
        approvals.makeVoid(plan.incidentId(), plan.sha256(), "rejected by " + signer.id());
        String reason = Variable.REASON.find(task);
        outbox.append(entry(
                        task,
                        signer.id(),
                        plan,
                        "plan " + plan.sha256() + " approved by a person who may",
                        "'" + signer.id() + "' rejected it" + (reason == null || reason.isBlank() ? "" : ": " + reason),
                        Evidence.Outcome.REFUSED)
                .with(JsonNodeFactory.instance.objectNode().put("group", signer.as())));
    }

    /** What a person chose, with his reason if he gave one. */
    static String chose(DelegateTask task, String user, String choice) {
        String reason = Variable.REASON.find(task);
        return "'" + user + "' chose " + choice + (reason == null || reason.isBlank() ? "" : ": " + reason);
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
}
