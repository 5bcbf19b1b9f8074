package dev.sternway.alert;

import java.util.List;

/** Translates the messages of one monitoring system. */
public interface AlertFormat {

    /** The name in the address {@code /alerts/{format}}. */
    String name();

    /**
     * The alerts in a message, at least one.
     *
     * @throws dev.sternway.port.Refusal with {@code ALERT_MALFORMED}, naming the place in the message
     */
    List<Alert> parse(byte[] body);
}
