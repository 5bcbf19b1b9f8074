package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;

/** Translates the messages of one monitoring product. */
public interface AlertFormat {

    /** The name in the address {@code /alerts/{format}}. */
    String name();

    /** A longer message is not read. */
    default int mostBytes() {
        return 256 * 1024;
    }

    /** True when the product stops sending for a day after some refusals: it is then not told of an unknown system. */
    default boolean resentsRefusals() {
        return false;
    }

    /** True when the product repeats an alert as long as it fires; false when each message is an event of its own. */
    default boolean repeatsItself() {
        return true;
    }

    /** True when a message looks like one of this format; for whoever does not say which it is. */
    boolean looksLike(JsonNode message);

    /**
     * What a message says; without any effect, and the same each time.
     *
     * @throws dev.sternway.port.Refusal with {@code ALERT_MALFORMED}, naming the place in the message
     */
    Reading read(Message message);
}
