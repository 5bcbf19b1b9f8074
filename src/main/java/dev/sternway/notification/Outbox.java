package dev.sternway.notification;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.port.Letter.Act;
import dev.sternway.port.MessageChannel.Kind;
import dev.sternway.port.MessageChannel.Receipt;
import java.io.UncheckedIOException;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The messages that are to be sent, each leased to one sender of one node at a time, and in order within an incident and
 * lane. Times are the database's.
 */
@Component
class Outbox {

    /**
     * A message.
     *
     * @param repeated true when an earlier try may have arrived
     */
    record Item(
            long id,
            long noticeId,
            String incidentId,
            String systemId,
            Occasion occasion,
            String subject,
            Map<String, String> facts,
            Kind channel,
            Audience audience,
            Act act,
            String dedup,
            String lane,
            int attempts,
            boolean repeated,
            String lease,
            Instant toldAt,
            Instant dueAt) {}

    private static final String COLUMNS = "o.*, n.system_id, n.occasion, n.subject, n.facts, n.told_at";

    private final JdbcClient database;
    private final JsonMapper json = JsonMapper.builder().build();

    Outbox(JdbcClient database) {
        this.database = database;
    }

    /** Puts one message in, unless it is there. */
    void add(long noticeId, String incidentId, Route route, String dedup, Duration within) {
        database.sql("""
                        insert into outbox (notice_id, incident_id, channel, audience, act, dedup, lane, due_at)
                        select :notice, :incident, :channel, :audience, :act, :dedup, :lane,
                            now() + make_interval(secs => :within)
                        where case :when when 'ALWAYS' then true
                            when 'UNTOLD' then not exists (select 1 from outbox where incident_id = :incident
                                and channel = :channel and audience = :audience and dedup = :dedup)
                            else (select act <> 'OFF' from outbox where incident_id = :incident and channel = :channel
                                and audience = :audience and dedup = :dedup order by id desc limit 1) end
                        on conflict do nothing
                        """)
                .param("notice", noticeId)
                .param("incident", incidentId)
                .param("channel", route.channel().name())
                .param("audience", route.audience().name())
                .param("act", route.act().name())
                .param("dedup", dedup)
                .param("lane", route.lane())
                .param("within", within.toMillis() / 1000.0)
                .param("when", route.when().name())
                .update();
    }

    /**
     * Resolves calls that nobody needs any more.
     *
     * @param subject of the occasions whose calls end; null for all of the incident
     */
    void resolveCalls(long noticeId, String incidentId, String subject, Duration within) {
        database.sql("""
                        insert into outbox (notice_id, incident_id, channel, audience, act, dedup, lane, due_at)
                        select distinct :notice, :incident, 'PAGERDUTY', 'ON_CALL', 'RESOLVE', called.dedup, 'PAGERDUTY',
                            now() + make_interval(secs => :within)
                        from outbox called join notice about on about.id = called.notice_id
                        where called.incident_id = :incident and called.channel = 'PAGERDUTY' and called.act = 'TRIGGER'
                            and (cast(:subject as text) is null or about.subject = :subject
                                or starts_with(about.subject, :subject || '/'))
                            and not exists (select 1 from outbox over where over.incident_id = :incident
                                and over.channel = 'PAGERDUTY' and over.act = 'RESOLVE' and over.dedup = called.dedup
                                and over.id > called.id)
                        on conflict do nothing
                        """)
                .param("notice", noticeId)
                .param("incident", incidentId)
                .param("subject", subject)
                .param("within", within.toMillis() / 1000.0)
                .update();
    }

    /** What the messages of the status page's open incident share; after it was resolved a new one begins. */
    String pageKey(String incidentId) {
        long resolved = database.sql("select count(*) from outbox where incident_id = :incident"
                        + " and channel = 'STATUSPAGE' and act = 'RESOLVED'")
                .param("incident", incidentId)
                .query(Long.class)
                .single();
        return resolved == 0 ? incidentId : incidentId + "#" + resolved;
    }

    /** Leases the most urgent message of the channel that may be sent now. */
    Optional<Item> claim(Kind channel, String lease, Duration within) {
        return database.sql("""
                        with mine as (
                            update outbox set lease = :lease, lease_until = now() + make_interval(secs => :within),
                                attempts = attempts + 1
                            where id = (
                                select id from outbox next
                                where channel = :channel and state = 'WAITING' and next_try_at <= now()
                                    and (lease_until is null or lease_until < now())
                                    and not exists (select 1 from outbox before
                                        where before.incident_id = next.incident_id and before.lane = next.lane
                                            and before.id < next.id and before.state = 'WAITING')
                                order by due_at, id
                                for update skip locked
                                limit 1)
                            returning *)
                        select %s from mine o join notice n on n.id = o.notice_id
                        """.formatted(COLUMNS))
                .param("channel", channel.name())
                .param("lease", lease)
                .param("within", within.toMillis() / 1000.0)
                .query(this::item)
                .optional();
    }

    /** True when what the message says is over before it could be said: a task is done, a switch was turned again. */
    boolean isOvertaken(Item item) {
        if (item.channel() == Kind.MAINTENANCE) {
            return database.sql("select exists (select 1 from outbox where incident_id = :incident and lane = :lane"
                            + " and id > :id and act <> :act)")
                    .param("incident", item.incidentId())
                    .param("lane", item.lane())
                    .param("id", item.id())
                    .param("act", item.act().name())
                    .query(Boolean.class)
                    .single();
        }
        return item.occasion().asks()
                && database.sql("select exists (select 1 from notice where incident_id = :incident"
                                + " and occasion = 'PERSON_DONE'"
                                + " and (subject = :subject or starts_with(:subject, subject || '/')))")
                        .param("incident", item.incidentId())
                        .param("subject", item.subject())
                        .query(Boolean.class)
                        .single();
    }

    /** What the channel calls the first message about this: others are put under it, or change it. */
    Optional<String> thread(Item item) {
        return database.sql("""
                        select delivery_id from outbox
                        where incident_id = :incident and lane = :lane and dedup = :dedup and id <> :id
                            and state = 'DELIVERED' and act <> 'RESOLVE'
                        order by delivered_at limit 1
                        """)
                .param("incident", item.incidentId())
                .param("lane", item.lane())
                .param("dedup", item.dedup())
                .param("id", item.id())
                .query(String.class)
                .optional();
    }

    /** How severe the incident was last decided to be. */
    Optional<String> severity(String incidentId) {
        return database.sql("select severity from decision where incident_id = :incident and decided_at is not null"
                        + " and severity is not null order by id desc limit 1")
                .param("incident", incidentId)
                .query(String.class)
                .optional();
    }

    /** What the incident is about. */
    String title(String incidentId) {
        return database.sql("select title from incident where id = :incident")
                .param("incident", incidentId)
                .query(String.class)
                .optional()
                .orElse("");
    }

    boolean delivered(Item item, Receipt receipt) {
        return end(
                item,
                "state = 'DELIVERED', delivered_at = now(), delivery_id = :first, response = :second, last_error = null",
                receipt.id(),
                receipt.response());
    }

    boolean failed(Item item, String error) {
        return end(item, "state = 'FAILED', last_error = coalesce(:first, :second)", error, null);
    }

    boolean overtaken(Item item) {
        return end(
                item,
                "state = 'SUPERSEDED', response = coalesce(:first, :second)",
                "it was over before it could be told",
                null);
    }

    void later(Item item, String error, Duration wait) {
        end(
                item,
                "last_error = :first, next_try_at = now() + make_interval(secs => cast(:second as double precision))",
                error,
                Double.toString(wait.toMillis() / 1000.0));
    }

    /** Only whoever has the lease may say how it went. */
    private boolean end(Item item, String change, String first, String second) {
        return database.sql("update outbox set " + change
                                + ", lease = null, lease_until = null where id = :id and lease = :lease")
                        .param("first", first)
                        .param("second", second)
                        .param("id", item.id())
                        .param("lease", item.lease())
                        .update()
                == 1;
    }

    /** The ids of messages whose deadline passed, the oldest first. */
    List<Long> late(int most) {
        return database.sql("select id from outbox where late_at is null and state in ('WAITING', 'FAILED')"
                        + " and due_at < now() order by id limit :most")
                .param("most", most)
                .query(Long.class)
                .list();
    }

    /** The late message, given once, locked until the transaction ends; empty when somebody else was first. */
    Optional<Item> takeLate(long id) {
        return database.sql("""
                        with late as (
                            update outbox set late_at = now() where id = (
                                select id from outbox
                                where id = :id and late_at is null and state in ('WAITING', 'FAILED') and due_at < now()
                                for update skip locked)
                            returning *)
                        select %s from late o join notice n on n.id = o.notice_id
                        """.formatted(COLUMNS))
                .param("id", id)
                .query(this::item)
                .optional();
    }

    /** True when one of the audiences was reached about the notice, or may still be in time. */
    boolean isReached(long noticeId, List<Audience> audiences) {
        return database.sql(
                        "select exists (select 1 from outbox where notice_id = :notice and audience = any(:audiences)"
                                + " and (state in ('DELIVERED', 'SUPERSEDED') or (state = 'WAITING' and due_at >= now())))")
                .param("notice", noticeId)
                .param("audiences", audiences.stream().map(Enum::name).toArray(String[]::new))
                .query(Boolean.class)
                .single();
    }

    void escalated(long id, String to) {
        database.sql("update outbox set escalated_to = :to where id = :id")
                .param("to", to)
                .param("id", id)
                .update();
    }

    /** Why the newest try of the message failed. */
    String lastError(long id) {
        return database.sql("select coalesce(last_error, 'an earlier message of the same channel is not delivered')"
                        + " from outbox where id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    private Item item(ResultSet row, int number) throws SQLException {
        int attempts = row.getInt("attempts");
        return new Item(
                row.getLong("id"),
                row.getLong("notice_id"),
                row.getString("incident_id"),
                row.getString("system_id"),
                Occasion.valueOf(row.getString("occasion")),
                row.getString("subject"),
                facts(row.getString("facts")),
                Kind.valueOf(row.getString("channel")),
                Audience.valueOf(row.getString("audience")),
                Act.valueOf(row.getString("act")),
                row.getString("dedup"),
                row.getString("lane"),
                attempts,
                attempts > 1,
                row.getString("lease"),
                instant(row, "told_at"),
                instant(row, "due_at"));
    }

    Map<String, String> facts(String text) {
        try {
            return json.readValue(text, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Instant instant(ResultSet row, String column) throws SQLException {
        OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }
}
