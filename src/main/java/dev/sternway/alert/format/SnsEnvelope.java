package dev.sternway.alert.format;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.URI;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** What Amazon SNS wraps around a message and signs. */
public final class SnsEnvelope {
    private static final List<String> OF_NOTIFICATION =
            List.of("Message", "MessageId", "Subject", "Timestamp", "TopicArn", "Type");
    private static final List<String> OF_CONFIRMATION =
            List.of("Message", "MessageId", "SubscribeURL", "Timestamp", "Token", "TopicArn", "Type");

    private static final Json JSON = new Json(
            "a message of Amazon SNS", "subscribe this address to the topic by HTTPS, without raw message delivery.");

    private final JsonNode body;

    private SnsEnvelope(JsonNode body) {
        this.body = body;
    }

    /** @throws dev.sternway.port.Refusal with {@code ALERT_MALFORMED} when it is none */
    public static SnsEnvelope read(byte[] body) {
        SnsEnvelope envelope = new SnsEnvelope(JSON.object(body));
        for (String field :
                List.of("Type", "MessageId", "TopicArn", "Message", "Timestamp", "SignatureVersion", "Signature")) {
            envelope.text(field);
        }
        return envelope;
    }

    static boolean looksLike(JsonNode message) {
        return message.has("TopicArn") && message.has("SigningCertURL");
    }

    /** A text that must be there. */
    public String text(String field) {
        return JSON.text(body, field, "");
    }

    public String type() {
        return text("Type");
    }

    public String topic() {
        return text("TopicArn");
    }

    public Instant timestamp() {
        return JSON.instant(body, "Timestamp", "");
    }

    /** The address in the field; empty when it is none. */
    public Optional<URI> address(String field) {
        try {
            return Optional.of(URI.create(text(field)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /** What the signature is over: names and values, a line each. */
    public String signed() {
        StringBuilder lines = new StringBuilder();
        for (String field : type().equals("Notification") ? OF_NOTIFICATION : OF_CONFIRMATION) {
            if (body.hasNonNull(field)) {
                lines.append(field)
                        .append('\n')
                        .append(body.get(field).asText())
                        .append('\n');
            }
        }
        return lines.toString();
    }
}
