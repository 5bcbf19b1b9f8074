package dev.sternway.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.port.Refusal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** Keeps who asked for which rollback, and what came of it; the only place that says who asked. */
@Component
public class RollbackRequests {

    /** Where a request stands. */
    public enum State {
        ASKED,
        CHOOSING,
        STARTED,
        REFUSED,
        WITHDRAWN
    }

    /** By which way a request came. */
    public enum Via {
        FORM,
        API
    }

    /**
     * A request that was kept.
     *
     * @param offered what may be chosen from, in the order of its numbers; empty where nothing is to be chosen
     * @param incidents the incident of each system that has one
     */
    public record Kept(
            String id,
            String requestedBy,
            RollbackRequest request,
            State state,
            List<RestorePoint> offered,
            Map<String, String> incidents) {}

    private static final String SELECT = "select id, requested_by, body, state, offered from rollback_request ";

    private final JdbcClient database;
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    RollbackRequests(JdbcClient database) {
        this.database = database;
    }

    /**
     * Keeps a request.
     *
     * @param idempotencyKey null for none
     * @param processInstanceId of the process that asks on, or null
     * @return the request's id, or empty when this user has used the key before; another transaction that keeps it at
     *     the same moment is waited for
     */
    public Optional<String> keep(
            String user, Via via, String idempotencyKey, RollbackRequest request, String processInstanceId) {
        String id = "REQ-%d-%04d"
                .formatted(
                        ZonedDateTime.now(ZoneOffset.UTC).getYear(),
                        database.sql("select nextval('rollback_request_number')")
                                .query(Long.class)
                                .single());
        int kept = database.sql("""
                        insert into rollback_request
                            (id, requested_by, via, idempotency_key, body, state, process_instance_id)
                        values (:id, :user, :via, :key, cast(:body as jsonb), 'ASKED', :process)
                        on conflict (requested_by, idempotency_key) where idempotency_key is not null do nothing
                        """)
                .param("id", id)
                .param("user", user)
                .param("via", via.name())
                .param("key", idempotencyKey)
                .param("body", write(request.fields()))
                .param("process", processInstanceId)
                .update();
        return kept == 1 ? Optional.of(id) : Optional.empty();
    }

    /** What the user asked for with the key before. */
    public Optional<Kept> repeated(String user, String idempotencyKey) {
        return database.sql(SELECT + "where requested_by = :user and idempotency_key = :key")
                .param("user", user)
                .param("key", idempotencyKey)
                .query((row, n) -> kept(row))
                .optional();
    }

    /** The request that a process instance is about, locked until the transaction ends. */
    public Optional<Kept> ofProcess(String processInstanceId) {
        return database.sql(SELECT + "where process_instance_id = :process for update")
                .param("process", processInstanceId)
                .query((row, n) -> kept(row))
                .optional();
    }

    /** A person is asked to choose one of these. */
    public void offers(String id, List<RestorePoint> points) {
        database.sql("update rollback_request set state = 'CHOOSING', offered = cast(:points as jsonb) where id = :id")
                .param("points", write(points))
                .param("id", id)
                .update();
    }

    /** What is asked for now that a person has chosen. */
    public void chosen(String id, RollbackRequest request) {
        database.sql("update rollback_request set body = cast(:body as jsonb) where id = :id")
                .param("body", write(request.fields()))
                .param("id", id)
                .update();
    }

    public void started(String id, Map<String, String> incidents) {
        answered(id, State.STARTED);
        incidents.forEach((system, incident) -> addIncident(id, system, incident));
    }

    public void withdrawn(String id) {
        answered(id, State.WITHDRAWN);
    }

    /** Keeps that a request was refused, whatever becomes of the caller's transaction; its key may be used again. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void refused(String user, Via via, RollbackRequest request, Refusal refusal) {
        String id = keep(user, via, null, request, null).orElseThrow();
        answered(id, State.REFUSED);
        database.sql("update rollback_request set code = :code, message = :message where id = :id")
                .param("code", refusal.code().name())
                .param("message", refusal.explanation())
                .param("id", id)
                .update();
    }

    private void answered(String id, State state) {
        database.sql("update rollback_request set state = :state, answered_at = now() where id = :id")
                .param("state", state.name())
                .param("id", id)
                .update();
    }

    private void addIncident(String id, String systemId, String incidentId) {
        database.sql("""
                        insert into rollback_request_incident (request_id, system_id, incident_id)
                        values (:id, :system, :incident) on conflict do nothing
                        """)
                .param("id", id)
                .param("system", systemId)
                .param("incident", incidentId)
                .update();
    }

    private Kept kept(ResultSet row) throws SQLException {
        String id = row.getString("id");
        Map<String, String> incidents = new LinkedHashMap<>();
        database.sql("select system_id, incident_id from rollback_request_incident where request_id = ? order by 2")
                .param(id)
                .query(incident -> {
                    incidents.put(incident.getString(1), incident.getString(2));
                });
        return new Kept(
                id,
                row.getString("requested_by"),
                RollbackRequest.of(read(row.getString("body"), new TypeReference<>() {})),
                State.valueOf(row.getString("state")),
                read(row.getString("offered"), new TypeReference<>() {}),
                incidents);
    }

    private String write(Object value) {
        try {
            return json.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a request cannot be written as JSON", e);
        }
    }

    private <T> T read(String text, TypeReference<T> type) {
        try {
            return json.readValue(text, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("a kept request cannot be read", e);
        }
    }
}
