package dev.sternway.alert;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** The register of incidents; at most one runs for a system. */
@Component
@EnableConfigurationProperties(InboxSettings.class)
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

    /** Until when alerts of a system that are no worse than this rank open no new incident, and whose choice that was. */
    public record Quiet(String incidentId, Instant until, int rank) {}

    /**
     * An incident that is due to be weighed again.
     *
     * @param rank how strict its decision is; 0 before there is one
     * @param endsAnew true when ends of alerts have come since the last time that their end withdrew what waited
     * @param tell true when the evidence says nothing yet of what came, or not for some seconds
     */
    public record ToWeigh(
            String id,
            String systemId,
            int rank,
            long firing,
            long resolved,
            long toldFiring,
            long toldResolved,
            boolean endsAnew,
            boolean tell) {
        public boolean untold() {
            return firing > toldFiring || resolved > toldResolved;
        }
    }

    /** Evidence tells of further alerts no more often. */
    private static final Duration TELL_EVERY = Duration.ofSeconds(10);

    /** Ends after which people mend it themselves: what they know already does not call them again at once. */
    private static final Set<State> IN_HANDS = EnumSet.of(State.FIXED_FORWARD, State.HANDED_OVER, State.ENDED_BY_HAND);

    private final JdbcClient database;
    private final InboxSettings settings;

    Incidents(JdbcClient database, InboxSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /** The incident that runs for the system, locked until the transaction ends. */
    public Optional<String> running(String systemId) {
        return database.sql("select id from incident where system_id = :system and ended_at is null for update")
                .param("system", systemId)
                .query(String.class)
                .optional();
    }

    /** Holds the incident, ended or not, until the caller's transaction ends. */
    public void hold(String id) {
        database.sql("select id from incident where id = :id for update")
                .param("id", id)
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

    /**
     * Alerts have joined: they are weighed soon, all that came by then at once.
     *
     * @param firing how many
     * @param resolved how many ends of alerts
     */
    public void joined(String id, int firing, int resolved) {
        database.sql("""
                        update incident set firing = firing + :firing, resolved = resolved + :resolved,
                            weigh_at = least(coalesce(weigh_at, 'infinity'), clock_timestamp() + interval '700 milliseconds')
                        where id = :id
                        """)
                .param("firing", firing)
                .param("resolved", resolved)
                .param("id", id)
                .update();
    }

    /** Has the incident weighed now: its process begins to wait, and alerts may have come before it did. */
    public void weighNow(String id) {
        database.sql("update incident set weigh_at = clock_timestamp() where id = :id and ended_at is null")
                .param("id", id)
                .update();
    }

    /** The incident that is due longest, locked until the transaction ends; another node takes the next one. */
    public Optional<ToWeigh> nextToWeigh() {
        return database.sql("""
                        select id, system_id, coalesce(decided_rank, 0) as rank, firing, resolved, told_firing, told_resolved,
                            resolved > end_acted_on as ends_anew,
                            told_at is null or told_at <= now() - :every * interval '1 second' as tell
                        from incident where weigh_at <= now() and ended_at is null
                        order by weigh_at limit 1 for update skip locked
                        """)
                .param("every", TELL_EVERY.toSeconds())
                .query((row, n) -> new ToWeigh(
                        row.getString("id"),
                        row.getString("system_id"),
                        row.getInt("rank"),
                        row.getLong("firing"),
                        row.getLong("resolved"),
                        row.getLong("told_firing"),
                        row.getLong("told_resolved"),
                        row.getBoolean("ends_anew"),
                        row.getBoolean("tell")))
                .optional();
    }

    /** The end of all alerts has withdrawn what waited: the same end withdraws nothing again. */
    public void endActedOn(String id) {
        database.sql("update incident set end_acted_on = resolved where id = :id")
                .param("id", id)
                .update();
    }

    /**
     * It was weighed: the next time is after the pause, or when evidence must tell what came, if that is sooner.
     *
     * @param pause null when nothing can get worse before something new happens
     */
    public void weighed(String id, Duration pause) {
        database.sql("""
                        update incident set weigh_at = least(
                            now() + :pause * interval '1 millisecond',
                            case when firing > told_firing or resolved > told_resolved
                                then greatest(now() + interval '1 second', told_at + :every * interval '1 second') end)
                        where id = :id
                        """)
                .param("pause", pause == null ? null : pause.toMillis(), java.sql.Types.BIGINT)
                .param("every", TELL_EVERY.toSeconds())
                .param("id", id)
                .update();
    }

    /** Evidence tells now of so many more alerts. */
    public void told(String id, long firing, long resolved) {
        database.sql("""
                        update incident set told_firing = told_firing + :firing, told_resolved = told_resolved + :resolved,
                            told_at = now() where id = :id
                        """)
                .param("firing", firing)
                .param("resolved", resolved)
                .param("id", id)
                .update();
    }

    /** A person chose to mend it forward, or took it over: until when nothing that is no worse opens a new incident. */
    public Optional<Quiet> quiet(String systemId) {
        return database.sql("""
                        select id, quiet_until, coalesce(nullif(decided_rank, 2147483647), 0) as rank from incident
                        where system_id = :system and quiet_until > now() order by ended_at desc limit 1
                        """)
                .param("system", systemId)
                .query((row, n) -> new Quiet(
                        row.getString("id"), row.getTimestamp("quiet_until").toInstant(), row.getInt("rank")))
                .optional();
    }

    /** Notes how strict the decision is that now counts. */
    public void decided(String id, int rank) {
        database.sql("update incident set decided_rank = :rank where id = :id")
                .param("rank", rank)
                .param("id", id)
                .update();
    }

    /** How strict the decision is that now counts; 0 when the tables decided nothing. */
    public int decidedRank(String id) {
        return database.sql("select coalesce(decided_rank, 0) from incident where id = :id")
                .param("id", id)
                .query(Integer.class)
                .single();
    }

    /** Its rollback is over and proved; what a swap back has said of it since stays. */
    public void closed(String id) {
        database.sql("update incident set closed_at = now(), waits_for = null, state = " + unlessSwapped("'CLOSED'")
                        + " where id = :id")
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
                            waits_for = null, weigh_at = null, state = %s,
                            quiet_until = case when :inHands and ended_at is null
                                then now() + :quiet * interval '1 second' else quiet_until end
                        where id = :id
                        """.formatted(unlessSwapped(":state")))
                .param("state", state.name())
                .param("inHands", IN_HANDS.contains(state))
                .param("quiet", settings.quietAfterFixForward().toSeconds())
                .param("id", id)
                .update();
    }

    /** A person's request goes on with the system: what is closed stays closed, what was monitored is ended by hand. */
    public void takenOver(String id) {
        database.sql("""
                        update incident set ended_at = now(), closed_at = coalesce(closed_at, now()), waits_for = null,
                            weigh_at = null, state = case when closed_at is null then 'ENDED_BY_HAND' else state end
                        where id = :id and ended_at is null
                        """).param("id", id).update();
    }

    /** A swap back runs beside the incident's last watches; its word counts. */
    private static String unlessSwapped(String state) {
        return "case when state in ('SWAPPING_BACK', 'SWAPPED_BACK') then state else " + state + " end";
    }
}
