package dev.sternway.adapter.mail;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How mail is sent; not at all by default.
 *
 * @param host the SMTP server
 * @param port its port; default 587
 * @param security STARTTLS (required), TLS from the first byte, or NONE; default STARTTLS
 * @param user who signs in; empty: nobody
 * @param password reference to the user's password
 * @param from the sender's address
 * @param within connecting and each answer are given up after this time; default 5 s
 */
@ConfigurationProperties("sternway.notifications.mail")
record MailSettings(
        @DefaultValue("") String host,
        @DefaultValue("587") int port,
        @DefaultValue("STARTTLS") Security security,
        @DefaultValue("") String user,
        @DefaultValue("") String password,
        @DefaultValue("") String from,
        @DefaultValue("5s") Duration within) {

    /** How the connection is protected. */
    enum Security {
        STARTTLS,
        TLS,
        NONE
    }
}
