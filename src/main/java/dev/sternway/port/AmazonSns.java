package dev.sternway.port;

import java.net.URI;

/** What Amazon SNS offers by HTTPS to whoever it sends messages to. */
public interface AmazonSns {

    /**
     * The certificate of a signature, as PEM.
     *
     * @throws OutsideException when it cannot be had
     */
    String certificate(URI address);

    /**
     * Confirms a subscription.
     *
     * @param address as the topic gave it
     * @throws OutsideException when SNS does not take it
     */
    void confirm(URI address);
}
