package dev.sternway.process;

import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The register of broken glasses: who may sign which one task without being in its groups, and what became of it. */
@Component
class BrokenGlasses {

    /** One broken glass. */
    record Glass(
            long id, String incidentId, String taskId, String taskKey, String taskName, String userId, String reason) {}

    private final JdbcClient database;

    BrokenGlasses(JdbcClient database) {
        this.database = database;
    }

    boolean isBroken(String taskId, String user) {
        return database.sql("select count(*) from break_glass where task_id = :task and user_id = :user")
                        .param("task", taskId)
                        .param("user", user)
                        .query(Long.class)
                        .single()
                > 0;
    }

    /** True when one of the incident lets the backup be approved although it is not proved. */
    boolean accept(String incidentId, String backupId) {
        return database.sql("select count(*) from break_glass where incident_id = :incident and backup_id = :backup")
                        .param("incident", incidentId)
                        .param("backup", backupId)
                        .query(Long.class)
                        .single()
                > 0;
    }

    /**
     * Keeps it in the caller's transaction; empty when the user has broken this glass before.
     *
     * @param backupId the backup that may be approved unproved; null when the user may sign the task alone
     */
    Optional<Long> keep(
            String incidentId,
            String taskId,
            String taskKey,
            String taskName,
            String user,
            String reason,
            String backupId) {
        return database.sql("""
                        insert into break_glass (incident_id, task_id, task_key, task_name, user_id, reason, backup_id)
                        values (:incident, :task, :key, :name, :user, :reason, :backup)
                        on conflict (task_id, user_id) do nothing returning id
                        """)
                .param("incident", incidentId)
                .param("task", taskId)
                .param("key", taskKey)
                .param("name", taskName)
                .param("user", user)
                .param("reason", reason)
                .param("backup", backupId)
                .query(Long.class)
                .optional();
    }

    Optional<Glass> find(long id) {
        return database.sql("select * from break_glass where id = :id")
                .param("id", id)
                .query((row, n) -> new Glass(
                        row.getLong("id"),
                        row.getString("incident_id"),
                        row.getString("task_id"),
                        row.getString("task_key"),
                        row.getString("task_name"),
                        row.getString("user_id"),
                        row.getString("reason")))
                .optional();
    }

    void reviewed(long id, String reviewer, boolean justified, String review) {
        database.sql("""
                        update break_glass set reviewed_by = :reviewer, reviewed_at = now(), justified = :justified,
                            review = :review
                        where id = :id and reviewed_by is null
                        """)
                .param("reviewer", reviewer)
                .param("justified", justified)
                .param("review", review)
                .param("id", id)
                .update();
    }
}
