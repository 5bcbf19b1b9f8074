package dev.sternway.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** Keeps every alert once, with the bytes it came in, before anybody acts on it. */
@Component
public class Inbox {

    /** An alert that waits to be handled. */
    public record Stored(long id, Alert alert, String systemId, Instant receivedAt) {}

    /** What became of a message: how many alerts were new, and how many were there already. */
    public record Accepted(int stored, int repeated) {}

    private final JdbcClient database;
    private final Catalogue catalogue;
    private final ApplicationEventPublisher events;
    private final JsonMapper json = JsonMapper.builder()
            .addModule(new JavaTimeModule())
            .disable(SerializationFeature.WRITE_DATES_AS_TIMESTAMPS)
            .build();

    Inbox(JdbcClient database, Catalogue catalogue, ApplicationEventPublisher events) {
        this.database = database;
        this.catalogue = catalogue;
        this.events = events;
    }

    /**
     * Stores the alerts of one message; a repeat, known by source and key, changes nothing, unless its system was not
     * known before and is now.
     *
     * @throws Refusal with {@code SYSTEM_UNKNOWN} when no alert of the message is about a managed system; they are kept
     *     as refused
     */
    @Transactional(noRollbackFor = Refusal.class)
    public Accepted accept(List<Alert> alerts, byte[] body) {
        int stored = 0;
        List<Alert> unknown = new ArrayList<>();
        for (Alert alert : alerts) {
            List<ManagedSystem> systems = catalogue.matching(alert.labels());
            if (systems.isEmpty()) {
                unknown.add(alert);
                insert(alert, Optional.empty(), body);
            } else {
                stored += insert(alert, Optional.of(systems.get(0)), body);
            }
        }
        if (unknown.size() == alerts.size()) {
            throw new Refusal(
                    ErrorCode.SYSTEM_UNKNOWN,
                    "no managed system matches the alert's labels "
                            + unknown.get(0).labels() + "; known are "
                            + catalogue.all().stream().map(Inbox::matcher).toList(),
                    "set one of these labels in the alert rule, or describe the system in config/systems.");
        }
        events.publishEvent(new AlertsStored(stored));
        return new Accepted(stored, alerts.size() - unknown.size() - stored);
    }

    private static String matcher(ManagedSystem system) {
        return system.alerts().toString();
    }

    private int insert(Alert alert, Optional<ManagedSystem> system, byte[] body) {
        return database.sql("""
                        insert into alert (source, key, status, state, reason, system_id, alert, body)
                        values (:source, :key, :status, :state, :reason, :system, cast(:alert as jsonb), :body)
                        on conflict (source, key) do update
                            set state = excluded.state, reason = null, system_id = excluded.system_id, received_at = now()
                            where alert.state = 'REFUSED' and excluded.state = 'WAITING'
                        """)
                .param("source", alert.source())
                .param("key", alert.key())
                .param("status", alert.status().name())
                .param("state", system.isPresent() ? "WAITING" : "REFUSED")
                .param("reason", system.isPresent() ? null : "no managed system matches its labels")
                .param("system", system.map(ManagedSystem::id).orElse(null))
                .param("alert", write(alert))
                .param("body", body)
                .update();
    }

    /**
     * The oldest waiting alert, locked for this transaction; another node takes the next one.
     *
     * @param after id of an alert that was looked at already; 0 for none
     */
    @Transactional
    public Optional<Stored> nextWaiting(long after) {
        return database.sql("""
                        select id, alert, system_id, received_at from alert where state = 'WAITING' and id > :after
                        order by id limit 1 for update skip locked
                        """)
                .param("after", after)
                .query((row, n) -> new Stored(
                        row.getLong("id"),
                        read(row.getString("alert")),
                        row.getString("system_id"),
                        row.getTimestamp("received_at").toInstant()))
                .optional();
    }

    /**
     * True when the source has said already that a firing alert is over: messages may come in the wrong order. As
     * {@link Alert#ends} says it.
     */
    public boolean isOver(Alert firing) {
        return database.sql("select exists (select 1 from alert ended where ended.source = :source"
                        + " and ended.status = 'RESOLVED' and " + series("ended") + " = :series and "
                        + startsAt("ended") + " >= :startsAt)")
                .param("source", firing.source())
                .param("series", firing.series())
                .param("startsAt", Timestamp.from(firing.startsAt()))
                .query(Boolean.class)
                .single();
    }

    /** True when an alert of the incident fires that has not been resolved. */
    public boolean stillFires(String incidentId) {
        return database.sql("""
                        select exists (
                            select 1 from alert firing
                            where firing.incident_id = :incident and firing.status = 'FIRING'
                                and not exists (
                                    select 1 from alert ended
                                    where ended.source = firing.source and ended.status = 'RESOLVED'
                                        and %s = %s and %s >= %s))
                        """.formatted(series("ended"), series("firing"), startsAt("ended"), startsAt("firing")))
                .param("incident", incidentId)
                .query(Boolean.class)
                .single();
    }

    private static String series(String row) {
        return "coalesce(%1$s.alert ->> 'series', regexp_replace(%1$s.key, '/(firing|resolved)$', ''))".formatted(row);
    }

    private static String startsAt(String row) {
        return "cast(%s.alert ->> 'startsAt' as timestamptz)".formatted(row);
    }

    /** Notes what became of a waiting alert: {@code STARTED}, {@code JOINED} or {@code NOTED}. */
    public void handled(long id, String state, String incidentId) {
        database.sql("update alert set state = :state, incident_id = :incident where id = :id")
                .param("state", state)
                .param("incident", incidentId)
                .param("id", id)
                .update();
    }

    private String write(Alert alert) {
        try {
            // PostgreSQL's jsonb takes no NUL.
            return json.writeValueAsString(alert).replace("\\u0000", "\\uFFFD");
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("alert cannot be written as JSON", e);
        }
    }

    private Alert read(String text) {
        try {
            return json.readValue(text, Alert.class);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored alert cannot be read", e);
        }
    }
}
