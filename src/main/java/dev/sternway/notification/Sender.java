package dev.sternway.notification;

import dev.sternway.evidence.Entry;
import dev.sternway.evidence.LedgerOutbox;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.MessageChannel.Receipt;
import dev.sternway.port.NotDelivered;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.BooleanSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

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
    private final LedgerOutbox ledger;
    private final TransactionTemplate transaction;

    Sender(
            Outbox outbox,
            Letters letters,
            NotificationSettings settings,
            LedgerOutbox ledger,
            TransactionTemplate transaction) {
        this.outbox = outbox;
        this.letters = letters;
        this.settings = settings;
        this.ledger = ledger;
        this.transaction = transaction;
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
            end(() -> outbox.overtaken(item), Proof.overtaken(item));
            return;
        }
        Receipt receipt;
        try {
            receipt = channel.deliver(letters.write(item));
        } catch (NotDelivered e) {
            notDelivered(item, e);
            return;
        } catch (RuntimeException e) {
            // Its text could hold anything, a secret address for example: only kind and place are kept.
            String where = e.getClass().getSimpleName() + " in "
                    + Arrays.stream(e.getStackTrace()).findFirst().orElse(null);
            notDelivered(item, NotDelivered.yet("failed unexpectedly with " + where));
            return;
        }
        end(() -> outbox.delivered(item, receipt), Proof.delivered(item, receipt));
    }

    private void notDelivered(Outbox.Item item, NotDelivered e) {
        LOG.warn(
                "'{}' was not delivered to {} at try {}: {}",
                item.occasion().word(),
                item.channel(),
                item.attempts(),
                e.getMessage());
        boolean tooOld = Instant.now().isAfter(item.toldAt().plus(settings.giveUpAfter()));
        if (e.isForGood() || tooOld) {
            String error = (tooOld ? "given up after " + item.attempts() + " tries: " : "") + e.getMessage();
            end(() -> outbox.failed(item, error), Proof.failed(item, error));
        } else {
            outbox.later(item, e.getMessage(), wait(item.attempts(), e.retryAfter()));
        }
    }

    /** The end and its proof, both or neither; nothing when another sender has the lease by now. */
    private void end(BooleanSupplier end, Entry proof) {
        transaction.executeWithoutResult(status -> {
            if (end.getAsBoolean()) {
                ledger.append(proof);
            }
        });
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
