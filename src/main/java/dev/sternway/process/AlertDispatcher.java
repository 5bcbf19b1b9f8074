package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import dev.sternway.alert.Alert;
import dev.sternway.alert.AlertsStored;
import dev.sternway.alert.Inbox;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.Facts;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.event.TransactionPhase;
import org.springframework.transaction.event.TransactionalEventListener;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Takes alerts from the inbox and starts an incident for each, or lets it join the one that runs for its system; one
 * transaction for an alert, so that nothing is lost or done twice.
 */
@Component
class AlertDispatcher implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(AlertDispatcher.class);
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private final Inbox inbox;
    private final Incidents incidents;
    private final Catalogue catalogue;
    private final RuntimeService runtime;
    private final IncidentMessages messages;
    private final Ledger ledger;
    private final TransactionTemplate transaction;
    private ScheduledExecutorService dispatcher;

    AlertDispatcher(
            Inbox inbox,
            Incidents incidents,
            Catalogue catalogue,
            RuntimeService runtime,
            IncidentMessages messages,
            Ledger ledger,
            TransactionTemplate transaction) {
        this.inbox = inbox;
        this.incidents = incidents;
        this.catalogue = catalogue;
        this.runtime = runtime;
        this.messages = messages;
        this.ledger = ledger;
        this.transaction = transaction;
    }

    @Override
    public synchronized void start() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "alert-dispatcher");
            thread.setDaemon(true);
            return thread;
        });
        executor.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
        dispatcher = executor;
        dispatcher.scheduleWithFixedDelay(this::dispatchAll, 0, LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    @TransactionalEventListener(phase = TransactionPhase.AFTER_COMMIT, fallbackExecution = true)
    public void stored(AlertsStored event) {
        ScheduledExecutorService executor = dispatcher;
        if (executor != null && !executor.isShutdown()) {
            executor.execute(this::dispatchAll);
        }
    }

    /** Handles what waits; an alert that cannot be handled stays for the next look and holds up no other. */
    void dispatchAll() {
        AtomicLong at = new AtomicLong();
        boolean more = true;
        while (more) {
            long before = at.get();
            try {
                more = dispatchAfter(at);
            } catch (RuntimeException e) {
                LOG.warn("alert {} could not be handled, it stays in the inbox: {}", at, e.toString());
                more = at.get() > before;
            }
        }
    }

    /** Handles the oldest waiting alert; false when none waits. */
    boolean dispatchNext() {
        return dispatchAfter(new AtomicLong());
    }

    private boolean dispatchAfter(AtomicLong at) {
        return Boolean.TRUE.equals(transaction.execute(status -> {
            Optional<Inbox.Stored> next = inbox.nextWaiting(at.get());
            next.ifPresent(stored -> {
                at.set(stored.id());
                handle(stored);
            });
            return next.isPresent();
        }));
    }

    private void handle(Inbox.Stored stored) {
        Alert alert = stored.alert();
        if (alert.status() == Alert.Status.RESOLVED) {
            Optional<String> incident = incidents.running(stored.systemId());
            incident.ifPresent(id -> {
                note(id, stored, "resolved: " + alert.title());
                if (!inbox.stillFires(id)) {
                    messages.resolved(id);
                }
            });
            inbox.handled(stored.id(), "NOTED", incident.orElse(null));
            return;
        }
        if (inbox.isOver(alert)) {
            inbox.handled(stored.id(), "NOTED", null);
            return;
        }
        Optional<String> opened = incidents.open(stored.systemId(), alert.title(), Instant.now());
        if (opened.isPresent()) {
            start(opened.get(), stored);
            inbox.handled(stored.id(), "STARTED", opened.get());
        } else {
            join(stored);
        }
    }

    private void start(String incidentId, Inbox.Stored stored) {
        Map<String, Object> variables = variables(stored);
        variables.put(Variable.INCIDENT_ID.name(), incidentId);
        ProcessInstance instance = runtime.createMessageCorrelation(IncidentMessages.ALERT_RECEIVED)
                .processInstanceBusinessKey(incidentId)
                .setVariables(variables)
                .correlateStartMessage();
        incidents.startedAs(incidentId, instance.getId());
        // Last: an entry stays also when this is undone.
        note(incidentId, stored, "firing: " + stored.alert().title());
    }

    private void join(Inbox.Stored stored) {
        String incidentId = incidents
                .running(stored.systemId())
                .orElseThrow(() -> new IllegalStateException("the running incident has just ended, trying again"));
        inbox.handled(stored.id(), "JOINED", incidentId);
        Map<String, Object> facts = variables(stored);
        // The harm began with the first alert, whatever comes later.
        facts.remove(Variable.HARM_SINCE.name());
        messages.joined(incidentId, facts);
        note(incidentId, stored, "joins: " + stored.alert().title());
    }

    private Map<String, Object> variables(Inbox.Stored stored) {
        ManagedSystem system = catalogue.find(stored.systemId());
        Instant now = Instant.now();
        Map<String, Object> variables = Facts.of(stored.alert(), system, now).variables();
        variables.put(Variable.SYSTEM_ID.name(), stored.systemId());
        variables.put(Variable.ALERT_ID.name(), stored.id());
        variables.put(
                Variable.HARM_SINCE.name(),
                now.minus(stored.alert().sustained(now)).toString());
        variables.replaceAll((name, value) -> value instanceof String text ? Variable.fitting(text) : value);
        return variables;
    }

    private void note(String incidentId, Inbox.Stored stored, String seen) {
        ledger.append(new Entry(
                incidentId,
                stored.receivedAt(),
                Instant.now(),
                stored.systemId(),
                null,
                Evidence.Kind.ALERT,
                "receiveAlert",
                stored.systemId(),
                "alerts of " + stored.alert().source() + " are kept and acted on",
                seen,
                Evidence.Outcome.NOTED,
                stored.alert().source(),
                null,
                JsonNodeFactory.instance
                        .objectNode()
                        .put("alertId", stored.id())
                        .put("key", stored.alert().key())
                        .put("startsAt", stored.alert().startsAt().toString())
                        .put("receivedAt", stored.receivedAt().toString())));
    }

    @Override
    public synchronized void stop() {
        dispatcher.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return dispatcher != null && !dispatcher.isShutdown();
    }
}
