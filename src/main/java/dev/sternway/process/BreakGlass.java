package dev.sternway.process;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.task.IdentityLink;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Lets one person sign one task for whose groups nobody is there, with a reason, and has it reviewed afterwards. It never
 * opens the loss of data, and never a way for somebody to approve what he asked for. Where people are asked to go back to
 * a backup that is not proved, it lets the two of them approve just this one.
 */
@Component
public class BreakGlass {
    private static final String REVIEW = "review-break-glass";
    private static final String REVIEW_TASK = "userTask_reviewBreakGlass";
    /** Tasks beside an incident, which nothing waits for: none of them is worth a broken glass. */
    private static final Set<String> BESIDE = Set.of(
            REVIEW_TASK,
            "userTask_notifyUsers",
            "userTask_reviewLostTransactions",
            "userTask_judgeManualRecovery",
            "userTask_chooseSalvage",
            "userTask_approveSalvage");

    private static final int LONGEST_REASON = 1_000;
    private static final Set<String> ROLES = Set.of(
            "operator",
            "engineer",
            "on-call",
            "deployment-lead",
            "incident-commander",
            "tech-lead",
            "devops",
            "operations-manager",
            "cto");

    /** The one task that is opened. */
    public record Opened(String taskId, String taskName) {}

    private final TaskService tasks;
    private final RuntimeService runtime;
    private final OwnAuthority own;
    private final Groups groups;
    private final BrokenGlasses glasses;
    private final ProvedBackup proved;
    private final Plans plans;
    private final Notices notices;
    private final LedgerOutbox outbox;
    private final TransactionTemplate transaction;

    BreakGlass(
            TaskService tasks,
            RuntimeService runtime,
            OwnAuthority own,
            Groups groups,
            BrokenGlasses glasses,
            ProvedBackup proved,
            Plans plans,
            Notices notices,
            LedgerOutbox outbox,
            TransactionTemplate transaction) {
        this.tasks = tasks;
        this.runtime = runtime;
        this.own = own;
        this.groups = groups;
        this.glasses = glasses;
        this.proved = proved;
        this.plans = plans;
        this.notices = notices;
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /**
     * Breaks the glass; again by the same person changes nothing.
     *
     * @param user who is signed in
     * @throws Refusal {@link ErrorCode#BREAK_GLASS_REFUSED}, {@link ErrorCode#ROLE_MISSING} or
     *     {@link ErrorCode#REQUESTER_MAY_NOT_APPROVE}
     */
    public Opened open(String incidentId, String user, String reason) {
        String why = reason == null ? "" : reason.strip();
        if (why.isEmpty() || why.length() > LONGEST_REASON) {
            throw refused("a reason of 1 to " + LONGEST_REASON + " characters is missing", "say why nobody else can.");
        }
        List<String> his = groups.of(user);
        if (his.stream().noneMatch(ROLES::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + his + " now, a glass is broken by one of "
                            + ROLES.stream().sorted().toList(),
                    "ask somebody of these groups.");
        }
        return own.call(() -> transaction.execute(status -> open(incidentId, user, his, why)));
    }

    private Opened open(String incidentId, String user, List<String> his, String why) {
        Task task = only(incidentId);
        if (user.equals(runtime.getVariable(task.getProcessInstanceId(), Variable.REQUESTED_BY.name()))) {
            throw new Refusal(
                    ErrorCode.REQUESTER_MAY_NOT_APPROVE,
                    "'" + user + "' asked for this rollback and cannot open its approval for himself",
                    "ask somebody else; nobody approves what he asked for.");
        }
        Optional<Plan> unproved = unproved(task);
        if (unproved.isPresent()) {
            acceptUnproved(incidentId, task, unproved.get(), user, his, why);
        } else {
            openTask(incidentId, task, user, his, why);
        }
        return new Opened(task.getId(), task.getName());
    }

    private void openTask(String incidentId, Task task, String user, List<String> his, String why) {
        if (candidates(task).stream().anyMatch(his::contains)) {
            throw refused(
                    "'" + user + "' may decide '" + task.getName() + "' already",
                    "decide it in Tasklist, no glass is needed.");
        }
        keep(incidentId, task, user, why, null, "'" + user + "' broke the glass of '" + task.getName() + "': " + why)
                .ifPresent(id -> {
                    tasks.addCandidateUser(task.getId(), user);
                    writeDown(
                            incidentId,
                            task,
                            user,
                            why,
                            "'" + task.getName() + "' decided by one of " + candidates(task),
                            "'" + user + "' broke the glass and may decide it alone: " + why);
                });
    }

    /** Two people must still agree; that the backup is not proved does not stop them any more. */
    private void acceptUnproved(String incidentId, Task task, Plan plan, String user, List<String> his, String why) {
        Set<String> may = Signers.bound(task.getTaskDefinitionKey()).orElseThrow();
        if (his.stream().noneMatch(may::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + his
                            + " now, for a backup that is not proved the glass is broken by one of "
                            + may.stream().sorted().toList(),
                    "ask somebody of these groups.");
        }
        String backup = plan.backupId();
        String fact = proved.missing(plan).orElse("it is proved by now");
        keep(
                        incidentId,
                        task,
                        user,
                        why,
                        backup,
                        "'" + user + "' broke the glass for backup '" + backup + "', which is not proved: " + why)
                .ifPresent(id -> writeDown(
                        incidentId,
                        task,
                        user,
                        why,
                        "backup '" + backup + "' proved before people agree to it",
                        "'" + user + "' broke the glass, two people may approve it although " + fact + ": " + why));
    }

    private Optional<Long> keep(
            String incidentId, Task task, String user, String why, String backupId, String summary) {
        Optional<Long> id = glasses.keep(
                incidentId, task.getId(), task.getTaskDefinitionKey(), task.getName(), user, why, backupId);
        id.ifPresent(each -> review(each, incidentId, task, user, summary));
        return id;
    }

    /** The plan of a task about the loss of data whose backup was looked at and is not proved. */
    private Optional<Plan> unproved(Task task) {
        if (Signers.bound(task.getTaskDefinitionKey()).isEmpty()) {
            return Optional.empty();
        }
        return plan(task)
                .filter(proved::isKnown)
                .filter(plan -> proved.missing(plan).isPresent());
    }

    private Optional<Plan> plan(Task task) {
        String sha256 = (String) runtime.getVariable(task.getExecutionId(), Variable.PLAN_SHA256.name());
        String incidentId = (String) runtime.getVariable(task.getExecutionId(), Variable.INCIDENT_ID.name());
        return sha256 == null || incidentId == null ? Optional.empty() : plans.find(incidentId, sha256);
    }

    private Task only(String incidentId) {
        List<Task> waiting = waiting(incidentId);
        List<Task> opened = waiting.stream().filter(BreakGlass::opens).toList();
        if (opened.size() == 1) {
            return opened.get(0);
        }
        Optional<Task> ofUnproved =
                waiting.stream().filter(task -> unproved(task).isPresent()).findFirst();
        if (ofUnproved.isPresent()) {
            return ofUnproved.get();
        }
        if (waiting.stream()
                .anyMatch(task -> Signers.bound(task.getTaskDefinitionKey()).isPresent())) {
            throw refused(
                    "'" + waiting.get(0).getName() + "' of " + incidentId
                            + " is about the loss of data, which no glass opens",
                    "two people must agree; the tech leads and the CTO are asked when nobody takes it.");
        }
        throw refused(
                "incident '" + incidentId + "' waits for " + opened.size() + " tasks that a glass would open",
                "look at the incident's page.");
    }

    private List<Task> waiting(String incidentId) {
        return tasks
                .createTaskQuery()
                .processInstanceBusinessKey(incidentId)
                .active()
                .orderByTaskCreateTime()
                .asc()
                .list()
                .stream()
                .filter(task -> !BESIDE.contains(task.getTaskDefinitionKey()))
                .toList();
    }

    /** True for a task beside an incident: it is due in hours, and nothing waits for it. */
    static boolean isBeside(String taskKey) {
        return BESIDE.contains(taskKey);
    }

    /** True for a task that loses no data and that an incident waits for. */
    static boolean opens(Task task) {
        return Signers.bound(task.getTaskDefinitionKey()).isEmpty() && !BESIDE.contains(task.getTaskDefinitionKey());
    }

    private List<String> candidates(Task task) {
        return tasks.getIdentityLinksForTask(task.getId()).stream()
                .map(IdentityLink::getGroupId)
                .filter(Objects::nonNull)
                .toList();
    }

    /** In the same transaction: no glass is broken without its review. */
    private void review(long id, String incidentId, Task task, String user, String summary) {
        String system = (String) runtime.getVariable(task.getProcessInstanceId(), Variable.SYSTEM_ID.name());
        runtime.createProcessInstanceByKey(REVIEW)
                .businessKey(incidentId)
                .setVariable(Variable.INCIDENT_ID.name(), incidentId)
                .setVariable(Variable.SYSTEM_ID.name(), system)
                .setVariable(Variable.GLASS_ID.name(), id)
                .setVariable(Variable.BROKEN_BY.name(), user)
                .setVariable(Variable.GLASS_SUMMARY.name(), Variable.fitting(summary))
                .execute();
    }

    private void writeDown(String incidentId, Task task, String user, String why, String wanted, String seen) {
        outbox.append(Entry.fact(incidentId, Evidence.Kind.NOTE, "breakGlass", wanted, seen, Evidence.Outcome.NOT_MET)
                .by(user)
                .on(task.getTaskDefinitionKey()));
        notices.tell(
                incidentId,
                Occasion.BREAK_GLASS,
                task.getId() + "/" + user,
                Map.of("by", user, "reason", why, "task", task.getName()));
    }

    private static Refusal refused(String message, String hint) {
        return new Refusal(ErrorCode.BREAK_GLASS_REFUSED, message, hint);
    }
}
