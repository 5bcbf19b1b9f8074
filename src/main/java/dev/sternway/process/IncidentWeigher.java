package dev.sternway.process;

import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.Incidents;
import dev.sternway.alert.Incidents.ToWeigh;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Looks again at incidents that wait, when alerts have joined and every decision minute, since "for more than five
 * minutes" may have become true. However many alerts came, the tables are asked once for each look, and the process is
 * told only that it got worse or that it is over.
 *
 * <p>Nothing is lost that comes while the process does not wait: whenever it begins to, it is weighed.
 */
@Component
class IncidentWeigher implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(IncidentWeigher.class);
    private static final Duration LOOK_EVERY = Duration.ofMillis(250);
    private static final Duration AFTER_FAILURE = Duration.ofSeconds(30);

    private final Incidents incidents;
    private final IncidentAlerts alerts;
    private final IncidentFacts facts;
    private final IncidentMessages messages;
    private final Weighing weighing;
    private final Catalogue catalogue;
    private final AlertEvidence evidence;
    private final LedgerOutbox outbox;
    private final TransactionTemplate transaction;
    private final AnsweredFacts answered = new AnsweredFacts();
    private ScheduledThreadPoolExecutor weigher;

    IncidentWeigher(
            Incidents incidents,
            IncidentAlerts alerts,
            IncidentFacts facts,
            IncidentMessages messages,
            Weighing weighing,
            Catalogue catalogue,
            AlertEvidence evidence,
            LedgerOutbox outbox,
            TransactionTemplate transaction) {
        this.incidents = incidents;
        this.alerts = alerts;
        this.facts = facts;
        this.messages = messages;
        this.weighing = weighing;
        this.catalogue = catalogue;
        this.evidence = evidence;
        this.outbox = outbox;
        this.transaction = transaction;
    }

    @Override
    public synchronized void start() {
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, task -> {
            Thread thread = new Thread(task, "incident-weigher");
            thread.setDaemon(true);
            return thread;
        });
        executor.scheduleWithFixedDelay(
                this::weighQuietly, LOOK_EVERY.toMillis(), LOOK_EVERY.toMillis(), TimeUnit.MILLISECONDS);
        weigher = executor;
    }

    private void weighQuietly() {
        try {
            weighAll();
        } catch (RuntimeException e) {
            LOG.warn("incidents could not be weighed, the next look is soon: {}", e.toString());
        }
    }

    /** Weighs every incident that is due; gives back how many processes were told something. */
    int weighAll() {
        int told = 0;
        for (Look look = weighNext(); look != Look.NOTHING_DUE; look = weighNext()) {
            told += look == Look.TOLD ? 1 : 0;
        }
        return told;
    }

    /** What a look led to. */
    private enum Look {
        NOTHING_DUE,
        AS_BEFORE,
        TOLD
    }

    private Look weighNext() {
        String[] at = {null};
        try {
            return transaction.execute(status -> {
                Optional<ToWeigh> due = incidents.nextToWeigh();
                due.ifPresent(each -> at[0] = each.id());
                return due.map(this::weigh).orElse(Look.NOTHING_DUE);
            });
        } catch (RuntimeException e) {
            if (at[0] == null) {
                throw e;
            }
            // A person may have answered at the same moment; the incident stays due.
            LOG.info("incident {} could not be weighed, it is tried again: {}", at[0], e.toString());
            transaction.executeWithoutResult(status -> incidents.weighed(at[0], AFTER_FAILURE));
            return Look.AS_BEFORE;
        }
    }

    private Look weigh(ToWeigh incident) {
        Optional<String> ends = messages.waitingForEnd(incident.id());
        if (ends.isPresent() && incident.firing() > 0 && incident.endsAnew() && !alerts.stillFires(incident.id())) {
            tell(incident, true);
            incidents.weighed(incident.id(), null);
            incidents.endActedOn(incident.id());
            messages.resolved(ends.get());
            note(incident, "nothing fires any more; what was only waiting is withdrawn");
            return Look.TOLD;
        }
        Optional<IncidentMessages.Waiting> worsens = messages.waitingForWorse(incident.id());
        if (worsens.isEmpty()) {
            tell(incident, incident.tell());
            incidents.weighed(incident.id(), null);
            return Look.AS_BEFORE;
        }
        ManagedSystem system = catalogue.find(incident.systemId());
        Duration minute = system.windows().decisionMinute();
        List<AlertFacts> known = facts.of(incident.id(), system, Variable.now());
        if (answered.isStill(incident.id(), known, minute)) {
            tell(incident, incident.tell());
            incidents.weighed(incident.id(), minute);
            return Look.AS_BEFORE;
        }
        Decision decision = weighing.weigh(known);
        boolean worse = DecisionRank.of(decision)
                > DecisionRank.reached(incident.rank(), worsens.get().level());
        tell(incident, worse || incident.tell());
        incidents.weighed(incident.id(), worse ? null : minute);
        if (worse) {
            answered.forget(incident.id());
            return worsened(incident, worsens.get().processInstanceId(), decision);
        }
        answered.keep(incident.id(), known);
        return Look.AS_BEFORE;
    }

    private Look worsened(ToWeigh incident, String processInstanceId, Decision decision) {
        // Known from now on, also where it is not decided again: the same is never worse a second time.
        incidents.decided(incident.id(), DecisionRank.of(decision));
        messages.worsened(processInstanceId, DecisionEvidence.summary(decision));
        note(
                incident,
                "it got worse: " + (decision.severity() == null ? "an alert that no rule matches" : decision.severity())
                        + ", " + decision.action() + ", level " + decision.level() + ", scope " + decision.scope()
                        + "; what was only waiting is withdrawn");
        return Look.TOLD;
    }

    private void tell(ToWeigh incident, boolean now) {
        if (now && incident.untold()) {
            evidence.came(incident);
            incidents.told(
                    incident.id(),
                    incident.firing() - incident.toldFiring(),
                    incident.resolved() - incident.toldResolved());
        }
    }

    private void note(ToWeigh incident, String seen) {
        outbox.append(Entry.fact(
                        incident.id(),
                        Evidence.Kind.NOTE,
                        "weighIncident",
                        "the decision fits what fires",
                        seen,
                        Evidence.Outcome.NOTED)
                .of(incident.systemId(), null, null));
    }

    @Override
    public synchronized void stop() {
        weigher.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return weigher != null && !weigher.isShutdown();
    }
}
