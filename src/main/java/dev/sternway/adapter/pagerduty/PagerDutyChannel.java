package dev.sternway.adapter.pagerduty;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.port.KeptSecret;
import dev.sternway.port.Letter;
import dev.sternway.port.MessageChannel;
import java.util.List;
import java.util.Optional;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** Calls people by PagerDuty; one dedup key from trigger to resolve, so that a repeat changes nothing. */
@Component
@EnableConfigurationProperties(PagerDutySettings.class)
class PagerDutyChannel implements MessageChannel {
    private static final int LONGEST_SUMMARY = 1_024;
    private static final int LONGEST_KEY = 255;
    private static final int LONGEST_DETAIL = 4_000;

    private final PagerDutySettings settings;
    private final KeptSecret routingKey;
    private final Posts posts;
    private final JsonMapper json = JsonMapper.builder().build();

    PagerDutyChannel(PagerDutySettings settings, Secrets secrets, Posts posts) {
        this.settings = settings;
        this.routingKey =
                new KeptSecret("sternway.notifications.pagerduty.routing-key", settings.routingKey(), secrets);
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.PAGERDUTY;
    }

    @Override
    public Optional<String> missing() {
        return routingKey.isGiven()
                ? Optional.empty()
                : Optional.of("sternway.notifications.pagerduty.routing-key is empty");
    }

    @Override
    public Optional<String> problem() {
        return routingKey.missing();
    }

    @Override
    public Receipt deliver(Letter letter) {
        return letter.act() == Letter.Act.RESOLVE ? send(letter, "resolve") : send(letter, "trigger");
    }

    /** Triggered and resolved at once: whoever is on call is not left with it. */
    @Override
    public Receipt test(Letter letter) {
        send(letter, "trigger");
        return send(letter, "resolve");
    }

    private Receipt send(Letter letter, String action) {
        String key = routingKey.read();
        String dedup = cut(letter.dedup(), LONGEST_KEY);
        ObjectNode event = json.createObjectNode()
                .put("routing_key", key)
                .put("event_action", action)
                .put("dedup_key", dedup);
        if (action.equals("trigger")) {
            ObjectNode payload = event.putObject("payload")
                    .put("summary", cut(letter.subject(), LONGEST_SUMMARY))
                    .put("source", letter.systemId() == null ? "sternway" : letter.systemId())
                    .put("severity", severity(letter.severity()))
                    .put("timestamp", letter.toldAt().toString())
                    .put("component", "sternway")
                    .put("class", letter.occasion());
            payload.putObject("custom_details")
                    .put("incident", letter.incidentId())
                    .put("text", cut(letter.text(), LONGEST_DETAIL));
            event.put("client", "Sternway").put("client_url", letter.link());
            event.putArray("links").addObject().put("href", letter.link()).put("text", letter.incidentId());
        }
        Posts.Reply reply =
                posts.send(Posts.Request.json("PagerDuty", settings.address(), event.toString(), List.of(key)));
        return new Receipt(answeredKey(reply, dedup), reply.excerpt());
    }

    private String answeredKey(Posts.Reply reply, String sent) {
        try {
            return json.readTree(reply.body()).path("dedup_key").asText(sent);
        } catch (JsonProcessingException e) {
            return sent;
        }
    }

    private static String severity(String decided) {
        return switch (decided == null ? "" : decided) {
            case "CRITICAL" -> "critical";
            case "MINOR" -> "warning";
            default -> "error";
        };
    }

    private static String cut(String text, int most) {
        return text.length() <= most ? text : text.substring(0, most);
    }
}
