package dev.sternway.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Repository;

/** Which backups were really restored, how that ended, and how long it took. */
@Repository
public class BackupProofs {

    /** What is known of a backup's worth. */
    public enum State {
        /** It was restored beside and everything in it was as the manifest says. */
        PROVED,
        /** It could not be read or restored the last time that somebody tried. */
        FAILED,
        /** Nobody has restored it yet. */
        UNPROVED
    }

    /** How a run ended. */
    public enum Outcome {
        /** Restored, and all as the manifest says. */
        PROVED,
        /** Read to its end without a restore. */
        READ,
        FAILED,
        /** Ended by a person; nothing is known. */
        GIVEN_UP
    }

    /**
     * The state of a set.
     *
     * @param at when that was found, null while unproved
     * @param took how long all its stores took to restore and check, null unless proved
     * @param message why it failed, else null
     */
    public record Proof(State state, Instant at, Duration took, String code, String message) {
        static final Proof NONE = new Proof(State.UNPROVED, null, null, null, null);

        /** In a few words, for plans and tables: {@code proved on 2026-11-20T10:15:00Z in 12 s}. */
        public String words() {
            return switch (state) {
                case PROVED -> "proved on " + at + " in " + Math.max(1, took.toSeconds()) + " s";
                case FAILED -> "FAILED on " + at + (code == null ? "" : ": " + code);
                case UNPROVED -> "never restored yet";
            };
        }
    }

    /**
     * One run.
     *
     * @param restores false when the set is only read to its end
     * @param outcome null while it runs
     */
    public record Run(
            String key,
            String setId,
            boolean restores,
            String requestedBy,
            Instant startedAt,
            Instant endedAt,
            Outcome outcome,
            String code,
            String message) {}

    /**
     * What the trial restore of one store measured.
     *
     * @param bytes of the backup's file
     * @param databaseBytes of the restored database
     * @param findings what was checked, for people
     */
    public record Trial(
            String systemId,
            String storeId,
            String setId,
            long bytes,
            long databaseBytes,
            Duration load,
            Duration check,
            String findings) {}

    private final JdbcClient database;

    BackupProofs(JdbcClient database) {
        this.database = database;
    }

    /** Begins a run; false when one of the set is under way. */
    public boolean begin(String key, String setId, boolean restores, String requestedBy) {
        return database.sql("insert into backup_proof (run_key, set_id, restores, requested_by)"
                                + " values (:key, :set, :restores, :by) on conflict do nothing")
                        .param("key", key)
                        .param("set", setId)
                        .param("restores", restores)
                        .param("by", requestedBy)
                        .update()
                == 1;
    }

    /** Keeps what a store's trial measured; one that is tried again replaces the earlier. */
    public void add(String key, Trial trial) {
        database.sql("""
                        insert into backup_trial (run_key, system_id, store_id, set_id, bytes, database_bytes, load_millis,
                            check_millis, findings)
                        values (:key, :system, :store, :set, :bytes, :databaseBytes, :load, :check, :findings)
                        on conflict (run_key, store_id) do update set load_millis = excluded.load_millis,
                            check_millis = excluded.check_millis, database_bytes = excluded.database_bytes,
                            findings = excluded.findings, ended_at = now()
                        """)
                .param("key", key)
                .param("system", trial.systemId())
                .param("store", trial.storeId())
                .param("set", trial.setId())
                .param("bytes", trial.bytes())
                .param("databaseBytes", trial.databaseBytes())
                .param("load", trial.load().toMillis())
                .param("check", trial.check().toMillis())
                .param("findings", trial.findings())
                .update();
    }

    /** Ends a run; one that has ended stays as it is. */
    public void end(String key, Outcome outcome, String code, String message) {
        database.sql("update backup_proof set ended_at = now(), outcome = :outcome, code = :code, message = :message"
                        + " where run_key = :key and ended_at is null")
                .param("outcome", outcome.name())
                .param("code", code)
                .param("message", message)
                .param("key", key)
                .update();
    }

    public Optional<Run> run(String key) {
        return database.sql("select * from backup_proof where run_key = :key")
                .param("key", key)
                .query((row, number) -> run(row))
                .optional();
    }

    /** The run of the set that is under way. */
    public Optional<Run> running(String setId) {
        return database.sql("select * from backup_proof where set_id = :set and ended_at is null")
                .param("set", setId)
                .query((row, number) -> run(row))
                .optional();
    }

    /** What the newest run that ended with an answer has shown. */
    public Proof of(String setId) {
        return database.sql("""
                        select p.run_key, p.ended_at, p.outcome, p.code, p.message,
                            (select sum(load_millis + check_millis) from backup_trial t where t.run_key = p.run_key) took
                        from backup_proof p
                        where set_id = :set and outcome in ('PROVED', 'FAILED') order by ended_at desc limit 1
                        """)
                .param("set", setId)
                .query((row, number) -> new Proof(
                        State.valueOf(row.getString("outcome")),
                        row.getTimestamp("ended_at").toInstant(),
                        row.getString("outcome").equals("PROVED") ? Duration.ofMillis(row.getLong("took")) : null,
                        row.getString("code"),
                        row.getString("message")))
                .optional()
                .orElse(Proof.NONE);
    }

    /** True when a glass was broken in the incident for the set. */
    boolean accepted(String incidentId, String setId) {
        return database.sql(
                        "select exists (select from break_glass where incident_id = :incident and backup_id = :set)")
                .param("incident", incidentId)
                .param("set", setId)
                .query(Boolean.class)
                .single();
    }

    /** Trials of a proved run, newest first. */
    public List<Trial> trials(String setId) {
        return trials(
                "select t.* from backup_trial t join backup_proof p using (run_key) where t.set_id = :set"
                        + " and p.outcome = 'PROVED' order by t.ended_at desc",
                "set",
                setId,
                "",
                "");
    }

    /** What the newest trials of a store have measured, newest first, whatever set they were of. */
    public List<Trial> trials(String systemId, String storeId) {
        return trials(
                "select t.* from backup_trial t where t.system_id = :system and t.store_id = :store"
                        + " order by t.ended_at desc limit 20",
                "system",
                systemId,
                "store",
                storeId);
    }

    private List<Trial> trials(String sql, String name, String value, String otherName, String otherValue) {
        JdbcClient.StatementSpec statement = database.sql(sql).param(name, value);
        return (otherName.isEmpty() ? statement : statement.param(otherName, otherValue))
                .query((row, number) -> trial(row))
                .list();
    }

    private static Trial trial(ResultSet row) throws SQLException {
        return new Trial(
                row.getString("system_id"),
                row.getString("store_id"),
                row.getString("set_id"),
                row.getLong("bytes"),
                row.getLong("database_bytes"),
                Duration.ofMillis(row.getLong("load_millis")),
                Duration.ofMillis(row.getLong("check_millis")),
                row.getString("findings"));
    }

    private static Run run(ResultSet row) throws SQLException {
        Timestamp ended = row.getTimestamp("ended_at");
        String outcome = row.getString("outcome");
        return new Run(
                row.getString("run_key"),
                row.getString("set_id"),
                row.getBoolean("restores"),
                row.getString("requested_by"),
                row.getTimestamp("started_at").toInstant(),
                ended == null ? null : ended.toInstant(),
                outcome == null ? null : Outcome.valueOf(outcome),
                row.getString("code"),
                row.getString("message"));
    }
}
