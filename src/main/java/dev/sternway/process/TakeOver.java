package dev.sternway.process;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.Incidents;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import java.time.Instant;
import java.util.Optional;
import org.camunda.bpm.engine.OptimisticLockingException;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/**
 * Ends an incident that only watches, monitored or after it was closed, for a rollback that a person asks for: what acts or
 * waits for people goes on undisturbed. All in the caller's transaction, under the lock of the incident's row.
 */
@Component
class TakeOver {
    private static final String HANDLE_INCIDENT = "handle-incident";
    private static final String WATCH_AFTER_CLOSE = "serviceTask_watchAfterClose";

    private final Incidents incidents;
    private final IncidentAlerts alerts;
    private final WaitingAlerts waiting;
    private final RuntimeService runtime;
    private final OwnAuthority own;
    private final LastProof lastProof;
    private final IncidentNotices notices;
    private final LedgerOutbox outbox;

    TakeOver(
            Incidents incidents,
            IncidentAlerts alerts,
            WaitingAlerts waiting,
            RuntimeService runtime,
            OwnAuthority own,
            LastProof lastProof,
            IncidentNotices notices,
            LedgerOutbox outbox) {
        this.incidents = incidents;
        this.alerts = alerts;
        this.waiting = waiting;
        this.runtime = runtime;
        this.own = own;
        this.lastProof = lastProof;
        this.notices = notices;
        this.outbox = outbox;
    }

    /**
     * An incident that only watches.
     *
     * @param closed true after it was closed, false while it is monitored
     */
    record Watching(String incidentId, String systemId, boolean closed) {}

    /**
     * The incident that a new request would end; empty when none runs.
     *
     * @throws IncidentRunning when one does more than watch
     */
    Optional<Watching> of(String systemId) {
        return incidents.running(systemId).map(id -> {
            boolean closed = incidents.find(id).orElseThrow().closedAt() != null && standsAt(id, WATCH_AFTER_CLOSE);
            if (!closed && !standsAt(id, DecideNow.MONITORING)) {
                throw new IncidentRunning(systemId, id);
            }
            return new Watching(id, systemId, closed);
        });
    }

    private boolean standsAt(String incidentId, String activityId) {
        return own.call(() -> runtime.createExecutionQuery()
                        .processInstanceBusinessKey(incidentId)
                        .activityId(activityId)
                        .count())
                == 1;
    }

    /** Since when the harm that is monitored is known of; a closed incident's harm is taken back. */
    Optional<Instant> harmSince(Watching watching) {
        return watching.closed() ? Optional.empty() : alerts.harmSince(watching.incidentId());
    }

    /** Ends it: nobody watches for it any more, and what still fires waits for the next incident. */
    void end(Watching watching, String requestId, String requestedBy) {
        String id = watching.incidentId();
        try {
            own.call(() -> {
                ProcessInstance process = runtime.createProcessInstanceQuery()
                        .processInstanceBusinessKey(id)
                        .processDefinitionKey(HANDLE_INCIDENT)
                        .singleResult();
                if (process == null) {
                    throw new IncidentRunning(watching.systemId(), id);
                }
                // Without its listeners: they would tell of an end by hand, and that people have the system in hands.
                runtime.deleteProcessInstance(
                        process.getId(),
                        "ended by " + requestId + " of '" + requestedBy + "'",
                        true,
                        true,
                        true,
                        false);
                return null;
            });
        } catch (OptimisticLockingException itWentOn) {
            throw new IncidentRunning(watching.systemId(), id);
        }
        incidents.takenOver(id);
        Instant since =
                watching.closed() ? lastProof.of(id).map(LastProof.Proof::at).orElse(null) : Instant.EPOCH;
        if (since != null) {
            waiting.again(id, since);
        }
    }

    /** Writes down on both sides who goes on with what. */
    void tell(Watching watching, String requestId, String requestedBy, String by) {
        String id = watching.incidentId();
        outbox.append(Entry.fact(
                        id,
                        Evidence.Kind.NOTE,
                        "takeOver",
                        watching.closed()
                                ? "watched to the end after it was closed"
                                : "monitored until its time is over",
                        "ended by a new request of '" + requestedBy + "', " + requestId + ": it goes on in " + by,
                        Evidence.Outcome.NOTED)
                .of(watching.systemId(), null, null)
                .by(requestedBy));
        outbox.append(Entry.fact(
                        by,
                        Evidence.Kind.NOTE,
                        "takeOver",
                        "one incident of a system at a time",
                        "incident " + id + ", which only "
                                + (watching.closed() ? "watched after it was closed" : "was monitored")
                                + ", is ended for it",
                        Evidence.Outcome.NOTED)
                .of(watching.systemId(), null, null)
                .by(requestedBy));
        if (!watching.closed()) {
            notices.takenOver(id, requestedBy, by);
        }
    }
}
