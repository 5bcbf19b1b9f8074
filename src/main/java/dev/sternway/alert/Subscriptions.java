package dev.sternway.alert;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Topics that asked to be subscribed, and who agreed. */
@Component
public class Subscriptions {

    /** One that asked; the address holds a token and is shown to nobody. */
    public record Subscription(long id, String topic, Instant askedAt, String confirmedBy, Instant confirmedAt) {}

    private static final String SELECT =
            "select id, topic, asked_at, confirmed_by, confirmed_at from alert_subscription";

    private final JdbcClient database;

    Subscriptions(JdbcClient database) {
        this.database = database;
    }

    /** Keeps that a topic asks; a repeat changes nothing. */
    public void asks(String topic, String messageId, String address, byte[] body) {
        database.sql("""
                        insert into alert_subscription (topic, message_id, subscribe_url, body)
                        values (:topic, :message, :address, :body) on conflict (message_id) do nothing
                        """)
                .param("topic", topic)
                .param("message", PlainText.unique(messageId, 200))
                .param("address", address)
                .param("body", body)
                .update();
    }

    /** The newest hundred, the newest first. */
    public List<Subscription> all() {
        return database.sql(SELECT + " order by id desc limit 100")
                .query(Subscriptions::row)
                .list();
    }

    public Optional<Subscription> find(long id) {
        return database.sql(SELECT + " where id = :id")
                .param("id", id)
                .query(Subscriptions::row)
                .optional();
    }

    private static Subscription row(ResultSet row, int number) throws SQLException {
        Timestamp confirmedAt = row.getTimestamp("confirmed_at");
        return new Subscription(
                row.getLong("id"),
                row.getString("topic"),
                row.getTimestamp("asked_at").toInstant(),
                row.getString("confirmed_by"),
                confirmedAt == null ? null : confirmedAt.toInstant());
    }

    /** Where the subscription is confirmed. */
    public String address(long id) {
        return database.sql("select subscribe_url from alert_subscription where id = :id")
                .param("id", id)
                .query(String.class)
                .single();
    }

    public void confirmed(long id, String person) {
        database.sql("""
                        update alert_subscription set confirmed_by = :person, confirmed_at = now()
                        where id = :id and confirmed_at is null
                        """).param("person", person).param("id", id).update();
    }
}
