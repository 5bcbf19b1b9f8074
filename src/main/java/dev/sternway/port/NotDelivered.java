package dev.sternway.port;

import java.time.Duration;

/** A message did not reach its receiver, as far as is known; the text holds no secret. */
public class NotDelivered extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final boolean forGood;
    private final Duration retryAfter;

    private NotDelivered(String message, boolean forGood, Duration retryAfter) {
        super(message);
        this.forGood = forGood;
        this.retryAfter = retryAfter;
    }

    /** Another try may help. */
    public static NotDelivered yet(String message) {
        return new NotDelivered(message, false, Duration.ZERO);
    }

    /** Another try may help, but not before that time: the receiver asks for it. */
    public static NotDelivered before(Duration retryAfter, String message) {
        return new NotDelivered(message, false, retryAfter);
    }

    /** The receiver will never take this message. */
    public static NotDelivered forGood(String message) {
        return new NotDelivered(message, true, Duration.ZERO);
    }

    public boolean isForGood() {
        return forGood;
    }

    /** At least how long to wait; zero when the receiver said nothing. */
    public Duration retryAfter() {
        return retryAfter;
    }
}
