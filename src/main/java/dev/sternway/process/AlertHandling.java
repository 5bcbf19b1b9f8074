package dev.sternway.process;

import dev.sternway.alert.Alert;
import dev.sternway.alert.Incidents;
import dev.sternway.alert.WaitingAlerts;
import dev.sternway.alert.WaitingAlerts.Stored;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/**
 * What becomes of a system's alerts: the first opens an incident, the others join the one that runs, by its row and
 * without its process; what is over is noted; what people mend already waits.
 */
@Component
class AlertHandling {
    private final WaitingAlerts waiting;
    private final Incidents incidents;
    private final Catalogue catalogue;
    private final RuntimeService runtime;
    private final Weighing weighing;
    private final AlertEvidence evidence;

    AlertHandling(
            WaitingAlerts waiting,
            Incidents incidents,
            Catalogue catalogue,
            RuntimeService runtime,
            Weighing weighing,
            AlertEvidence evidence) {
        this.waiting = waiting;
        this.incidents = incidents;
        this.catalogue = catalogue;
        this.runtime = runtime;
        this.weighing = weighing;
        this.evidence = evidence;
    }

    /** Handles alerts of one system, in the caller's transaction, which holds them. */
    void handle(String systemId, List<Stored> batch) {
        if (batch.isEmpty()) {
            return;
        }
        List<Stored> firing = of(batch, Alert.Status.FIRING);
        List<Stored> resolved = of(batch, Alert.Status.RESOLVED);
        Set<Long> over = firing.isEmpty() ? Set.of() : waiting.over(firing);
        List<Stored> live =
                firing.stream().filter(each -> !over.contains(each.id())).toList();
        waiting.handled(
                firing.stream().filter(each -> over.contains(each.id())).toList(),
                "NOTED",
                null,
                "it was over before it was handled");
        Optional<String> running = incidents.running(systemId);
        if (running.isPresent()) {
            join(running.get(), live, resolved);
        } else {
            waiting.handled(resolved, "NOTED", null, "no incident of its system ran");
            if (!live.isEmpty()) {
                begin(systemId, live);
            }
        }
    }

    private void join(String incidentId, List<Stored> live, List<Stored> resolved) {
        waiting.handled(live, "JOINED", incidentId, null);
        waiting.handled(resolved, "NOTED", incidentId, null);
        if (!live.isEmpty() || !resolved.isEmpty()) {
            incidents.joined(incidentId, live.size(), resolved.size());
        }
    }

    private void begin(String systemId, List<Stored> live) {
        ManagedSystem system = catalogue.find(systemId);
        Optional<Incidents.Quiet> quiet = incidents.quiet(systemId).filter(each -> rank(system, live) <= each.rank());
        if (quiet.isPresent()) {
            waiting.waitUntil(
                    live,
                    quiet.get().until(),
                    "people mend it since " + quiet.get().incidentId() + "; it counts again at "
                            + quiet.get().until() + " if it still fires");
            return;
        }
        Stored first = live.get(0);
        Optional<String> opened = incidents.open(systemId, first.alert().title(), Instant.now());
        if (opened.isEmpty()) {
            join(incidents.running(systemId).orElseThrow(), live, List.of());
            return;
        }
        start(opened.get(), first, live);
        waiting.handled(List.of(first), "STARTED", opened.get(), null);
        List<Stored> others = live.subList(1, live.size());
        waiting.handled(others, "JOINED", opened.get(), null);
        incidents.joined(opened.get(), live.size(), 0);
        evidence.began(opened.get(), first);
        incidents.told(opened.get(), 1, 0);
    }

    private void start(String incidentId, Stored first, List<Stored> live) {
        Instant now = Variable.now();
        Instant harmSince = live.stream()
                .map(each -> now.minus(each.alert().sustained(now)))
                .min(Instant::compareTo)
                .orElse(now);
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.INCIDENT_ID.name(), incidentId);
        variables.put(Variable.SYSTEM_ID.name(), first.systemId());
        variables.put(Variable.ALERT_ID.name(), first.id());
        variables.put(Variable.HARM_SINCE.name(), harmSince.toString());
        ProcessInstance instance = runtime.createMessageCorrelation(IncidentMessages.ALERT_RECEIVED)
                .processInstanceBusinessKey(incidentId)
                .setVariables(variables)
                .correlateStartMessage();
        incidents.startedAs(incidentId, instance.getId());
    }

    private int rank(ManagedSystem system, List<Stored> live) {
        Map<Long, Alert> alerts = new LinkedHashMap<>();
        live.forEach(each -> alerts.put(each.id(), each.alert()));
        return DecisionRank.of(weighing.weigh(IncidentFacts.of(alerts, system, Variable.now())));
    }

    private static List<Stored> of(List<Stored> batch, Alert.Status status) {
        List<Stored> some = new ArrayList<>(batch);
        some.removeIf(each -> each.alert().status() != status);
        return some;
    }
}
