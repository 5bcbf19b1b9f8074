package dev.sternway.notification;

import org.springframework.jdbc.core.simple.JdbcClient;

/** Sends what is in the outbox in the test's own thread, for tests of other packages. */
public final class Postman {
    private final Sender sender;
    private final DeadlineWatch watch;
    private final FakeChannels channels;
    private final JdbcClient database;

    public Postman(Sender sender, DeadlineWatch watch, FakeChannels channels, JdbcClient database) {
        this.sender = sender;
        this.watch = watch;
        this.channels = channels;
        this.database = database;
    }

    /** Sends all that may be sent now, once. */
    public void send() {
        channels.all().forEach(channel -> {
            while (sender.sendNext(channel)) {
                // until nothing may be sent now
            }
        });
    }

    /** Lets all waiting time pass: of retries, and of deadlines. */
    public void laterOn() {
        database.sql("update outbox set next_try_at = now() - interval '1 second', due_at = now() - interval '1 second'"
                        + " where state = 'WAITING'")
                .update();
        watch.look();
    }
}
