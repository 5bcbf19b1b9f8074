package dev.sternway.adapter.slack;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import dev.sternway.port.NotDelivered;
import java.net.URI;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Slack: with a bot's token one thread for each incident, whose first message always says where it stands; with an
 * incoming webhook one message after another.
 *
 * <p>Slack cannot tell a repeat: a message whose answer was lost may appear twice.
 */
@Component
@EnableConfigurationProperties(SlackSettings.class)
class SlackChannel implements MessageChannel {
    private static final int LONGEST_SECTION = 2_900;
    private static final int LONGEST_HEADER = 150;
    /** Errors of the Web API that say something of the message itself. */
    private static final Set<String> FOR_GOOD =
            Set.of("invalid_blocks", "msg_too_long", "no_text", "invalid_arguments");

    private final SlackSettings settings;
    private final KeptSecret webhook;
    private final KeptSecret token;
    private final Posts posts;
    private final JsonMapper json = JsonMapper.builder().build();

    SlackChannel(SlackSettings settings, Secrets secrets, Posts posts) {
        this.settings = settings;
        this.webhook = new KeptSecret("sternway.notifications.slack.webhook", settings.webhook(), secrets);
        this.token = new KeptSecret("sternway.notifications.slack.token", settings.token(), secrets);
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.SLACK;
    }

    @Override
    public Optional<String> missing() {
        if (!token.isGiven() && !webhook.isGiven()) {
            return Optional.of("sternway.notifications.slack.token and .webhook are empty");
        }
        return token.isGiven() && settings.channel().isBlank()
                ? Optional.of("sternway.notifications.slack.channel is empty")
                : Optional.empty();
    }

    @Override
    public Optional<String> problem() {
        return (token.isGiven() ? token : webhook).missing();
    }

    @Override
    public Receipt deliver(Letter letter) {
        return token.isGiven() ? post(letter) : hook(letter);
    }

    private Receipt hook(Letter letter) {
        URI address = address(webhook.read());
        Posts.Reply reply = posts.send(Posts.Request.json(
                "Slack", address, message(letter, letter.headline()).toString(), Posts.secretParts(address)));
        return new Receipt(letter.id(), reply.excerpt());
    }

    private Receipt post(Letter letter) {
        Optional<Place> thread = Place.of(letter.thread());
        ObjectNode message = message(letter, thread.isEmpty() ? letter.headline() : letter.subject());
        message.put("channel", settings.channel());
        message.put("unfurl_links", false);
        thread.ifPresent(head -> message.put("channel", head.channel()).put("thread_ts", head.ts()));
        JsonNode answer = call("chat.postMessage", message);
        Place posted = new Place(
                answer.path("channel").asText(settings.channel()),
                answer.path("ts").asText());
        String response = "ok, ts " + posted.ts();
        if (thread.isPresent()) {
            response += headSays(letter, thread.get());
        }
        return new Receipt(posted.channel() + "/" + posted.ts(), response);
    }

    /** The message itself is there; a head that says something older is not worth sending it twice. */
    private String headSays(Letter letter, Place head) {
        ObjectNode message = message(letter, letter.headline());
        message.put("channel", head.channel());
        message.put("ts", head.ts());
        try {
            call("chat.update", message);
            return ", the thread's head was updated";
        } catch (NotDelivered e) {
            return ", the thread's head was not updated: " + e.getMessage();
        }
    }

    private JsonNode call(String method, ObjectNode message) {
        String secret = token.read();
        URI address = URI.create(settings.api().toString().replaceAll("/+$", "") + "/" + method);
        Posts.Reply reply = posts.send(Posts.Request.json("Slack", address, message.toString(), List.of(secret))
                .header("Authorization", "Bearer " + secret));
        try {
            JsonNode answer = json.readTree(reply.body());
            if (answer.path("ok").asBoolean(false)) {
                return answer;
            }
            String error = Posts.excerpt(answer.path("error").asText("no reason"), List.of(secret));
            String said = "'Slack' refused " + method + ": " + error;
            throw FOR_GOOD.contains(error) ? NotDelivered.forGood(said) : NotDelivered.yet(said);
        } catch (JsonProcessingException e) {
            throw NotDelivered.yet("'Slack' answered something that is not JSON");
        }
    }

    private ObjectNode message(Letter letter, String first) {
        ObjectNode message = json.createObjectNode();
        message.put("text", escaped(first));
        var blocks = message.putArray("blocks");
        blocks.addObject()
                .put("type", "header")
                .putObject("text")
                .put("type", "plain_text")
                .put("text", cut(first, LONGEST_HEADER));
        blocks.addObject()
                .put("type", "section")
                .putObject("text")
                .put("type", "mrkdwn")
                .put("text", cut(escaped(letter.text().isEmpty() ? letter.subject() : letter.text()), LONGEST_SECTION));
        return message;
    }

    /** The three signs that mean something to Slack: an alert's title must call nobody. */
    private static String escaped(String text) {
        return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;");
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most - 1) + "…";
    }

    private static URI address(String text) {
        try {
            return URI.create(text);
        } catch (IllegalArgumentException e) {
            throw NotDelivered.yet("sternway.notifications.slack.webhook does not refer to an address");
        }
    }

    /** Where a message is: Slack wants the channel's id when it is changed, not its name. */
    private record Place(String channel, String ts) {
        /** Empty without a thread, and for one that a webhook began: that told no place. */
        static Optional<Place> of(String id) {
            int slash = id == null ? -1 : id.lastIndexOf('/');
            return slash < 0
                    ? Optional.empty()
                    : Optional.of(new Place(id.substring(0, slash), id.substring(slash + 1)));
        }
    }
}
