package dev.sternway.alert;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;

/** The inbox's rows, many at a time: a message of ten thousand alerts takes a few statements, not ten thousand. */
final class InboxRows {
    private static final int AT_ONCE = 1_000;

    /** Before the incident after which an alert was sent again, in the key of its new row. */
    private static final String AFTER = "/after/";

    /** An alert to be stored with the message that brought it; systemId is null when no managed system is known for it. */
    record Row(Alert alert, String systemId, Body body) {
        String key() {
            return alert.key();
        }
    }

    /** The bytes of a message, known by their sum. */
    record Body(String sha256, byte[] bytes) {
        static Body of(byte[] bytes) {
            return new Body(InboxRows.sha256(bytes), bytes);
        }
    }

    private final JdbcClient database;

    InboxRows(JdbcClient database) {
        this.database = database;
    }

    /** What is stored of an alert, compared with a message that brings it again. */
    record Known(boolean changed, boolean refused) {}

    /**
     * Those of the alerts that are stored already, by key; all rows of a call have one source. Each is looked up by itself:
     * in a table that grew a minute ago the planner expects few alerts of a source and would read them all.
     */
    Map<String, Known> known(List<Row> rows) {
        Map<String, Known> known = new HashMap<>();
        database.sql("""
                        select new.key, stored.alert - 'startsAt' <> cast(new.body as jsonb) - 'startsAt' as changed, stored.state = 'REFUSED' as refused
                        from unnest(:keys, :alerts) as new (key, body)
                        cross join lateral (
                            select alert, state from alert where source = :source and key = new.key limit 1) stored
                        """)
                .param("source", source(rows))
                .param("keys", keys(rows))
                .param("alerts", alerts(rows))
                .query((RowCallbackHandler) row -> known.put(
                        row.getString("key"), new Known(row.getBoolean("changed"), row.getBoolean("refused"))));
        return known;
    }

    /** Stores the bytes of the rows' messages, each once; gives back their ids by their sums. */
    Map<String, Long> messages(List<Row> rows) {
        // Sorted: of two transactions with the same messages one waits for the other, and never both.
        Map<String, byte[]> bodies = new TreeMap<>();
        rows.forEach(row -> bodies.put(row.body().sha256(), row.body().bytes()));
        String[] sums = bodies.keySet().toArray(String[]::new);
        Map<String, Long> ids = new HashMap<>();
        database.sql("""
                        insert into alert_message (format, sha256, body)
                        select :format, sha256, body from unnest(:sums, :bodies) as new (sha256, body)
                        on conflict (format, sha256) do nothing returning id, sha256
                        """)
                .param("format", source(rows))
                .param("sums", sums)
                .param("bodies", bodies.values().toArray(byte[][]::new))
                .query((RowCallbackHandler) row -> ids.put(row.getString("sha256"), row.getLong("id")));
        if (ids.size() < sums.length) {
            database.sql("select id, sha256 from alert_message where format = :format and sha256 = any(:sums)")
                    .param("format", source(rows))
                    .param("sums", sums)
                    .query((RowCallbackHandler) row -> ids.put(row.getString("sha256"), row.getLong("id")));
        }
        return ids;
    }

    /** Stores alerts that are new, sorted by key; gives back the keys of those that now wait to be handled. */
    List<String> insert(List<Row> rows, Map<String, Long> messages) {
        List<String> waiting = new ArrayList<>();
        for (int from = 0; from < rows.size(); from += AT_ONCE) {
            waiting.addAll(insertSome(rows.subList(from, Math.min(rows.size(), from + AT_ONCE)), messages));
        }
        return waiting;
    }

    private List<String> insertSome(List<Row> rows, Map<String, Long> messages) {
        Map<String, String> systems = new HashMap<>();
        rows.forEach(row -> systems.put(row.key(), row.systemId()));
        return database
                .sql("""
                        insert into alert (source, key, series, status, starts_at, alert, system_id, state, reason, message_id)
                        select :source, key, series, status, cast(starts_at as timestamptz), cast(body as jsonb), system_id,
                            case when system_id is null then 'REFUSED' else 'WAITING' end,
                            case when system_id is null then 'no managed system matches its labels' end,
                            message_id
                        from unnest(:keys, :series, :statuses, :starts, :alerts, :systems, :messages)
                            as new (key, series, status, starts_at, body, system_id, message_id)
                        on conflict (source, key) do nothing
                        returning key
                        """)
                .param("source", source(rows))
                .param("keys", keys(rows))
                .param("series", texts(rows, row -> row.alert().series()))
                .param("statuses", texts(rows, row -> row.alert().status().name()))
                .param("starts", texts(rows, row -> row.alert().startsAt().toString()))
                .param("alerts", alerts(rows))
                .param("systems", texts(rows, Row::systemId))
                .param("messages", messages(rows, messages))
                .query(String.class)
                .list()
                .stream()
                .filter(key -> systems.get(key) != null)
                .toList();
    }

    /**
     * Takes over what a repeat says anew, also for the row of an alert that was sent again after its incident ended, and has
     * its incident weighed again. When it began stays as it was told first: some senders put the time of the repeat there.
     */
    void change(List<Row> rows, Map<String, Long> messages) {
        if (rows.isEmpty()) {
            return;
        }
        List<String> incidents = database.sql("""
                        update alert set message_id = new.message_id,
                            alert = cast(new.body as jsonb) || jsonb_build_object('startsAt', alert.alert -> 'startsAt'),
                            try_at = case when alert.state = 'WAITING' then null else alert.try_at end
                        from (
                            select stored.id, given.body, given.message_id
                            from unnest(:keys, :series, :alerts, :messages) as given (key, series, body, message_id)
                            cross join lateral (
                                select id from alert where source = :source and series = given.series
                                    and (key = given.key or starts_with(key, given.key || :after))
                                order by id for update) stored
                        ) as new
                        where alert.id = new.id
                        returning coalesce(alert.incident_id, '')
                        """)
                .param("source", source(rows))
                .param("after", AFTER)
                .param("series", texts(rows, row -> row.alert().series()))
                .param("keys", keys(rows))
                .param("alerts", alerts(rows))
                .param("messages", messages(rows, messages))
                .query(String.class)
                .list();
        database.sql("""
                        update incident set weigh_at = now()
                        where id in (select id from incident where id = any(:ids) and ended_at is null order by id for update)
                        """)
                .param("ids", incidents.stream().distinct().toArray(String[]::new))
                .update();
    }

    /** Lets alerts wait again that were refused while their system was not known; gives back their keys. */
    List<String> takeRefused(List<Row> rows) {
        if (rows.isEmpty()) {
            return List.of();
        }
        List<Row> taken = rows.stream().filter(row -> row.systemId() != null).toList();
        return database.sql("""
                        update alert set state = 'WAITING', reason = null, system_id = new.system_id, received_at = now()
                        from unnest(:keys, :systems) as new (key, system_id)
                        where alert.key = new.key and alert.id in (
                            select id from alert where source = :source and key = any(:keys) and state = 'REFUSED'
                            order by key for update)
                        returning alert.key
                        """)
                .param("source", source(rows))
                .param("keys", keys(taken))
                .param("systems", texts(taken, Row::systemId))
                .query(String.class)
                .list();
    }

    /**
     * An alert that is sent again, still firing, after its incident has ended waits once more, as a row of its own: the
     * newest of its series must belong to an ended incident, and nothing may have said since that it is over. Gives back the
     * keys that were sent again.
     */
    List<String> fireAgain(List<Row> rows) {
        List<Row> firing = rows.stream()
                .filter(row -> row.alert().status() == Alert.Status.FIRING)
                .toList();
        return database
                .sql("""
                        insert into alert (source, key, series, status, starts_at, alert, system_id, state, message_id)
                        select newest.source, again.key || :after || newest.incident_id, newest.series, 'FIRING',
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
                        returning key
                        """)
                .param("source", source(rows))
                .param("after", AFTER)
                .param("keys", keys(firing))
                .param("series", texts(firing, row -> row.alert().series()))
                .query(String.class)
                .list()
                .stream()
                .map(key -> key.substring(0, key.lastIndexOf(AFTER)))
                .toList();
    }

    private static String source(List<Row> rows) {
        return rows.get(0).alert().source();
    }

    private static String[] keys(List<Row> rows) {
        return texts(rows, Row::key);
    }

    private static String[] alerts(List<Row> rows) {
        return texts(rows, row -> AlertJson.write(row.alert()));
    }

    private static Long[] messages(List<Row> rows, Map<String, Long> ids) {
        return rows.stream().map(row -> ids.get(row.body().sha256())).toArray(Long[]::new);
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
