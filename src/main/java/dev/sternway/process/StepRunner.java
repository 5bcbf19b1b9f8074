package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Locks;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Instant;
import java.util.Optional;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/** Runs a step and writes down what it wanted and saw, however it ends. */
@Component
class StepRunner {
    private static final String MDC_INCIDENT = "incidentId";

    private final Catalogue catalogue;
    private final Plans plans;
    private final Locks locks;
    private final ApprovedLevel approvedLevel;
    private final Ledger ledger;
    private final Turns turns;

    StepRunner(Catalogue catalogue, Plans plans, Locks locks, ApprovedLevel approvedLevel, Ledger ledger, Turns turns) {
        this.catalogue = catalogue;
        this.plans = plans;
        this.locks = locks;
        this.approvedLevel = approvedLevel;
        this.ledger = ledger;
        this.turns = turns;
    }

    /** Runs a step that must succeed: what it saw has to be what it wanted. */
    StepResult run(String name, Step step, StepContext context) {
        return required(
                name,
                task -> {
                    Mandate.require();
                    approvedLevel.require(task);
                    return step.run(task);
                },
                context);
    }

    /**
     * Runs a step that gives back what a level took, when people have chosen to stop: lock, fence and mandate are looked
     * at, but no approval. Whoever does not approve the level does not want the services to stay down.
     */
    StepResult giveBack(String name, Step step, StepContext context) {
        return required(
                name,
                task -> {
                    Mandate.require();
                    return step.run(task);
                },
                context);
    }

    private StepResult required(String name, Step step, StepContext context) {
        StepResult result = attempt(name, Evidence.Kind.STEP, step, context);
        if (result.outcome() == Evidence.Outcome.NOT_MET || result.outcome() == Evidence.Outcome.UNKNOWN) {
            throw new Refusal(
                    ErrorCode.STEP_NOT_PROVED,
                    "step '" + name + "' wanted " + result.wanted() + "; seen: " + result.seen(),
                    "look at the target, then choose how to go on.");
        }
        return result;
    }

    /** A step that comes late, after its incident has let go of the system, must not act beside the next one. */
    private void requireLock(StepTask task) {
        if (task.plan() == null) {
            return;
        }
        String owner = LockOwner.of(task.incidentId(), task.plan().swapsBack() ? LockOwner.SWAP_BACK : null);
        Optional<Locks.Lock> lock = locks.find(task.system().id());
        String holder = lock.map(Locks.Lock::incidentId).orElse("nobody");
        if (holder.equals(owner)) {
            requireFence(task, lock.get());
        } else {
            throw new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + task.system().id() + "' is held by '" + holder + "', not by '" + owner + "'",
                    "choose 'this level again', which takes the lock anew.");
        }
    }

    /** The incident may have let go of the system and taken it again: what it planned in between is what counts. */
    private void requireFence(StepTask task, Locks.Lock lock) {
        plans.fence(task.incidentId(), task.plan().sha256())
                .filter(fence -> fence != lock.fence())
                .ifPresent(fence -> {
                    throw new Refusal(
                            ErrorCode.SYSTEM_LOCKED,
                            "system '" + task.system().id() + "' is held under fence " + lock.fence()
                                    + ", the step's plan was made under fence " + fence,
                            "choose 'this level again', which plans anew.");
                });
    }

    /** Runs a step that only looks: any answer is an answer. */
    StepResult measure(String name, Evidence.Kind kind, Step step, StepContext context) {
        return attempt(name, kind, step, context);
    }

    private StepResult attempt(String name, Evidence.Kind kind, Step step, StepContext context) {
        StepTask task = task(context);
        Instant started = Instant.now();
        try (MDC.MDCCloseable ignored = MDC.putCloseable(MDC_INCIDENT, context.incidentId())) {
            StepResult result = Mandate.during(() -> requireLock(task), () -> turns.outside(() -> step.run(task)));
            write(name, kind, task, started, result.wanted(), result.seen(), result.outcome(), result.details());
            return result;
        } catch (Refusal refusal) {
            ObjectNode details = JsonNodeFactory.instance
                    .objectNode()
                    .put("code", refusal.code().name())
                    .put("hint", refusal.hint());
            if (refusal.excerpt() != null) {
                refusal.excerpt().lines().forEach(details.withArray("log")::add);
            }
            String seen = refusal.getMessage();
            write(name, kind, task, started, "its preconditions hold", seen, Evidence.Outcome.REFUSED, details);
            throw refusal;
        } catch (RuntimeException failure) {
            write(
                    name,
                    kind,
                    task,
                    started,
                    "to be done",
                    failure.getClass().getSimpleName() + ": " + failure.getMessage(),
                    Evidence.Outcome.FAILED,
                    JsonNodeFactory.instance.objectNode());
            throw failure;
        }
    }

    private StepTask task(StepContext context) {
        if (context.planSha256() == null) {
            ManagedSystem system = catalogue.find(context.systemId());
            return new StepTask(
                    context.incidentId(), system, null, context.target(), context.levelStartedAt(), context.progress());
        }
        // The plan names the system: a variable could have been overwritten, a plan cannot.
        Plan plan = plans.get(context.incidentId(), context.planSha256());
        return new StepTask(
                context.incidentId(),
                catalogue.find(plan.systemId()),
                plan,
                context.target(),
                context.levelStartedAt(),
                context.progress());
    }

    private void write(
            String name,
            Evidence.Kind kind,
            StepTask task,
            Instant started,
            String wanted,
            String seen,
            Evidence.Outcome outcome,
            ObjectNode details) {
        Plan plan = task.plan();
        ledger.append(new Entry(
                task.incidentId(),
                started,
                Instant.now(),
                task.system().id(),
                plan == null ? null : plan.level(),
                kind,
                name,
                task.target(),
                wanted,
                seen,
                outcome,
                Entry.SELF,
                plan == null ? null : plan.sha256(),
                details));
    }
}
