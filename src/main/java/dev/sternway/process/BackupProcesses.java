package dev.sternway.process;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.RuntimeService;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Starts the processes around backups, for people and by schedule, and tells how each stands. */
@Component
public class BackupProcesses {
    static final String TAKE = "take-backup";
    static final String PROVE = "prove-backup";
    static final String ADOPT = "adopt-backup";

    private static final DateTimeFormatter IN_KEY =
            DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss-SSS").withZone(ZoneOffset.UTC);

    /**
     * How a run stands.
     *
     * @param outcome of a proof, how it ended; else null
     * @param code of a refusal, else null
     * @param message what went wrong, or null
     */
    public record Status(Snapshots.State state, String backupId, String outcome, String code, String message) {}

    private final RuntimeService runtime;
    private final OwnAuthority own;
    private final Snapshots snapshots;
    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final Ledger ledger;
    private final BackupNeeds needs;

    BackupProcesses(
            RuntimeService runtime,
            OwnAuthority own,
            Snapshots snapshots,
            BackupLedger backups,
            BackupProofs proofs,
            Ledger ledger,
            BackupNeeds needs) {
        this.runtime = runtime;
        this.own = own;
        this.snapshots = snapshots;
        this.backups = backups;
        this.proofs = proofs;
        this.ledger = ledger;
        this.needs = needs;
    }

    /**
     * Begins a backup of all stores of a system.
     *
     * @param by who asked for it, {@link Entry#SELF} for a schedule
     * @return the key by which {@link #find} knows it
     * @throws Refusal while an incident runs, unless it is an emergency backup
     */
    @Transactional
    public String take(String systemId, BackupSet.Purpose purpose, String by) {
        if (purpose != BackupSet.Purpose.EMERGENCY && needs.incidentRuns(systemId)) {
            throw new Refusal(
                    ErrorCode.SYSTEM_LOCKED,
                    "an incident of system '" + systemId + "' runs: what is backed up now may be harmed already",
                    "say --emergency: such a backup is kept and never offered as a source.");
        }
        String key = "BACKUP-" + systemId + "-" + IN_KEY.format(Instant.now());
        start(TAKE, key, Map.of(Variable.SYSTEM_ID.name(), systemId, Variable.PURPOSE.name(), purpose.name()));
        requested(key, systemId, "takeBackup", "a " + purpose.kind() + " backup of '" + systemId + "'", by);
        return key;
    }

    /**
     * Begins to read a backup to its end, and to restore it on trial when that is wanted.
     *
     * @throws Refusal when the backup is not known, or this is under way already
     */
    @Transactional
    public String prove(String setId, boolean restores, String by) {
        BackupSet set = backups.find(setId)
                .orElseThrow(() -> new Refusal(
                        ErrorCode.BACKUP_UNKNOWN,
                        "no backup set is called '" + setId + "'",
                        "./sternway backup list shows what there is."));
        String key = "PROOF-" + setId + "-" + IN_KEY.format(Instant.now());
        if (!proofs.begin(key, setId, restores, by)) {
            throw new Refusal(
                    ErrorCode.BACKUP_BUSY,
                    "backup '" + setId + "' is being looked at already: "
                            + proofs.running(setId).map(BackupProofs.Run::key).orElse("it has just ended"),
                    "wait for that one.");
        }
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.SYSTEM_ID.name(), set.systemId());
        variables.put(Variable.BACKUP_ID.name(), setId);
        variables.put(Variable.RESTORES.name(), restores);
        start(PROVE, key, variables);
        requested(key, set.systemId(), "proveBackup", (restores ? "proof" : "reading") + " of '" + setId + "'", by);
        return key;
    }

    /**
     * Begins to take over a dump that another program wrote.
     *
     * @param storeId null when the system has only one store
     * @param takenAt null to take it from the file
     */
    @Transactional
    public String adopt(String systemId, String storeId, String path, Instant takenAt, String by) {
        String key = "ADOPT-" + systemId + "-" + IN_KEY.format(Instant.now());
        Map<String, Object> variables = new HashMap<>();
        variables.put(Variable.SYSTEM_ID.name(), systemId);
        variables.put(Variable.PATH.name(), path);
        variables.put(Variable.TARGET.name(), storeId);
        variables.put(Variable.TAKEN_AT.name(), takenAt == null ? null : takenAt.toString());
        start(ADOPT, key, variables);
        requested(key, systemId, "adoptBackup", "'" + path + "' as a backup of '" + systemId + "'", by);
        return key;
    }

    private void start(String process, String key, Map<String, Object> variables) {
        own.call(() -> runtime.startProcessInstanceByKey(process, key, variables));
    }

    private void requested(String key, String systemId, String step, String what, String by) {
        ledger.append(Entry.fact(
                        key,
                        Evidence.Kind.NOTE,
                        step,
                        what + " is wanted",
                        "'" + by + "' asked for it",
                        Evidence.Outcome.NOTED)
                .of(systemId, null, null)
                .by(by));
    }

    /** Empty when nothing of the key was begun. */
    public Optional<Status> find(String key) {
        return snapshots.find(key).map(status -> status(key, status));
    }

    private Status status(String key, Snapshots.Status status) {
        Optional<BackupProofs.Run> run = proofs.run(key).filter(each -> each.outcome() != null);
        if (run.isEmpty()) {
            return new Status(status.state(), status.backupId(), null, null, status.message());
        }
        boolean good =
                run.get().outcome() == BackupProofs.Outcome.PROVED || run.get().outcome() == BackupProofs.Outcome.READ;
        return new Status(
                good ? Snapshots.State.DONE : Snapshots.State.FAILED,
                run.get().setId(),
                run.get().outcome().name(),
                run.get().code(),
                run.get().message());
    }
}
