package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Salvages;
import dev.sternway.plan.Salvages.Salvage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.IdentityService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.TaskService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.camunda.bpm.engine.task.Task;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Starts salvages and their undoing for programs, answers their question for the signed-in person, and tells how one
 * stands. Whoever answers is judged by the task itself, as in Tasklist.
 */
@Component
public class SalvageRuns {
    private static final String PROCESS = "salvage-rows";
    private static final String UNDO = "undo-salvage";
    private static final String CHOOSE = "userTask_chooseSalvage";
    private static final String APPROVE = "userTask_approveSalvage";

    /** Who may ask for a look and for an undoing; who may choose and approve, the tasks say. */
    private static final Set<String> MAY_ASK =
            Set.of("incident-commander", "tech-lead", "cto", "engineer", "operator", "devops", "on-call");

    /** Where a salvage is. */
    public enum Step {
        /** None was begun, or the last one is over. */
        IDLE,
        LOOKING,
        /** A person is to choose. */
        CHOICE,
        /** Another person is to approve. */
        APPROVAL,
        WRITING
    }

    /**
     * How it stands.
     *
     * @param lookedAt when rows were looked for last, or null
     * @param stores what was found then, as the evidence has it; null before
     * @param note why the last attempt was refused, or null
     * @param salvages all of the incident, newest first
     */
    public record Status(Step step, Instant lookedAt, JsonNode stores, String note, List<Salvage> salvages) {}

    private final RuntimeService runtime;
    private final TaskService tasks;
    private final IdentityService identities;
    private final OwnAuthority own;
    private final Groups groups;
    private final Salvages salvages;
    private final Ledger ledger;
    private final Incidents incidents;
    private final TransactionTemplate transaction;

    SalvageRuns(
            RuntimeService runtime,
            TaskService tasks,
            IdentityService identities,
            OwnAuthority own,
            Groups groups,
            Salvages salvages,
            Ledger ledger,
            Incidents incidents,
            TransactionTemplate transaction) {
        this.incidents = incidents;
        this.transaction = transaction;
        this.runtime = runtime;
        this.tasks = tasks;
        this.identities = identities;
        this.own = own;
        this.groups = groups;
        this.salvages = salvages;
        this.ledger = ledger;
    }

    public Status status(String incidentId) {
        Optional<Evidence> look = SalvageLooks.last(ledger, incidentId);
        return own.call(() -> {
            Optional<ProcessInstance> run = running(incidentId);
            return new Status(
                    run.map(this::step).orElse(Step.IDLE),
                    look.map(Evidence::endedAt).orElse(null),
                    look.map(entry -> entry.details().path("stores")).orElse(null),
                    run.map(each -> (String) runtime.getVariable(each.getId(), Variable.SALVAGE_NOTE.name()))
                            .orElse(null),
                    salvages.of(incidentId));
        });
    }

    private Step step(ProcessInstance run) {
        Set<String> at = Set.copyOf(runtime.getActiveActivityIds(run.getId()));
        if (at.contains(CHOOSE)) {
            return Step.CHOICE;
        }
        if (at.contains(APPROVE)) {
            return Step.APPROVAL;
        }
        return at.contains("serviceTask_findLostRows") ? Step.LOOKING : Step.WRITING;
    }

    private Optional<ProcessInstance> running(String incidentId) {
        return runtime
                .createProcessInstanceQuery()
                .processDefinitionKeyIn(PROCESS, UNDO)
                .processInstanceBusinessKey(incidentId)
                .active()
                .list()
                .stream()
                .findFirst();
    }

    /** Looks for lost rows, anew when a choice is awaited; whoever may look at all may ask. */
    public void look(Incidents.Incident incident, String user) {
        requireMayAsk(user);
        own.call(() -> transaction.execute(status -> {
            // Of two people, on two nodes too, one begins it.
            incidents.hold(incident.id());
            if (running(incident.id()).isEmpty()) {
                start(PROCESS, incident, new HashMap<>());
                written(incident, user, "findLostRows", "lost rows are looked for");
            }
            return null;
        }));
        if (own.call(() -> running(incident.id()).map(this::step).orElse(Step.IDLE)) == Step.CHOICE) {
            complete(incident.id(), user, Map.of(Variable.DECISION.name(), ChooseSalvageListener.LOOK_AGAIN));
        }
    }

    /**
     * Chooses tables for the person; another one approves in Tasklist.
     *
     * @throws Refusal when no choice is awaited, or the task does not take this one
     */
    public void choose(String incidentId, String user, List<String> tables, boolean onlyMissing) {
        complete(
                incidentId,
                user,
                Map.of(
                        Variable.DECISION.name(),
                        ChooseSalvageListener.SALVAGE,
                        Variable.CHOSEN_TABLES.name(),
                        String.join(",", tables),
                        Variable.CHOSEN_ROWS.name(),
                        onlyMissing ? ChooseSalvageListener.ONLY_MISSING : ChooseSalvageListener.ALL));
    }

    private void complete(String incidentId, String user, Map<String, Object> answer) {
        Task task =
                own.call(() -> tasks
                        .createTaskQuery()
                        .processInstanceBusinessKey(incidentId)
                        .taskDefinitionKey(CHOOSE)
                        .active()
                        .list()
                        .stream()
                        .findFirst()
                        .orElseThrow(() -> new Refusal(
                                ErrorCode.SALVAGE_CHOICE_INVALID,
                                "no choice of rows is awaited for incident '" + incidentId + "'",
                                "./sternway salvage " + incidentId + " looks for rows and tells how it stands.")));
        try {
            identities.setAuthentication(user, groups.of(user));
            tasks.complete(task.getId(), answer);
        } catch (RuntimeException e) {
            throw rejected(e);
        }
    }

    private static RuntimeException rejected(RuntimeException failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            if (cause instanceof Refusals.TaskRejected refused) {
                return refused.refusal();
            }
        }
        return failure instanceof org.camunda.bpm.engine.AuthorizationException
                ? new Refusal(
                        ErrorCode.ROLE_MISSING,
                        "this person may not choose rows to bring back",
                        "ask an incident commander, a tech lead or an engineer.")
                : failure;
    }

    /**
     * Asks for the last salvage of the incident to be undone; another person approves.
     *
     * @throws Refusal when there is none, or one is under way
     */
    public void undo(Incidents.Incident incident, String user, String reason) {
        requireMayAsk(user);
        own.call(() -> transaction.execute(status -> {
            incidents.hold(incident.id());
            if (running(incident.id()).isPresent()) {
                throw new Refusal(
                        ErrorCode.SALVAGE_CHOICE_INVALID,
                        "a salvage of incident '" + incident.id() + "' is under way",
                        "let it end first: ./sternway salvage " + incident.id() + " tells how it stands.");
            }
            Salvage salvage = salvages.undoable(incident.id())
                    .orElseThrow(() -> new Refusal(
                            ErrorCode.SALVAGE_CHOICE_INVALID,
                            "incident '" + incident.id() + "' has no salvage that could be undone",
                            "there is nothing to do."));
            salvages.askUndo(salvage.id(), user);
            Map<String, Object> variables = new HashMap<>();
            variables.put(Variable.SALVAGE_ID.name(), salvage.id());
            variables.put(Variable.UNDOES.name(), true);
            variables.put(Variable.REQUESTED_BY.name(), user);
            variables.put(Variable.APPROVED.name(), false);
            variables.put(
                    Variable.SALVAGE_CHOICE.name(),
                    "Undo salvage " + salvage.id() + " of " + String.join(", ", salvage.tables()) + ": "
                            + salvage.inserted() + " rows are taken out, " + salvage.updated()
                            + " get their values back");
            start(UNDO, incident, variables);
            written(incident, user, "requestSalvageUndo", reason);
            return null;
        }));
    }

    private void requireMayAsk(String user) {
        List<String> his = groups.of(user);
        if (his.stream().noneMatch(MAY_ASK::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + his + " now, this is asked for by one of "
                            + MAY_ASK.stream().sorted().toList(),
                    "ask somebody of these groups.");
        }
    }

    private void start(String process, Incidents.Incident incident, Map<String, Object> variables) {
        variables.put(Variable.INCIDENT_ID.name(), incident.id());
        variables.put(Variable.SYSTEM_ID.name(), incident.systemId());
        variables.putIfAbsent(Variable.REQUESTED_BY.name(), null);
        variables.put(Variable.SALVAGE_SUMMARY.name(), null);
        variables.put(Variable.SALVAGE_NOTE.name(), null);
        variables.putIfAbsent(Variable.SALVAGE_CHOICE.name(), null);
        runtime.startProcessInstanceByKey(process, incident.id(), variables);
    }

    private void written(Incidents.Incident incident, String user, String step, String why) {
        ledger.append(Entry.fact(
                        incident.id(),
                        Evidence.Kind.NOTE,
                        step.equals("findLostRows") ? "requestSalvage" : step,
                        "a person asks",
                        "'" + user + "' asked for it: " + why,
                        Evidence.Outcome.NOTED)
                .by(user)
                .of(incident.systemId(), null, null));
    }
}
