package dev.sternway.port;

import java.util.Optional;

/** A way to tell people or systems something. */
public interface MessageChannel {

    /** The channels there are. */
    enum Kind {
        SLACK,
        TEAMS,
        PAGERDUTY,
        MAIL,
        STATUSPAGE,
        WEBHOOK,
        MAINTENANCE
    }

    /**
     * Proof of a delivery.
     *
     * @param id what the receiver calls the message; never null
     * @param response an excerpt of its answer, without secrets
     */
    record Receipt(String id, String response) {}

    Kind kind();

    /** What is not set up, in one sentence that names the key; empty when the channel can be used; looks at nothing outside. */
    Optional<String> missing();

    /** What keeps it from working although it is set up, a secret that cannot be read for example; reads files. */
    default Optional<String> problem() {
        return Optional.empty();
    }

    /** True when it can carry letters about the system; null stands for none in particular. */
    default boolean serves(String systemId) {
        return missing().isEmpty();
    }

    /**
     * Delivers the letter; when it throws, it may have arrived all the same.
     *
     * @throws NotDelivered saying why, without secrets, and whether another try makes sense
     */
    Receipt deliver(Letter letter);

    /**
     * Shows that the channel works, in the way that disturbs least.
     *
     * @throws NotDelivered as {@link #deliver}
     */
    default Receipt test(Letter letter) {
        return deliver(letter);
    }
}
