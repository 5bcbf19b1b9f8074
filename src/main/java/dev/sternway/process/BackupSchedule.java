package dev.sternway.process;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.plan.BackupNeeds;
import dev.sternway.port.DataStores;
import dev.sternway.step.backup.TryRestore;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Begins scheduled backups and proofs when their time has come, one node only for each, by the database's clock. Nothing
 * is begun while an incident of the system runs.
 */
@Component
@EnableConfigurationProperties(BackupTimes.class)
class BackupSchedule implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(BackupSchedule.class);
    private static final String BACKUP = "BACKUP";
    private static final String PROOF = "PROOF";
    private static final int LOOKS_BETWEEN_SWEEPS = 60;

    private final BackupTimes times;
    private final Catalogue catalogue;
    private final BackupLedger backups;
    private final BackupProofs proofs;
    private final BackupNeeds needs;
    private final BackupProcesses processes;
    private final TryRestore trials;
    private final DataStores dataStores;
    private final JdbcClient database;
    private final TransactionTemplate transaction;
    private ScheduledExecutorService clock;
    private int looks;

    BackupSchedule(
            BackupTimes times,
            Catalogue catalogue,
            BackupLedger backups,
            BackupProofs proofs,
            BackupNeeds needs,
            BackupProcesses processes,
            TryRestore trials,
            DataStores dataStores,
            JdbcClient database,
            TransactionTemplate transaction) {
        this.times = times;
        this.catalogue = catalogue;
        this.backups = backups;
        this.proofs = proofs;
        this.needs = needs;
        this.processes = processes;
        this.trials = trials;
        this.dataStores = dataStores;
        this.database = database;
        this.transaction = transaction;
    }

    /** Begins what is due; what cannot be begun for one system holds up no other. */
    void look() {
        for (ManagedSystem system : catalogue.all()) {
            try {
                // While an incident runs nothing is taken away: it may be looking at a copy.
                if (!needs.incidentRuns(system.id())) {
                    if (looks % LOOKS_BETWEEN_SWEEPS == 0) {
                        sweep(system);
                    }
                    takeIfDue(system);
                    proveIfDue(system);
                }
            } catch (RuntimeException e) {
                LOG.warn("backups of system '{}' could not be looked after: {}", system.id(), e.toString());
            }
        }
        looks++;
    }

    private void sweep(ManagedSystem system) {
        trials.sweep(system).forEach(copy -> LOG.info("copy '{}', left by a trial restore, is gone", copy));
    }

    private void takeIfDue(ManagedSystem system) {
        Optional<Duration> every = system.backups().schedule();
        if (every.isEmpty() || dataStores.backedUp(system).isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            if (claimed(system.id(), BACKUP, every.get())) {
                String key = processes.take(system.id(), Purpose.SCHEDULED, Entry.SELF);
                LOG.info("scheduled backup of system '{}' begins: {}", system.id(), key);
            }
        });
    }

    private void proveIfDue(ManagedSystem system) {
        Optional<Duration> every = times.proving();
        Optional<BackupSet> unproved = every.isEmpty() ? Optional.empty() : newestUnproved(system.id());
        if (unproved.isEmpty()) {
            return;
        }
        transaction.executeWithoutResult(status -> {
            if (claimed(system.id(), PROOF, every.get())) {
                String key = processes.prove(unproved.get().id(), true, Entry.SELF);
                LOG.info("proof of the newest unproved backup of system '{}' begins: {}", system.id(), key);
            }
        });
    }

    /** The one that a restore would most likely choose, if nobody has restored it yet. */
    private Optional<BackupSet> newestUnproved(String systemId) {
        Instant settled = Instant.now().minus(times.proveAfter());
        return backups.list(systemId).stream()
                .filter(set -> set.purpose() != Purpose.EMERGENCY && backups.isComplete(set.id()))
                .filter(set -> set.dataUntil().isBefore(settled))
                .filter(set -> proofs.of(set.id()).state() == State.UNPROVED)
                .filter(set -> proofs.running(set.id()).isEmpty())
                .findFirst();
    }

    /** True for the one who moves the time on. */
    private boolean claimed(String systemId, String what, Duration every) {
        return database.sql("""
                        insert into backup_schedule (system_id, what, begun_at) values (:system, :what, now())
                        on conflict (system_id, what) do update set begun_at = excluded.begun_at
                        where backup_schedule.begun_at <= now() - :seconds * interval '1 second'
                        """)
                        .param("system", systemId)
                        .param("what", what)
                        .param("seconds", every.toSeconds())
                        .update()
                == 1;
    }

    @Override
    public synchronized void start() {
        clock = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "backup-schedule");
            thread.setDaemon(true);
            return thread;
        });
        long every = times.lookEvery().toMillis();
        clock.scheduleWithFixedDelay(this::lookSafely, every, every, TimeUnit.MILLISECONDS);
    }

    /** A schedule that throws would never look again. */
    private void lookSafely() {
        try {
            look();
        } catch (RuntimeException e) {
            LOG.warn("what is due could not be looked for: {}", e.toString());
        }
    }

    @Override
    public synchronized void stop() {
        clock.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return clock != null && !clock.isShutdown();
    }
}
