package dev.sternway.plan;

import java.time.Instant;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** One rollback per system at a time: a row in the database with who, when, why and a fencing token. */
@Component
public class Locks {

    /** Who holds a system. */
    public record Lock(String systemId, String incidentId, long fence, String reason, Instant acquiredAt) {}

    private final JdbcClient database;

    Locks(JdbcClient database) {
        this.database = database;
    }

    /** Takes the lock if it is free; gives back who holds it now, which is the caller if the incident is his. */
    public Lock acquire(String systemId, String incidentId, String holder, String reason) {
        insert(systemId, incidentId, holder, reason);
        return find(systemId).orElseThrow();
    }

    /** Takes the lock only if nobody holds it, not even the same owner. */
    public boolean take(String systemId, String incidentId, String holder, String reason) {
        return insert(systemId, incidentId, holder, reason) == 1;
    }

    private int insert(String systemId, String incidentId, String holder, String reason) {
        return database.sql("""
                        insert into rollback_lock (system_id, incident_id, fence, holder, reason)
                        values (:system, :incident, nextval('fence'), :holder, :reason)
                        on conflict (system_id) do nothing
                        """)
                .param("system", systemId)
                .param("incident", incidentId)
                .param("holder", holder)
                .param("reason", reason)
                .update();
    }

    public Optional<Lock> find(String systemId) {
        return database.sql(
                        "select system_id, incident_id, fence, reason, acquired_at from rollback_lock where system_id = :system")
                .param("system", systemId)
                .query((row, n) -> new Lock(
                        row.getString("system_id"),
                        row.getString("incident_id"),
                        row.getLong("fence"),
                        row.getString("reason"),
                        row.getTimestamp("acquired_at").toInstant()))
                .optional();
    }

    /** Frees the system if the incident holds it; false when it does not. */
    public boolean release(String systemId, String incidentId) {
        return database.sql("delete from rollback_lock where system_id = :system and incident_id = :incident")
                        .param("system", systemId)
                        .param("incident", incidentId)
                        .update()
                == 1;
    }
}
