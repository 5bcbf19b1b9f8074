package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.ManagementService;
import org.camunda.bpm.engine.ProcessEngineException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.Execution;
import org.camunda.bpm.engine.runtime.Job;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/** Ends the monitoring of an incident when a person will not wait for its time: "Choose what is done" opens at once. */
@Component
public class DecideNow {
    static final String MONITORING = "gateway_monitoring";
    private static final String STEP = "decideNow";
    private static final String TIMER = "event_monitoringEnded";
    private static final int LONGEST_REASON = 1_000;
    private static final Set<String> ROLES = Set.of("incident-commander", "on-call", "tech-lead");

    private final Incidents incidents;
    private final RuntimeService runtime;
    private final ManagementService management;
    private final OwnAuthority own;
    private final Groups groups;
    private final Ledger ledger;
    private final LedgerOutbox outbox;
    private final TransactionTemplate transaction;

    DecideNow(
            Incidents incidents,
            RuntimeService runtime,
            ManagementService management,
            OwnAuthority own,
            Groups groups,
            Ledger ledger,
            LedgerOutbox outbox,
            TransactionTemplate transaction) {
        this.incidents = incidents;
        this.runtime = runtime;
        this.management = management;
        this.own = own;
        this.groups = groups;
        this.ledger = ledger;
        this.outbox = outbox;
        this.transaction = transaction;
    }

    /**
     * Ends the monitoring as its timer would.
     *
     * @param user who is signed in
     * @throws Refusal {@link ErrorCode#ROLE_MISSING}, {@link ErrorCode#REQUEST_INVALID},
     *     {@link ErrorCode#DECIDED_ALREADY} or {@link ErrorCode#NOT_MONITORED}
     */
    public void decide(Incidents.Incident incident, String user, String reason) {
        List<String> his = groups.of(user);
        if (his.stream().noneMatch(ROLES::contains)) {
            throw new Refusal(
                    ErrorCode.ROLE_MISSING,
                    "'" + user + "' is in " + his + " now, a monitoring is ended by one of "
                            + ROLES.stream().sorted().toList(),
                    "ask somebody of these groups.");
        }
        String why = reason == null ? "" : reason.strip();
        if (why.isEmpty() || why.length() > LONGEST_REASON) {
            throw new Refusal(
                    ErrorCode.REQUEST_INVALID,
                    "a reason of 1 to " + LONGEST_REASON + " characters is missing",
                    "say why it is not monitored any longer.");
        }
        try {
            own.call(() -> transaction.execute(status -> end(incident, user, why)));
        } catch (ProcessEngineException atTheSameMoment) {
            // The time was over, or it got worse, in this instant; unless it is still monitored.
            if (own.call(() -> timer(incident.id())).isEmpty()) {
                throw over(incident);
            }
            throw atTheSameMoment;
        }
    }

    private boolean end(Incidents.Incident incident, String user, String why) {
        // Of two people one comes first; alerts and the weigher wait too.
        incidents.running(incident.systemId());
        Job timer = timer(incident.id()).orElseThrow(() -> over(incident));
        outbox.append(Entry.fact(
                        incident.id(),
                        Evidence.Kind.DECISION,
                        STEP,
                        "monitored until its time is over",
                        "'" + user + "' ended the monitoring, people choose now what is done: " + why,
                        Evidence.Outcome.NOTED)
                .of(incident.systemId(), null, null)
                .by(user));
        management.executeJob(timer.getId());
        return true;
    }

    private Optional<Job> timer(String incidentId) {
        Execution monitoring = runtime.createExecutionQuery()
                .processInstanceBusinessKey(incidentId)
                .activityId(MONITORING)
                .singleResult();
        return monitoring == null
                ? Optional.empty()
                : Optional.ofNullable(management
                        .createJobQuery()
                        .processInstanceId(monitoring.getProcessInstanceId())
                        .activityId(TIMER)
                        .singleResult());
    }

    private Refusal over(Incidents.Incident incident) {
        Incidents.State state = incidents.find(incident.id()).orElse(incident).state();
        if (state != Incidents.State.WAITING_FOR_PEOPLE) {
            return new Refusal(
                    ErrorCode.NOT_MONITORED,
                    "incident '" + incident.id() + "' is not being monitored, its state is " + state,
                    "look at its page.");
        }
        String who = ledger.of(incident.id()).stream()
                .filter(entry -> entry.step().equals(STEP))
                .reduce((one, other) -> other)
                .map(entry ->
                        "'" + entry.actor() + "' ended the monitoring of '" + incident.id() + "' at " + entry.endedAt())
                .orElse("the monitoring of '" + incident.id() + "' is over already");
        return new Refusal(ErrorCode.DECIDED_ALREADY, who, "people are asked; choose in Tasklist.");
    }
}
