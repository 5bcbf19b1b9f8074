package dev.sternway.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Keeps the plans of all incidents; a plan never changes. */
@Component
public class Plans {
    private final JdbcClient database;
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .disable(SerializationFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
            .build();

    Plans(JdbcClient database) {
        this.database = database;
    }

    /** Keeps a plan with the fence of the lock that it is made under; the same plan made again is the one that is there. */
    public void keep(Plan plan) {
        database.sql("""
                        insert into plan (incident_id, sha256, level, body, fence)
                        values (:incident, :sha256, :level, cast(:body as jsonb),
                            (select fence from rollback_lock where system_id = :system))
                        on conflict (incident_id, sha256) do update set fence = excluded.fence
                        """)
                .param("incident", plan.incidentId())
                .param("sha256", plan.sha256())
                .param("level", plan.level())
                .param("system", plan.systemId())
                .param("body", write(plan))
                .update();
    }

    /** The fence of the lock under which the plan was made last; empty when nobody held the system then. */
    public Optional<Long> fence(String incidentId, String sha256) {
        return database.sql("select fence from plan where incident_id = :incident and sha256 = :sha256"
                        + " and fence is not null")
                .param("incident", incidentId)
                .param("sha256", sha256)
                .query(Long.class)
                .optional();
    }

    public Optional<Plan> find(String incidentId, String sha256) {
        return database.sql("select body from plan where incident_id = :incident and sha256 = :sha256")
                .param("incident", incidentId)
                .param("sha256", sha256)
                .query(String.class)
                .optional()
                .map(this::read);
    }

    /**
     * The plan with the hash.
     *
     * @throws IllegalArgumentException when there is none
     */
    public Plan get(String incidentId, String sha256) {
        return find(incidentId, sha256)
                .orElseThrow(() ->
                        new IllegalArgumentException("incident '" + incidentId + "' has no plan '" + sha256 + "'"));
    }

    /** All plans of an incident, oldest first. */
    public List<Plan> of(String incidentId) {
        return database
                .sql("select body from plan where incident_id = :incident order by created_at")
                .param("incident", incidentId)
                .query(String.class)
                .list()
                .stream()
                .map(this::read)
                .toList();
    }

    private String write(Plan plan) {
        try {
            return json.writeValueAsString(plan);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("plan cannot be written as JSON", e);
        }
    }

    private Plan read(String text) {
        try {
            return json.readValue(text, Plan.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored plan cannot be read", e);
        }
    }
}
