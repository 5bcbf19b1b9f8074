package dev.sternway.alert;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The inbox's rows, many at a time: a message of ten thousand alerts takes a few statements, not ten thousand. */
final class InboxRows {
    private static final int AT_ONCE = 1_000;

    /** An alert to be stored; systemId is null when no managed system is known for it. */
    record Row(Alert alert, String systemId) {}

    private final JdbcClient database;

    InboxRows(JdbcClient database) {
        this.database = database;
    }

    /** Keys of the alerts that are stored already; all alerts of a message have one source. */
    Set<String> known(List<Row> rows) {
        return new HashSet<>(database.sql("select key from alert where source = :source and key = any(:keys)")
                .param("source", source(rows))
                .param("keys", keys(rows))
                .query(String.class)
                .list());
    }

    /** Stores the bytes of a message, once; gives back its id. */
    long message(String format, byte[] body) {
        String sha256 = sha256(body);
        return database.sql("""
                        insert into alert_message (format, sha256, body) values (:format, :sha256, :body)
                        on conflict (format, sha256) do nothing returning id
                        """)
                .param("format", format)
                .param("sha256", sha256)
                .param("body", body)
                .query(Long.class)
                .optional()
                .orElseGet(() -> database.sql("select id from alert_message where format = ? and sha256 = ?")
                        .params(format, sha256)
                        .query(Long.class)
                        .single());
    }

    /** Stores alerts that are new, sorted by key; gives back how many now wait to be handled. */
    int insert(List<Row> rows, long message) {
        int waiting = 0;
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            waiting += insertSome(rows.subList(from, Math.min(rows.size(), from + AT_ONCE)), message);
        }
        return waiting;
    }

    private int insertSome(List<Row> rows, long message) {
        return database
                .sql("""
                        insert into alert (source, key, series, status, starts_at, alert, system_id, state, reason, message_id)
                        select :source, key, series, status, cast(starts_at as timestamptz), cast(body as jsonb), system_id,
                            case when system_id is null then 'REFUSED' else 'WAITING' end,
                            case when system_id is null then 'no managed system matches its labels' end,
                            :message
                        from unnest(:keys, :series, :statuses, :starts, :alerts, :systems)
                            as new (key, series, status, starts_at, body, system_id)
                        on conflict (source, key) do nothing
                        returning state
                        """)
                .param("source", source(rows))
                .param("keys", keys(rows))
                .param("series", texts(rows, row -> row.alert().series()))
                .param("statuses", texts(rows, row -> row.alert().status().name()))
                .param("starts", texts(rows, row -> row.alert().startsAt().toString()))
                .param("alerts", alerts(rows))
                .param("systems", texts(rows, Row::systemId))
                .param("message", message)
                .query(String.class)
                .list()
                .stream()
                .mapToInt(state -> state.equals("WAITING") ? 1 : 0)
                .sum();
    }

    /** Those of the stored alerts whose repeat says something else: monitoring repeats an alert with new figures. */
    List<Row> changed(List<Row> rows) {
        Set<String> keys = new HashSet<>(database.sql("""
                        select alert.key from unnest(:keys, :alerts) as new (key, body)
                        join alert on alert.source = :source and alert.key = new.key
                        where alert.alert <> cast(new.body as jsonb)
                        """)
                .param("source", source(rows))
                .param("keys", keys(rows))
                .param("alerts", alerts(rows))
                .query(String.class)
                .list());
        return rows.stream().filter(row -> keys.contains(row.alert().key())).toList();
    }

    /** Takes over what a repeat says anew, and has its incident weighed again. */
    void change(List<Row> rows, long message) {
        if (rows.isEmpty()) {
            return;
        }
        lock(rows);
        List<String> incidents = database.sql("""
                        update alert set alert = cast(new.body as jsonb), message_id = :message
                        from unnest(:keys, :alerts) as new (key, body)
                        where alert.source = :source and alert.key = new.key
                        returning coalesce(alert.incident_id, '')
                        """)
                .param("source", source(rows))
                .param("keys", keys(rows))
                .param("alerts", alerts(rows))
                .param("message", message)
                .query(String.class)
                .list();
        database.sql("""
                        update incident set weigh_at = now()
                        where id in (select id from incident where id = any(:ids) and ended_at is null order by id for update)
                        """)
                .param("ids", incidents.stream().distinct().toArray(String[]::new))
                .update();
    }

    /** Lets alerts wait again that were refused while their system was not known; gives back how many. */
    int takeRefused(List<Row> rows) {
        List<Row> taken = rows.stream().filter(row -> row.systemId() != null).toList();
        return database.sql("""
                        update alert set state = 'WAITING', reason = null, system_id = new.system_id, received_at = now()
                        from unnest(:keys, :systems) as new (key, system_id)
                        where alert.key = new.key and alert.id in (
                            select id from alert where source = :source and key = any(:keys) and state = 'REFUSED'
                            order by key for update)
                        """)
                .param("source", source(rows))
                .param("keys", keys(taken))
                .param("systems", texts(taken, Row::systemId))
                .update();
    }

    /**
     * An alert that is sent again, still firing, after its incident has ended waits once more, as a row of its own: the
     * newest of its series must belong to an ended incident, and nothing may have said since that it is over. Gives back how
     * many.
     */
    int fireAgain(List<Row> rows) {
        List<Row> firing = rows.stream()
                .filter(row -> row.alert().status() == Alert.Status.FIRING)
                .toList();
        return database.sql("""
                        insert into alert (source, key, series, status, starts_at, alert, system_id, state, message_id)
                        select newest.source, again.key || '/after/' || newest.incident_id, newest.series, 'FIRING',
                            newest.starts_at, newest.alert, newest.system_id, 'WAITING', newest.message_id
                        from unnest(:keys, :series) as again (key, series)
                        cross join lateral (
                            select * from alert where source = :source and series = again.series and status = 'FIRING'
                            order by id desc limit 1) newest
                        join incident on incident.id = newest.incident_id and incident.ended_at is not null
                        where not exists (
                            select 1 from alert over
                            where over.source = :source and over.series = newest.series and over.status = 'RESOLVED'
                                and over.starts_at >= newest.starts_at)
                        order by again.key
                        on conflict (source, key) do nothing
                        """)
                .param("source", source(rows))
                .param("keys", keys(firing))
                .param("series", texts(firing, row -> row.alert().series()))
                .update();
    }

    private void lock(List<Row> rows) {
        database.sql("select id from alert where source = :source and key = any(:keys) order by key for update")
                .param("source", source(rows))
                .param("keys", keys(rows))
                .query(Long.class)
                .list();
    }

    private static String source(List<Row> rows) {
        return rows.get(0).alert().source();
    }

    private static String[] keys(List<Row> rows) {
        return texts(rows, row -> row.alert().key());
    }

    private static String[] alerts(List<Row> rows) {
        return texts(rows, row -> AlertJson.write(row.alert()));
    }

    private static String[] texts(List<Row> rows, Function<Row, String> part) {
        return rows.stream().map(part).toArray(String[]::new);
    }

    private static String sha256(byte[] bytes) {
        try {
            return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("this Java has no SHA-256", e);
        }
    }
}
