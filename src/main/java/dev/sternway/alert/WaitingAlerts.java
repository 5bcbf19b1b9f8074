package dev.sternway.alert;

import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/** The alerts in the inbox that wait to be handled, taken in batches of one system. */
@Component
@Transactional(propagation = Propagation.MANDATORY)
public class WaitingAlerts {
    /** Makes keys of {@code pg_advisory_lock} ours; the number says nothing. */
    private static final int LOCKS = 0x5A1E;

    private static final int MANY = 100;

    private static final Duration LONGEST_PAUSE = Duration.ofMinutes(5);

    /** An alert that waits to be handled. */
    public record Stored(long id, Alert alert, String systemId, Instant receivedAt) {}

    private final JdbcClient database;

    WaitingAlerts(JdbcClient database) {
        this.database = database;
    }

    /**
     * Systems that alerts wait for: first those where one opens an incident, then the one that waits longest. Where an
     * incident runs already, alerts are let gather for a second, to be handled together.
     */
    @Transactional
    public List<String> systems() {
        return database.sql("""
                        select alert.system_id from alert
                        where alert.state = 'WAITING' and (alert.try_at is null or alert.try_at <= now())
                        group by alert.system_id
                        having count(*) >= :many or min(alert.received_at) < now() - interval '1 second'
                            or not exists (select 1 from incident
                                where incident.system_id = alert.system_id and incident.ended_at is null)
                        order by exists (select 1 from incident
                                where incident.system_id = alert.system_id and incident.ended_at is null), min(alert.id)
                        """).param("many", MANY).query(String.class).list();
    }

    /**
     * The oldest waiting alerts of the system, locked for this transaction; none when another node is at the same system.
     */
    public List<Stored> take(String systemId, int most) {
        boolean ours = database.sql("select pg_try_advisory_xact_lock(:locks, hashtext(:system))")
                .param("locks", LOCKS)
                .param("system", systemId)
                .query(Boolean.class)
                .single();
        return !ours
                ? List.of()
                : database.sql("""
                        select id, alert, system_id, received_at from alert
                        where state = 'WAITING' and system_id = :system and (try_at is null or try_at <= now())
                        order by id limit :most for update skip locked
                        """)
                        .param("system", systemId)
                        .param("most", most)
                        .query((row, n) -> new Stored(
                                row.getLong("id"),
                                AlertJson.read(row.getString("alert")),
                                row.getString("system_id"),
                                row.getTimestamp("received_at").toInstant()))
                        .list();
    }

    /** Those of the firing alerts that are over: messages may come in the wrong order. */
    public Set<Long> over(Collection<Stored> firing) {
        return new HashSet<>(database.sql(
                        "select firing.id from alert firing where firing.id = any(:ids) and " + IncidentAlerts.OVER)
                .param("ids", ids(firing))
                .query(Long.class)
                .list());
    }

    /** Notes what became of alerts: {@code STARTED}, {@code JOINED} or {@code NOTED}. */
    public void handled(Collection<Stored> alerts, String state, String incidentId, String reason) {
        if (alerts.isEmpty()) {
            return;
        }
        database.sql("""
                        update alert set state = :state, incident_id = :incident, reason = :reason,
                            handled_at = clock_timestamp(), try_at = null
                        where id = any(:ids)
                        """)
                .param("state", state)
                .param("incident", incidentId)
                .param("reason", reason)
                .param("ids", ids(alerts))
                .update();
    }

    /**
     * Alerts that joined the incident, began after a time and are not over wait again, as if they had just come.
     *
     * @return how many
     */
    public int again(String incidentId, Instant since) {
        return database.sql("""
                        update alert firing set state = 'WAITING', incident_id = null, handled_at = null, try_at = null,
                            reason = 'it still fires at the end of ' || :incident
                        where firing.incident_id = :incident and firing.state = 'JOINED' and firing.status = 'FIRING'
                            and firing.starts_at > :since and not %s
                        """.formatted(IncidentAlerts.OVER))
                .param("incident", incidentId)
                .param("since", since.atOffset(java.time.ZoneOffset.UTC))
                .update();
    }

    /** Lets alerts wait until a time, and says why. */
    public void waitUntil(Collection<Stored> alerts, Instant time, String reason) {
        database.sql("update alert set try_at = :time, reason = :reason where id = any(:ids)")
                .param("time", time.atOffset(java.time.ZoneOffset.UTC))
                .param("reason", reason)
                .param("ids", ids(alerts))
                .update();
    }

    /** An alert could not be handled: it is tried again later, and later each time, and says why. */
    @Transactional(propagation = Propagation.REQUIRES_NEW)
    public void failed(long id, String reason) {
        database.sql("""
                        update alert set attempts = attempts + 1, reason = :reason,
                            try_at = now() + least(:longest, power(2, least(attempts, 20))) * interval '1 second'
                        where id = :id and state = 'WAITING'
                        """)
                .param("reason", reason.length() > 500 ? reason.substring(0, 500) : reason)
                .param("longest", LONGEST_PAUSE.toSeconds())
                .param("id", id)
                .update();
    }

    private static Long[] ids(Collection<Stored> alerts) {
        return alerts.stream().map(Stored::id).toArray(Long[]::new);
    }
}
