package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.plan.BackupBase;
import dev.sternway.plan.RollbackRequest;
import dev.sternway.plan.RollbackRequests;
import dev.sternway.port.Refusal;
import dev.sternway.process.TakeOver.Watching;
import java.time.Instant;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/**
 * Begins what was asked for: looks at the gates of every system, and only when all are green opens an incident for each
 * and starts its process, all in the caller's transaction.
 */
@Component
class RollbackStart {
    static final String ROLLBACK_REQUESTED = "sternway.rollbackRequested";

    private final Catalogue catalogue;
    private final BackupBase base;
    private final RollbackGates gates;
    private final Incidents incidents;
    private final RollbackRequests requests;
    private final Approvers approvers;
    private final RuntimeService runtime;
    private final OwnAuthority own;
    private final LedgerOutbox outbox;
    private final TakeOver takeOver;

    RollbackStart(
            Catalogue catalogue,
            BackupBase base,
            RollbackGates gates,
            Incidents incidents,
            RollbackRequests requests,
            Approvers approvers,
            RuntimeService runtime,
            OwnAuthority own,
            LedgerOutbox outbox,
            TakeOver takeOver) {
        this.takeOver = takeOver;
        this.catalogue = catalogue;
        this.base = base;
        this.gates = gates;
        this.incidents = incidents;
        this.requests = requests;
        this.approvers = approvers;
        this.runtime = runtime;
        this.own = own;
        this.outbox = outbox;
    }

    /** One system of a request, with what its gates saw, and the incident that ends for it or null. */
    private record Looked(
            RollbackRequest request, ManagedSystem system, Instant harmSince, List<Gate> gates, Watching before) {}

    /** The systems that a request names. */
    List<ManagedSystem> systems(RollbackRequest request) {
        return request.systems().contains(RollbackRequest.ALL)
                ? catalogue.all()
                : request.systems().stream().map(catalogue::find).toList();
    }

    /** Refuses when an incident of one of the systems runs and does more than watch. */
    void requireFree(List<ManagedSystem> systems) {
        systems.forEach(system -> takeOver.of(system.id()));
    }

    /**
     * Begins the request; the person who submits it now may be another one than the one who asked.
     *
     * @return the incident of each system
     * @throws Refusal when a gate of any system is red or an incident does more than watch: then nothing is begun for any
     *     of them
     */
    Map<String, String> begin(String requestId, RollbackRequest request, String requestedBy, Requester submitter) {
        Instant asked = Instant.now();
        // Always in the same order: two requests for the same systems must not wait for each other.
        List<ManagedSystem> systems = systems(request).stream()
                .sorted(Comparator.comparing(ManagedSystem::id))
                .toList();
        Map<String, Watching> watching = new HashMap<>();
        systems.forEach(system -> takeOver.of(system.id()).ifPresent(each -> watching.put(system.id(), each)));
        Map<String, BackupSet> sets = request.backupBase() == null ? Map.of() : base.of(systems, request.backupBase());
        List<Looked> looked = systems.stream()
                .map(system ->
                        look(request, system, sets.get(system.id()), submitter, asked, watching.get(system.id())))
                .toList();
        looked.forEach(each -> GatesRed.throwIfAny(each.gates()));
        Map<String, String> opened = new LinkedHashMap<>();
        looked.forEach(each -> opened.put(each.system().id(), start(requestId, each, requestedBy, asked)));
        requests.started(requestId, opened);
        looked.forEach(each -> write(opened.get(each.system().id()), requestId, requestedBy, each));
        return opened;
    }

    private Looked look(
            RollbackRequest request,
            ManagedSystem system,
            BackupSet set,
            Requester submitter,
            Instant asked,
            Watching before) {
        RollbackRequest its = request.only(system.id(), set == null ? null : set.id());
        Instant harmSince = Optional.ofNullable(before)
                .flatMap(takeOver::harmSince)
                .filter(harm -> harm.isBefore(asked))
                .orElse(asked);
        return new Looked(its, system, harmSince, gates.look(its, system, submitter, harmSince), before);
    }

    private String start(String requestId, Looked looked, String requestedBy, Instant asked) {
        RollbackRequest request = looked.request();
        if (looked.before() != null) {
            takeOver.end(looked.before(), requestId, requestedBy);
        }
        String systemId = looked.system().id();
        String title = "Rollback asked for by '" + requestedBy + "': " + request.reason();
        String incidentId = incidents.open(systemId, title, asked).orElseThrow(() -> {
            String running = incidents.running(systemId).orElse("?");
            return new IncidentRunning(systemId, running);
        });
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.INCIDENT_ID.name(), incidentId);
        variables.put(Variable.SYSTEM_ID.name(), systemId);
        variables.put(Variable.LEVEL.name(), request.firstLevel());
        variables.put(Variable.SCOPE.name(), request.scope().name());
        variables.put(Variable.SERVICE.name(), request.service());
        variables.put(Variable.TARGET_RELEASE.name(), request.release());
        variables.put(Variable.TARGET_BACKUP.name(), request.backup());
        variables.put(
                Variable.RESTORE_REASON.name(),
                request.restoreReason() == null ? null : request.restoreReason().name());
        variables.put(Variable.REQUESTED_BY.name(), requestedBy);
        variables.put(Variable.REQUEST_REASON.name(), request.reason());
        variables.put(Variable.APPROVER_GROUPS.name(), approvers.of(request.severity(), request.scope()));
        variables.put(Variable.PRE_AUTHORISED.name(), false);
        variables.put(Variable.HARM_SINCE.name(), looked.harmSince().toString());
        variables.put(Variable.FEATURE.name(), null);
        ProcessInstance instance = own.call(() -> runtime.createMessageCorrelation(ROLLBACK_REQUESTED)
                .processInstanceBusinessKey(incidentId)
                .setVariables(variables)
                .correlateStartMessage());
        incidents.startedAs(incidentId, instance.getId());
        return incidentId;
    }

    private void write(String incidentId, String requestId, String requestedBy, Looked looked) {
        RollbackRequest request = looked.request();
        String systemId = looked.system().id();
        outbox.append(Entry.fact(
                        incidentId,
                        Evidence.Kind.DECISION,
                        "requestRollback",
                        "a rollback that somebody asked for is one that he may ask for",
                        "'" + requestedBy + "' asked for it in " + requestId + ": " + request.fields(),
                        Evidence.Outcome.NOTED)
                .of(systemId, request.firstLevel(), null)
                .by(requestedBy));
        if (looked.before() != null) {
            takeOver.tell(looked.before(), requestId, requestedBy, incidentId);
        }
        looked.gates()
                .forEach(gate -> outbox.append(Entry.fact(
                                incidentId,
                                Evidence.Kind.PLAN,
                                gate.name(),
                                gate.wanted(),
                                gate.seen(),
                                Evidence.Outcome.PROVED)
                        .of(systemId, request.firstLevel(), null)
                        .on(systemId)));
    }
}
