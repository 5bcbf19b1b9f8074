package dev.sternway.notification;

import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;

/**
 * Sends one message after another: leased in one short transaction, sent in none, its end written in another. What a
 * crash cuts off in between is sent again when the lease is over.
 */
@Component
class Sender {
    private static final Logger LOG = LoggerFactory.getLogger(Sender.class);
    /** Above the longest that a channel may take with all its time-outs. */
    private static final Duration LEASE = Duration.ofSeconds(60);

    private static final Duration FIRST_WAIT = Duration.ofSeconds(1);
    private static final Duration LONGEST_WAIT = Duration.ofMinutes(2);
    private static final Duration LONGEST_ASKED = Duration.ofHours(1);
    private static final int DOUBLINGS = 7;

    private final Outbox outbox;
    private final Letters letters;
    private final NotificationSettings settings;

    Sender(Outbox outbox, Letters letters, NotificationSettings settings) {
        this.outbox = outbox;
        this.letters = letters;
        this.settings = settings;
    }

    /** Sends the most urgent message of the channel; false when none may be sent now. */
    boolean sendNext(MessageChannel channel) {
        Optional<Outbox.Item> next =
                outbox.claim(channel.kind(), UUID.randomUUID().toString(), LEASE);
        next.ifPresent(item -> {
            try (MDC.MDCCloseable ignored = MDC.putCloseable("incidentId", item.incidentId())) {
                send(channel, item);
            }
        });
        return next.isPresent();
    }

    private void send(MessageChannel channel, Outbox.Item item) {
        if (outbox.isOvertaken(item)) {
            outbox.overtaken(item);
            return;
        }
        try {
            Letter letter = letters.write(item);
            outbox.delivered(item, channel.deliver(letter));
        } catch (NotDelivered e) {
            notDelivered(item, e);
        } catch (RuntimeException e) {
            // The text could hold anything: only its kind is kept.
            LOG.error("'{}' could not be sent to {}", item.occasion(), item.channel(), e);
            notDelivered(item, NotDelivered.yet("failed with " + e.getClass().getSimpleName() + ", see the log"));
        }
    }

    private void notDelivered(Outbox.Item item, NotDelivered e) {
        LOG.warn(
                "'{}' was not delivered to {} at try {}: {}",
                item.occasion().word(),
                item.channel(),
                item.attempts(),
                e.getMessage());
        if (e.isForGood()) {
            outbox.failed(item, e.getMessage());
        } else if (Instant.now().isAfter(item.toldAt().plus(settings.giveUpAfter()))) {
            outbox.failed(item, "given up after " + item.attempts() + " tries: " + e.getMessage());
        } else {
            outbox.later(item, e.getMessage(), wait(item.attempts(), e.retryAfter()));
        }
    }

    /** Doubles from 1 s to 2 min, spread by half, so that nodes do not knock together; never before the receiver wants it. */
    static Duration wait(int attempts, Duration asked) {
        long doubled = FIRST_WAIT.toMillis() << Math.min(DOUBLINGS, Math.max(0, attempts - 1));
        long most = Math.min(doubled, LONGEST_WAIT.toMillis());
        long spread = ThreadLocalRandom.current().nextLong(most / 2, most + 1);
        Duration wanted = asked.compareTo(LONGEST_ASKED) > 0 ? LONGEST_ASKED : asked;
        return Duration.ofMillis(Math.max(spread, wanted.toMillis()));
    }
}
