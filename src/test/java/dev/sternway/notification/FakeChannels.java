package dev.sternway.notification;

import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Supplier;

/** Channels that remember what they were given, and that can be dead. */
public final class FakeChannels {
    public final Fake slack = new Fake(MessageChannel.Kind.SLACK);
    public final Fake pagerDuty = new Fake(MessageChannel.Kind.PAGERDUTY);
    public final Fake mail = new Fake(MessageChannel.Kind.MAIL);
    public final Fake statuspage = new Fake(MessageChannel.Kind.STATUSPAGE);
    public final Fake maintenance = new Fake(MessageChannel.Kind.MAINTENANCE);

    public List<Fake> all() {
        return List.of(slack, pagerDuty, mail, statuspage, maintenance);
    }

    public void reset() {
        all().forEach(Fake::reset);
    }

    /** One of them. */
    public static final class Fake implements MessageChannel {
        private final Kind kind;
        private final List<Letter> got = new ArrayList<>();
        private final AtomicInteger number = new AtomicInteger();
        private volatile Supplier<NotDelivered> dead;
        private volatile Consumer<Letter> during;

        Fake(Kind kind) {
            this.kind = kind;
        }

        public void dies(Supplier<NotDelivered> how) {
            dead = how;
        }

        public void dies() {
            dies(() -> NotDelivered.yet("nothing answers"));
        }

        public void lives() {
            dead = null;
        }

        /** What happens while it delivers. */
        public void during(Consumer<Letter> action) {
            during = action;
        }

        public synchronized List<Letter> got() {
            return List.copyOf(got);
        }

        public List<String> occasions() {
            return got().stream().map(Letter::occasion).toList();
        }

        public synchronized void reset() {
            got.clear();
            dead = null;
            during = null;
        }

        @Override
        public Kind kind() {
            return kind;
        }

        @Override
        public Optional<String> missing() {
            return Optional.empty();
        }

        @Override
        public Receipt deliver(Letter letter) {
            Consumer<Letter> action = during;
            if (action != null) {
                action.accept(letter);
            }
            if (dead != null) {
                throw dead.get();
            }
            synchronized (this) {
                got.add(letter);
            }
            return new Receipt(kind + "-" + number.incrementAndGet(), "ok");
        }
    }
}
