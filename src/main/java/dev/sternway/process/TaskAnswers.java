package dev.sternway.process;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Who decided which task and how: one answer for each, whoever else submits at the same moment. */
@Component
class TaskAnswers {

    /** What a person decided. */
    record Answer(String taskId, String userId, String answer, Instant at) {}

    private final JdbcClient database;

    TaskAnswers(JdbcClient database) {
        this.database = database;
    }

    /**
     * Keeps the answer in the caller's transaction, and waits for anybody who is just giving another one.
     *
     * @return false when somebody was first
     */
    boolean give(String taskId, String incidentId, String taskKey, String user, String answer) {
        return database.sql("""
                        insert into task_answer (task_id, incident_id, task_key, user_id, answer)
                        values (:task, :incident, :key, :user, :answer) on conflict (task_id) do nothing
                        """)
                        .param("task", taskId)
                        .param("incident", incidentId)
                        .param("key", taskKey)
                        .param("user", user)
                        .param("answer", answer)
                        .update()
                == 1;
    }

    Optional<Answer> find(String taskId) {
        return database.sql("select task_id, user_id, answer, answered_at from task_answer where task_id = :task")
                .param("task", taskId)
                .query((row, n) -> new Answer(
                        row.getString("task_id"),
                        row.getString("user_id"),
                        row.getString("answer"),
                        row.getTimestamp("answered_at").toInstant()))
                .optional();
    }
}
