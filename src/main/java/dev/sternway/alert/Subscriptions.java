package dev.sternway.alert;

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

    /** All of them, the newest first. */
    public List<Subscription> all() {
        return database.sql("""
                        select id, topic, asked_at, confirmed_by, confirmed_at from alert_subscription
                        order by id desc limit 100
                        """)
                .query((row, n) -> new Subscription(
                        row.getLong("id"),
                        row.getString("topic"),
                        row.getTimestamp("asked_at").toInstant(),
                        row.getString("confirmed_by"),
                        row.getTimestamp("confirmed_at") == null
                                ? null
                                : row.getTimestamp("confirmed_at").toInstant()))
                .list();
    }

    /** Where the subscription is confirmed. */
    public Optional<String> address(long id) {
        return database.sql("select subscribe_url from alert_subscription where id = :id")
                .param("id", id)
                .query(String.class)
                .optional();
    }

    public void confirmed(long id, String person) {
        database.sql("""
                        update alert_subscription set confirmed_by = :person, confirmed_at = now()
                        where id = :id and confirmed_at is null
                        """).param("person", person).param("id", id).update();
    }
}
