package dev.sternway.alert;

import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Remembers messages whose signature covers a time, for longer than such a signature is good. */
@Component
public class OnceOnly {
    /** SNS may take an hour; a signed time five minutes, unless the settings say otherwise. */
    private static final Duration KEPT = Duration.ofHours(3);

    private final JdbcClient database;
    private final AtomicReference<Instant> tidied = new AtomicReference<>(Instant.EPOCH);

    OnceOnly(Inbox inbox) {
        this.database = inbox.database();
    }

    /** True when the message was taken before; that it came again is noted. */
    public boolean isRepeat(String format, String signed) {
        return database.sql("update alert_once set repeats = repeats + 1 where format = :format and signed = :signed")
                        .param("format", format)
                        .param("signed", signed)
                        .update()
                == 1;
    }

    /** To be called once the message is stored: if it is not, the sender comes again with the same. */
    public void remember(String format, String signed) {
        database.sql("insert into alert_once (format, signed) values (:format, :signed) on conflict do nothing")
                .param("format", format)
                .param("signed", signed)
                .update();
        Instant last = tidied.get();
        Instant now = Instant.now();
        if (last.isBefore(now.minusSeconds(60)) && tidied.compareAndSet(last, now)) {
            database.sql("delete from alert_once where seen_at < :before")
                    .param("before", Timestamp.from(now.minus(KEPT)))
                    .update();
        }
    }
}
