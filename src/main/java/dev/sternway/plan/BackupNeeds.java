package dev.sternway.plan;

import dev.sternway.catalogue.BackupLedger;
import dev.sternway.catalogue.BackupProofs;
import dev.sternway.catalogue.BackupProofs.State;
import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.BackupSet.Purpose;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Which backups may not be thrown away: those that a plan or an open incident needs, and the last one that surely works. */
@Component
public class BackupNeeds {
    private final JdbcClient database;
    private final BackupLedger backups;
    private final BackupProofs proofs;

    BackupNeeds(JdbcClient database, BackupLedger backups, BackupProofs proofs) {
        this.database = database;
        this.backups = backups;
        this.proofs = proofs;
    }

    /** Who needs the set, as a sentence; empty when nobody does. */
    public Optional<String> needed(BackupSet set) {
        Optional<String> plan = database.sql("""
                        select p.incident_id from plan p join incident i on i.id = p.incident_id
                        where i.ended_at is null and p.body ->> 'backupId' = :set limit 1
                        """)
                .param("set", set.id())
                .query(String.class)
                .optional()
                .map(incident -> "a plan of incident '" + incident + "' goes back to it");
        if (plan.isPresent()) {
            return plan;
        }
        return backups.incidentOf(set.id())
                .filter(this::isOpen)
                .map(incident -> "it holds the failed state of incident '" + incident + "', which is open");
    }

    /** Releases that a plan of an open incident of the system goes back to. */
    public List<String> plannedReleases(String systemId) {
        return database.sql("""
                        select distinct p.body ->> 'releaseId' from plan p join incident i on i.id = p.incident_id
                        where i.ended_at is null and i.system_id = :system and p.body ->> 'releaseId' is not null
                        """).param("system", systemId).query(String.class).list();
    }

    private boolean isOpen(String incidentId) {
        return database.sql("select count(*) from incident where id = :id and ended_at is null")
                        .param("id", incidentId)
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** True while an incident of the system runs: any of its backups may be chosen yet. */
    public boolean incidentRuns(String systemId) {
        return database.sql("""
                        select exists (select from incident where system_id = :system and ended_at is null)
                            or exists (select from rollback_lock where system_id = :system)
                        """).param("system", systemId).query(Boolean.class).single();
    }

    /** True when no newer backup of the system was restored with success. */
    public boolean isNewestProved(BackupSet set) {
        return backups.list(set.systemId()).stream()
                .filter(each -> each.purpose() != Purpose.EMERGENCY)
                .filter(each -> proofs.of(each.id()).state() == State.PROVED)
                .findFirst()
                .filter(newest -> newest.id().equals(set.id()))
                .isPresent();
    }
}
