package dev.sternway.alert;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The alerts of an incident: what fires, what has been resolved, what came since the last look. */
@Component
public class IncidentAlerts {
    /** Of more different alerts of one incident only the newest are weighed. */
    private static final int MOST = 2_000;

    /** Holds when an alert "firing" is over: one of its series has ended that began no earlier. */
    static final String OVER = """
            exists (select 1 from alert ended
                where ended.source = firing.source and ended.series = firing.series and ended.status = 'RESOLVED'
                    and ended.starts_at >= firing.starts_at)
            """;

    /** An alert of an incident. */
    public record Shown(long id, Alert alert, String state, Instant receivedAt, boolean over) {}

    /** Alerts that fire and say the same, told by the one that began first. */
    public record Alike(long id, Alert alert, long count) {}

    /** How many alerts came, how many of them were ends, and between when. */
    public record Count(long firing, long resolved, long still, Instant first, Instant last) {}

    private final JdbcClient database;

    IncidentAlerts(JdbcClient database) {
        this.database = database;
    }

    /** What fires and is not over; alerts that decide alike are one. */
    public List<Alike> firing(String incidentId) {
        return firingSince(incidentId, null);
    }

    /** As {@link #firing}, of those that began after a time; null: of all. */
    public List<Alike> firingSince(String incidentId, Instant since) {
        return firing(incidentId, since, "firing.starts_at > :since");
    }

    /** As {@link #firing}, of those that began, or were first heard of, after a time. */
    public List<Alike> firingOrHeardSince(String incidentId, Instant since) {
        return firing(incidentId, since, """
                (firing.starts_at > :since or firing.received_at > :since and not exists (select 1 from alert earlier
                    where earlier.source = firing.source and earlier.series = firing.series
                        and earlier.received_at <= :since))
                """);
    }

    private List<Alike> firing(String incidentId, Instant since, String when) {
        return database.sql("""
                        with alike as (
                            select (array_agg(firing.id order by firing.starts_at, firing.id))[1] as id, count(*) as many
                            from alert firing
                            where firing.incident_id = :incident and firing.status = 'FIRING' and not %s
                                and (cast(:since as timestamptz) is null or %s)
                            group by starts_with(firing.series, 'hidden/'), jsonb_build_array(
                                firing.alert -> 'labels' -> 'symptom', firing.alert -> 'labels' -> 'feature',
                                firing.alert -> 'labels' -> 'service', firing.alert -> 'labels' -> 'importance',
                                firing.alert -> 'annotations' -> 'error_rate', firing.alert -> 'annotations' -> 'latency',
                                firing.alert -> 'annotations' -> 'degradation', firing.alert -> 'annotations' -> 'slowdown',
                                firing.alert -> 'annotations' -> 'affected_users',
                                firing.alert -> 'annotations' -> 'sustained_for',
                                firing.alert -> 'annotations' -> 'within_sla',
                                firing.alert -> 'annotations' -> 'workaround'))
                        , newest as (select * from alike order by id desc limit :most)
                        select alert.id, alert.alert, newest.many from newest join alert on alert.id = newest.id
                        order by alert.id
                        """.formatted(OVER, when))
                .param("incident", incidentId)
                .param("since", since == null ? null : since.atOffset(ZoneOffset.UTC), Types.TIMESTAMP_WITH_TIMEZONE)
                .param("most", MOST)
                .query((row, n) ->
                        new Alike(row.getLong("id"), AlertJson.read(row.getString("alert")), row.getLong("many")))
                .list();
    }

    /** The alert with the id. */
    public Optional<Alert> find(long id) {
        return database.sql("select alert from alert where id = ?")
                .param(id)
                .query(String.class)
                .optional()
                .map(AlertJson::read);
    }

    /** When the earliest harm began that any alert of the incident has told of, over or not; empty without alerts. */
    public Optional<Instant> harmSince(String incidentId) {
        return database.sql("""
                        select (array_agg(alert order by starts_at))[1] as alert from alert
                        where incident_id = :incident and status = 'FIRING'
                        group by alert -> 'annotations' -> 'sustained_for'
                        """).param("incident", incidentId).query(String.class).list().stream()
                .map(alert -> AlertJson.read(alert).harmSince())
                .min(Instant::compareTo);
    }

    /** True when an alert of the incident fires that is not over. */
    public boolean stillFires(String incidentId) {
        return database.sql("select exists (select 1 from alert firing where firing.incident_id = :incident"
                        + " and firing.status = 'FIRING' and not " + OVER + ")")
                .param("incident", incidentId)
                .query(Boolean.class)
                .single();
    }

    /** The alerts that were handled last, newest first. */
    public List<Shown> newest(String incidentId, long most) {
        return shown(incidentId, "firing.handled_at desc, firing.id desc", most, 0);
    }

    /** A page of the incident's alerts: what fires first, then in the order in which they came. */
    public List<Shown> page(String incidentId, int number, int size) {
        return shown(incidentId, "over, firing.id", size, (long) number * size);
    }

    private List<Shown> shown(String incidentId, String order, long most, long from) {
        return database.sql("""
                        select firing.id, firing.alert, firing.state, firing.received_at,
                            (firing.status = 'RESOLVED' or %s) as over
                        from alert firing where firing.incident_id = :incident
                        order by %s limit :most offset :from
                        """.formatted(OVER, order))
                .param("incident", incidentId)
                .param("most", most)
                .param("from", from)
                .query(IncidentAlerts::read)
                .list();
    }

    public Count count(String incidentId) {
        return database.sql("""
                        select count(*) filter (where status = 'FIRING') as firing,
                            count(*) filter (where status = 'RESOLVED') as resolved,
                            count(*) filter (where status = 'FIRING' and not %s) as still,
                            min(received_at) as first, max(received_at) as last
                        from alert firing where incident_id = :incident
                        """.formatted(OVER))
                .param("incident", incidentId)
                .query((row, n) -> new Count(
                        row.getLong("firing"),
                        row.getLong("resolved"),
                        row.getLong("still"),
                        instant(row, "first"),
                        instant(row, "last")))
                .single();
    }

    private static Shown read(ResultSet row, int number) throws SQLException {
        return new Shown(
                row.getLong("id"),
                AlertJson.read(row.getString("alert")),
                row.getString("state"),
                instant(row, "received_at"),
                row.getBoolean("over"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getTimestamp(column) == null
                ? null
                : row.getTimestamp(column).toInstant();
    }
}
