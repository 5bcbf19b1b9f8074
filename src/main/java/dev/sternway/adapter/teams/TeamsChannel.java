package dev.sternway.adapter.teams;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.net.URI;
import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** One adaptive card after another in a Teams channel; a message whose answer was lost may appear twice. */
@Component
@EnableConfigurationProperties(TeamsSettings.class)
class TeamsChannel implements MessageChannel {
    private static final Duration WHEN_THROTTLED = Duration.ofSeconds(30);

    private final KeptSecret webhook;
    private final Posts posts;
    private final JsonMapper json = JsonMapper.builder().build();

    TeamsChannel(TeamsSettings settings, Secrets secrets, Posts posts) {
        this.webhook = new KeptSecret("sternway.notifications.teams.webhook", settings.webhook(), secrets);
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.TEAMS;
    }

    @Override
    public Optional<String> missing() {
        return webhook.isGiven() ? Optional.empty() : Optional.of("sternway.notifications.teams.webhook is empty");
    }

    @Override
    public Optional<String> problem() {
        return webhook.missing();
    }

    @Override
    public Receipt deliver(Letter letter) {
        URI address;
        try {
            address = URI.create(webhook.read());
        } catch (IllegalArgumentException e) {
            throw NotDelivered.yet("sternway.notifications.teams.webhook does not refer to an address");
        }
        Posts.Reply reply = posts.send(
                Posts.Request.json("Teams", address, message(letter).toString(), Posts.secretParts(address)));
        // Throttled connectors answer 200 and say 429 in the body.
        if (reply.body().contains("HTTP error 429")) {
            throw NotDelivered.before(WHEN_THROTTLED, "'Teams' has too many messages: " + reply.excerpt());
        }
        return new Receipt(letter.id(), "answered " + reply.status() + " " + reply.excerpt());
    }

    private ObjectNode message(Letter letter) {
        ObjectNode message = json.createObjectNode().put("type", "message");
        ObjectNode attachment = message.putArray("attachments")
                .addObject()
                .put("contentType", "application/vnd.microsoft.card.adaptive")
                .putNull("contentUrl");
        ObjectNode card = attachment
                .putObject("content")
                .put("$schema", "http://adaptivecards.io/schemas/adaptive-card.json")
                .put("type", "AdaptiveCard")
                .put("version", "1.2");
        ArrayNode body = card.putArray("body");
        text(body, letter.headline()).put("weight", "Bolder").put("size", "Medium");
        for (String paragraph : letter.text().split("\n")) {
            if (!paragraph.isBlank()) {
                text(body, paragraph);
            }
        }
        card.putArray("actions")
                .addObject()
                .put("type", "Action.OpenUrl")
                .put("title", "Open the incident")
                .put("url", letter.link());
        return message;
    }

    private static ObjectNode text(ArrayNode body, String text) {
        // Cards read Markdown: an alert's title must make no links.
        return body.addObject()
                .put("type", "TextBlock")
                .put("text", text.replace("[", "\\[").replace("]", "\\]"))
                .put("wrap", true);
    }
}
