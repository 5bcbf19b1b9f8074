package dev.sternway.notification;

import dev.sternway.port.MessageChannel;
import dev.sternway.port.MessageChannel.Kind;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** What was told of an incident, to whom, and what became of it; and how the channels are. */
@Component
public class NoticeLog {
    /** So many failures in a row are no hiccup. */
    private static final int DEAD_AFTER = 3;

    /**
     * One message.
     *
     * @param act TELL, or what the channel itself did
     * @param state WAITING, DELIVERED, FAILED or SUPERSEDED
     * @param deliveryId what the receiver calls it, or null
     * @param late true when it was not delivered by its deadline
     * @param escalatedTo who was told instead, or null
     */
    public record Message(
            String occasion,
            String subject,
            String channel,
            String audience,
            String act,
            String state,
            Instant toldAt,
            Instant dueAt,
            Instant deliveredAt,
            String deliveryId,
            String response,
            int attempts,
            String lastError,
            boolean late,
            String escalatedTo) {
        public boolean waits() {
            return state.equals("WAITING");
        }
    }

    /** What a channel can do now: FAILING after three failures in a row. */
    public enum ChannelState {
        WORKING,
        FAILING,
        NOT_SET_UP
    }

    /**
     * A channel.
     *
     * @param missing what is not set up, or null
     * @param waiting messages of all incidents that wait for it
     */
    public record ChannelHealth(
            Kind channel, ChannelState state, String missing, int waiting, Instant lastDeliveredAt, String lastError) {}

    /** The maintenance mode of an incident's system, as far as this incident switched it. */
    public enum Maintenance {
        NEVER_SWITCHED,
        ON,
        BEING_SWITCHED_OFF,
        OFF
    }

    private record Figures(int waiting, int tries, Instant lastDeliveredAt, String lastError) {}

    private final JdbcClient database;
    private final Channels channels;

    NoticeLog(JdbcClient database, Channels channels) {
        this.database = database;
        this.channels = channels;
    }

    /** All messages of an incident, in the order in which they were told. */
    public List<Message> of(String incidentId) {
        return database.sql("select o.*, n.occasion, n.subject, n.told_at,"
                        + " (late_at is not null or delivered_at > due_at or (state = 'WAITING' and due_at < now())) as late"
                        + " from outbox o join notice n on n.id = o.notice_id where o.incident_id = :incident"
                        + " order by n.id, o.id")
                .param("incident", incidentId)
                .query(NoticeLog::message)
                .list();
    }

    public Maintenance maintenance(String incidentId) {
        return database.sql("select act, state from outbox where incident_id = :incident and channel = 'MAINTENANCE'"
                        + " and state <> 'SUPERSEDED' order by id desc limit 1")
                .param("incident", incidentId)
                .query((row, number) -> row.getString("act").equals("ON")
                        ? Maintenance.ON
                        : row.getString("state").equals("DELIVERED") ? Maintenance.OFF : Maintenance.BEING_SWITCHED_OFF)
                .optional()
                .orElse(Maintenance.NEVER_SWITCHED);
    }

    /** Every channel, set up or not. */
    public List<ChannelHealth> channels() {
        Map<String, Figures> figures = database
                .sql("""
                        select channel, count(*) filter (where state = 'WAITING') as waiting,
                            coalesce(max(attempts) filter (where state = 'WAITING' and last_error is not null), 0) as tries,
                            max(delivered_at) as last_delivered,
                            (array_agg(last_error order by id desc)
                                filter (where state = 'WAITING' and last_error is not null))[1] as error
                        from outbox group by channel
                        """)
                .query((row, number) -> Map.entry(
                        row.getString("channel"),
                        new Figures(
                                row.getInt("waiting"),
                                row.getInt("tries"),
                                Outbox.instant(row, "last_delivered"),
                                row.getString("error"))))
                .list()
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
        return channels.all().stream()
                .map(channel -> health(channel, figures.get(channel.kind().name())))
                .toList();
    }

    private static ChannelHealth health(MessageChannel channel, Figures found) {
        Figures figures = found == null ? new Figures(0, 0, null, null) : found;
        Optional<String> missing = channel.missing();
        ChannelState state = missing.isPresent()
                ? ChannelState.NOT_SET_UP
                : figures.tries() >= DEAD_AFTER ? ChannelState.FAILING : ChannelState.WORKING;
        return new ChannelHealth(
                channel.kind(),
                state,
                missing.orElse(null),
                figures.waiting(),
                figures.lastDeliveredAt(),
                figures.lastError());
    }

    private static Message message(ResultSet row, int number) throws SQLException {
        return new Message(
                word(row.getString("occasion")),
                row.getString("subject"),
                word(row.getString("channel")),
                word(row.getString("audience")),
                row.getString("act"),
                row.getString("state"),
                Outbox.instant(row, "told_at"),
                Outbox.instant(row, "due_at"),
                Outbox.instant(row, "delivered_at"),
                row.getString("delivery_id"),
                row.getString("response"),
                row.getInt("attempts"),
                row.getString("last_error"),
                row.getBoolean("late"),
                row.getString("escalated_to"));
    }

    private static String word(String constant) {
        return constant.toLowerCase(java.util.Locale.ROOT).replace('_', '-');
    }
}
