package dev.sternway.alert;

import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The register of incidents; at most one runs for a system. */
@Component
public class Incidents {

    /** Where an incident stands, as its page and the REST API tell it. */
    public enum State {
        DECIDING,
        MONITORING,
        PLANNING,
        ROLLING_BACK,
        MEASURING,
        WAITING_FOR_PEOPLE,
        WATCHING,
        RECOVERED,
        CLOSED,
        FIXED_FORWARD,
        RESOLVED_BY_ITSELF,
        HANDED_OVER,
        SWAPPING_BACK,
        SWAPPED_BACK,
        ENDED_BY_HAND
    }

    /** One incident as the register has it; closedAt is null while it is open. */
    public record Incident(String id, String systemId, String title, State state, Instant openedAt, Instant closedAt) {}

    private final JdbcClient database;

    Incidents(JdbcClient database) {
        this.database = database;
    }

    /** The incident that runs for the system, locked until the transaction ends. */
    public Optional<String> running(String systemId) {
        return database.sql("select id from incident where system_id = :system and ended_at is null for update")
                .param("system", systemId)
                .query(String.class)
                .optional();
    }

    public Optional<Incident> find(String id) {
        return database.sql("select id, system_id, title, state, opened_at, closed_at from incident where id = :id")
                .param("id", id)
                .query((row, n) -> new Incident(
                        row.getString("id"),
                        row.getString("system_id"),
                        row.getString("title"),
                        State.valueOf(row.getString("state")),
                        row.getTimestamp("opened_at").toInstant(),
                        row.getTimestamp("closed_at") == null
                                ? null
                                : row.getTimestamp("closed_at").toInstant()))
                .optional();
    }

    /** Opens an incident, unless one runs for the system: then empty. */
    public Optional<String> open(String systemId, String title, Instant now) {
        long number = database.sql("select nextval('incident_number')")
                .query(Long.class)
                .single();
        String id = "INC-%d-%04d".formatted(now.atZone(ZoneOffset.UTC).getYear(), number);
        int inserted = database.sql("""
                        insert into incident (id, system_id, title, state) values (:id, :system, :title, 'DECIDING')
                        on conflict (system_id) where ended_at is null do nothing
                        """)
                .param("id", id)
                .param("system", systemId)
                .param("title", title.length() > 500 ? title.substring(0, 500) : title)
                .update();
        return inserted == 1 ? Optional.of(id) : Optional.empty();
    }

    public void startedAs(String id, String processInstanceId) {
        database.sql("update incident set process_instance_id = :instance where id = :id")
                .param("instance", processInstanceId)
                .param("id", id)
                .update();
    }

    /** Says where the incident stands and, when a person is awaited, for what. */
    public void stands(String id, State state, String waitsFor) {
        database.sql("update incident set state = :state, waits_for = :waitsFor where id = :id")
                .param("state", state.name())
                .param("waitsFor", waitsFor)
                .param("id", id)
                .update();
    }

    /** Adds a level to those tried, each named once. */
    public void tries(String id, int level) {
        database.sql("""
                        update incident set levels_tried = case when levels_tried = '' then :level
                            when position(:level in levels_tried) > 0 then levels_tried
                            else levels_tried || ',' || :level end
                        where id = :id
                        """)
                .param("level", Integer.toString(level))
                .param("id", id)
                .update();
    }

    public void closed(String id) {
        database.sql("update incident set closed_at = now(), state = 'CLOSED', waits_for = null where id = :id")
                .param("id", id)
                .update();
    }

    public void reopened(String id) {
        database.sql("update incident set closed_at = null, state = 'PLANNING' where id = :id")
                .param("id", id)
                .update();
    }

    /** Its process is over: the next alert of the system opens a new incident. */
    public void ended(String id, State state) {
        database.sql("""
                        update incident set ended_at = coalesce(ended_at, now()), closed_at = coalesce(closed_at, now()),
                            state = :state, waits_for = null
                        where id = :id
                        """).param("state", state.name()).param("id", id).update();
    }
}
