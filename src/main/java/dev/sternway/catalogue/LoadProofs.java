package dev.sternway.catalogue;

import dev.sternway.catalogue.BackupProofs.Outcome;
import dev.sternway.catalogue.BackupProofs.Trial;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts what an incident's own load has shown as a proof of the backup: it was loaded beside and looked at like a
 * restore on trial.
 */
@Repository
public class LoadProofs {
    private final JdbcClient database;
    private final BackupProofs proofs;

    LoadProofs(JdbcClient database, BackupProofs proofs) {
        this.database = database;
        this.proofs = proofs;
    }

    /** Keeps that a store of the set is whole; the set is proved once that is known of all its stores. */
    @Transactional
    public void whole(String key, BackupSet set, Trial trial) {
        ended(key, set.id(), Outcome.READ, null, null);
        database.sql("update backup_proof set outcome = 'READ', code = null, message = null where run_key = ?")
                .param(ofStore(key, trial.storeId()))
                .update();
        proofs.add(key, trial);
        database.sql("""
                        update backup_proof set outcome = 'PROVED', ended_at = now(), code = null, message = null
                        where run_key = :key
                            and (select count(*) from backup_trial t where t.run_key = :key) >= :parts
                        """).param("key", key).param("parts", set.parts().size()).update();
    }

    /** Keeps that a store's copy of the set was not whole, until that store's copy is: another one's does not help. */
    @Transactional
    public void failed(String key, String setId, String storeId, String code, String message) {
        ended(ofStore(key, storeId), setId, Outcome.FAILED, code, message);
    }

    private static String ofStore(String key, String storeId) {
        return key + "/" + storeId;
    }

    /** The run is never one that is under way: nothing has to end it when the load is given up. */
    private void ended(String key, String setId, Outcome outcome, String code, String message) {
        database.sql("""
                        insert into backup_proof (run_key, set_id, restores, requested_by, ended_at, outcome, code, message)
                        values (:key, :set, true, 'sternway', now(), :outcome, :code, :message)
                        on conflict (run_key) do update set ended_at = excluded.ended_at, outcome = excluded.outcome,
                            code = excluded.code, message = excluded.message
                        """)
                .param("key", key)
                .param("set", setId)
                .param("outcome", outcome.name())
                .param("code", code)
                .param("message", message)
                .update();
    }
}
