package dev.sternway.process;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The register of tasks that were passed on: each stage of each task once, whatever fires twice. */
@Component
class Escalations {
    private final JdbcClient database;

    Escalations(JdbcClient database) {
        this.database = database;
    }

    /**
     * Keeps the stage in the caller's transaction.
     *
     * @param added the group that may decide the task since then, or null
     * @return false when it was kept before
     */
    boolean keep(DelegateTask task, String incidentId, int stage, String added, List<String> told, Instant at) {
        return database.sql("""
                        insert into escalation (task_id, stage, incident_id, task_key, task_name, added, told, at)
                        values (:task, :stage, :incident, :key, :name, :added, :told, :at)
                        on conflict (task_id, stage) do nothing
                        """)
                        .param("task", task.getId())
                        .param("stage", stage)
                        .param("incident", incidentId)
                        .param("key", task.getTaskDefinitionKey())
                        .param("name", task.getName())
                        .param("added", added)
                        .param("told", String.join(",", told))
                        .param("at", at.atOffset(ZoneOffset.UTC))
                        .update()
                == 1;
    }
}
