package dev.sternway.adapter.webhook;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Tells a program of the user's own: JSON as {@code docs/notifications.md} and its schema say, signed by HMAC-SHA256 over
 * time and body. A repeat has the same {@code Idempotency-Key}.
 */
@Component
@EnableConfigurationProperties(WebhookSettings.class)
class WebhookChannel implements MessageChannel {
    private static final String SCHEMA = "urn:sternway:schema:notification:1";

    private final KeptSecret address;
    private final KeptSecret key;
    private final Posts posts;
    private final JsonMapper json = JsonMapper.builder().build();

    WebhookChannel(WebhookSettings settings, Secrets secrets, Posts posts) {
        this.address = new KeptSecret("sternway.notifications.webhook.address", settings.address(), secrets);
        this.key = new KeptSecret("sternway.notifications.webhook.key", settings.key(), secrets);
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.WEBHOOK;
    }

    @Override
    public Optional<String> missing() {
        if (!address.isGiven()) {
            return Optional.of("sternway.notifications.webhook.address is empty");
        }
        return key.isGiven() ? Optional.empty() : Optional.of("sternway.notifications.webhook.key is empty");
    }

    @Override
    public Optional<String> problem() {
        return address.missing().or(key::missing);
    }

    @Override
    public Receipt deliver(Letter letter) {
        URI to = uri(address.read());
        String secret = key.read();
        String body = body(letter).toString();
        String time = Long.toString(Instant.now().getEpochSecond());
        List<String> secrets = new ArrayList<>(Posts.secretParts(to));
        secrets.add(secret);
        Posts.Reply reply = posts.send(Posts.Request.json("the webhook", to, body, secrets)
                .header("Idempotency-Key", letter.id())
                .header("X-Sternway-Timestamp", time)
                .header("X-Sternway-Signature", "v1=" + sign(secret, time + "." + body)));
        return new Receipt(letter.id(), "answered " + reply.status() + " " + reply.excerpt());
    }

    private ObjectNode body(Letter letter) {
        ObjectNode body = json.createObjectNode()
                .put("schema", SCHEMA)
                .put("id", letter.id())
                .put("occasion", letter.occasion())
                .put("incident", letter.incidentId())
                .put("system", letter.systemId())
                .put("severity", letter.severity())
                .put("subject", letter.subject())
                .put("text", letter.text())
                .put("link", letter.link())
                .put("toldAt", letter.toldAt().toString());
        ObjectNode facts = body.putObject("facts");
        letter.facts().forEach(facts::put);
        return body;
    }

    private static String sign(String secret, String text) {
        try {
            Mac mac = Mac.getInstance("HmacSHA256");
            mac.init(new SecretKeySpec(secret.getBytes(StandardCharsets.UTF_8), "HmacSHA256"));
            return HexFormat.of().formatHex(mac.doFinal(text.getBytes(StandardCharsets.UTF_8)));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("every Java has HmacSHA256", e);
        }
    }

    private static URI uri(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw NotDelivered.yet("sternway.notifications.webhook.address does not refer to an address");
        }
    }
}
