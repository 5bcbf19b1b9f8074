package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.plan.Locks;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.HistoryService;
import org.camunda.bpm.engine.RuntimeService;
import org.camunda.bpm.engine.history.HistoricProcessInstance;
import org.camunda.bpm.engine.history.HistoricVariableInstance;
import org.camunda.bpm.engine.runtime.Incident;
import org.camunda.bpm.engine.runtime.ProcessInstance;
import org.springframework.stereotype.Component;

/** Starts {@code take-backup} before an upgrade, and tells how it stands. */
@Component
public class Snapshots {
    private static final String PROCESS = "take-backup";
    private static final DateTimeFormatter IN_KEY =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /** How a snapshot stands. */
    public enum State {
        RUNNING,
        DONE,
        FAILED
    }

    /** A started snapshot; the business key names it. */
    public record Started(String processInstanceId, String businessKey) {}

    /**
     * How a snapshot stands.
     *
     * @param message what went wrong, or null
     */
    public record Status(State state, String releaseId, String backupId, String message) {}

    private final RuntimeService runtime;
    private final HistoryService history;
    private final OwnAuthority own;
    private final Incidents incidents;
    private final Locks locks;

    Snapshots(RuntimeService runtime, HistoryService history, OwnAuthority own, Incidents incidents, Locks locks) {
        this.own = own;
        this.incidents = incidents;
        this.locks = locks;
        this.runtime = runtime;
        this.history = history;
    }

    /**
     * Starts one.
     *
     * @throws Refusal while an incident of the system is open or somebody holds the system: what fails now would be
     *     recorded as known to be good
     */
    public Started start(String systemId, String version) {
        incidents
                .running(systemId)
                .filter(id -> incidents.find(id).orElseThrow().closedAt() == null)
                .ifPresent(id -> {
                    throw new IncidentRunning(systemId, id);
                });
        locks.find(systemId).ifPresent(lock -> {
            throw new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "system '" + systemId + "' is locked by '" + lock.incidentId() + "' since " + lock.acquiredAt()
                            + ": " + lock.reason(),
                    "wait until that has ended, then take the snapshot.");
        });
        String key = "SNAP-" + systemId + "-" + IN_KEY.format(Instant.now());
        Map<String, Object> variables = Map.of(
                Variable.SYSTEM_ID.name(),
                systemId,
                Variable.VERSION.name(),
                version,
                Variable.PURPOSE.name(),
                BackupSet.Purpose.PRE_UPGRADE.name());
        ProcessInstance instance = own.call(() -> runtime.startProcessInstanceByKey(PROCESS, key, variables));
        return new Started(instance.getId(), key);
    }

    /** Empty when there is no snapshot, backup or proof of the key. */
    public Optional<Status> find(String businessKey) {
        return own.call(() -> status(businessKey));
    }

    private Optional<Status> status(String businessKey) {
        List<HistoricProcessInstance> found = history.createHistoricProcessInstanceQuery()
                .processDefinitionKeyIn(PROCESS, BackupProcesses.PROVE, BackupProcesses.ADOPT)
                .processInstanceBusinessKey(businessKey)
                .list();
        return found.stream().findFirst().map(this::status);
    }

    private Status status(HistoricProcessInstance instance) {
        String release = variable(instance, Variable.RELEASE_ID);
        String backup = variable(instance, Variable.BACKUP_ID);
        if (instance.getEndTime() != null && variable(instance, Variable.ERROR_CODE) != null) {
            return new Status(State.FAILED, release, backup, variable(instance, Variable.ERROR_MESSAGE));
        }
        if (instance.getEndTime() != null) {
            boolean done = HistoricProcessInstance.STATE_COMPLETED.equals(instance.getState());
            return new Status(done ? State.DONE : State.FAILED, release, backup, instance.getDeleteReason());
        }
        List<Incident> incidents = runtime.createIncidentQuery()
                .processInstanceId(instance.getId())
                .list();
        return incidents.stream()
                .findFirst()
                .map(incident -> new Status(State.FAILED, release, backup, incident.getIncidentMessage()))
                .orElse(new Status(State.RUNNING, release, backup, null));
    }

    private String variable(HistoricProcessInstance instance, Variable<String> name) {
        HistoricVariableInstance variable = history.createHistoricVariableInstanceQuery()
                .processInstanceId(instance.getId())
                .variableName(name.name())
                .singleResult();
        return variable == null ? null : (String) variable.getValue();
    }
}
