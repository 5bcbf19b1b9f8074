package dev.sternway.alert.sender;

import dev.sternway.catalogue.SecretReference;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Who may send alerts.
 *
 * @param senders for each format what its senders may show, one of them suffices; a format without is closed
 * @param tolerance how far a signed time may be from this machine's clock, before and after; default 5 min
 */
@ConfigurationProperties("sternway.alerts")
record SenderSettings(
        Map<String, Sender> senders, @DefaultValue("5m") Duration tolerance) {
    SenderSettings {
        senders = senders == null ? Map.of() : senders;
    }

    /**
     * What the senders of one format may show; each list may hold an old and a new secret while they change.
     *
     * @param bearer tokens
     * @param basic users and their passwords
     * @param header a header that holds a secret
     * @param hmac a signature over the body
     * @param topics for sns: ARNs of the topics whose signed messages are taken
     * @param certificates for sns: directory with certificates of signatures by the name that their address ends with;
     *     others are fetched
     * @param origins for cloudevents: who may ask whether it may send here; default nobody
     */
    record Sender(
            List<SecretReference> bearer,
            List<Login> basic,
            HeaderSetting header,
            HmacSetting hmac,
            List<String> topics,
            String certificates,
            List<String> origins) {
        Sender {
            bearer = bearer == null ? List.of() : bearer;
            basic = basic == null ? List.of() : basic;
            topics = topics == null ? List.of() : topics;
            origins = origins == null ? List.of() : origins;
        }
    }

    /** A user of HTTP's basic authentication. */
    record Login(String user, SecretReference password) {}

    /** A header and the secrets that it may hold. */
    record HeaderSetting(String name, List<SecretReference> secrets) {}

    /**
     * A signature over the body, HMAC-SHA256 in hexadecimal digits; what is missing is as the format has it.
     *
     * @param keys the secrets it may be made with
     * @param headers names of the header, any of them
     * @param prefix before the digits
     * @param timestampHeader header with the seconds since 1970, signed as {@code <seconds>:<body>}; empty for none
     */
    record HmacSetting(List<SecretReference> keys, List<String> headers, String prefix, String timestampHeader) {}
}
