package dev.sternway.adapter.statuspage;

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
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/**
 * Tells everybody outside by one incident on a Statuspage, changed as things go on. Before it creates one again after a
 * lost answer it looks whether the first try had arrived.
 */
@Component
@EnableConfigurationProperties(StatuspageSettings.class)
class StatuspageChannel implements MessageChannel {
    private static final int LONGEST_NAME = 255;

    private final StatuspageSettings settings;
    private final KeptSecret key;
    private final Posts posts;
    private final JsonMapper json = JsonMapper.builder().build();

    StatuspageChannel(StatuspageSettings settings, Secrets secrets, Posts posts) {
        this.settings = settings;
        this.key = new KeptSecret("sternway.notifications.statuspage.key", settings.key(), secrets);
        this.posts = posts;
    }

    @Override
    public Kind kind() {
        return Kind.STATUSPAGE;
    }

    @Override
    public Optional<String> missing() {
        if (!key.isGiven()) {
            return Optional.of("sternway.notifications.statuspage.key is empty");
        }
        return settings.page().isBlank()
                ? Optional.of("sternway.notifications.statuspage.page is empty")
                : Optional.empty();
    }

    @Override
    public Optional<String> problem() {
        return key.missing();
    }

    @Override
    public Receipt deliver(Letter letter) {
        String id = letter.thread();
        if (id == null && letter.repeated()) {
            id = created(letter).orElse(null);
        }
        String body = incident(letter, id == null).toString();
        Posts.Reply reply = id == null
                ? posts.send(request("/incidents", body))
                : posts.send(request("/incidents/" + id, body).method("PATCH"));
        return new Receipt(id == null ? idIn(reply) : id, reply.excerpt());
    }

    /** Only looks: a test must not be seen by customers. */
    @Override
    public Receipt test(Letter letter) {
        Posts.Reply reply = posts.send(request("", null).method("GET"));
        return new Receipt(settings.page(), reply.excerpt());
    }

    private ObjectNode incident(Letter letter, boolean first) {
        ObjectNode body = json.createObjectNode();
        ObjectNode incident = body.putObject("incident");
        if (first) {
            incident.put("name", name(letter));
            incident.put("impact_override", impact(letter.severity()));
            // So that a lost answer can be found out.
            incident.putObject("metadata").putObject("sternway").put("key", letter.dedup());
        }
        incident.put("status", status(letter.act()));
        incident.put("body", letter.text());
        incident.put("deliver_notifications", settings.deliverNotifications());
        List<String> components = settings.components().getOrDefault(String.valueOf(letter.systemId()), List.of());
        if (!components.isEmpty()) {
            ObjectNode states = incident.putObject("components");
            components.forEach(each -> states.put(each, state(letter)));
            components.forEach(incident.withArray("component_ids")::add);
        }
        return body;
    }

    private Optional<String> created(Letter letter) {
        Posts.Reply reply = posts.send(request("/incidents/unresolved", null).method("GET"));
        for (JsonNode incident : tree(reply)) {
            if (incident.at("/metadata/sternway/key").asText().equals(letter.dedup())) {
                return Optional.of(incident.path("id").asText());
            }
        }
        return Optional.empty();
    }

    private Posts.Request request(String path, String body) {
        String secret = key.read();
        URI address =
                URI.create(settings.address().toString().replaceAll("/+$", "") + "/v1/pages/" + settings.page() + path);
        return Posts.Request.json("Statuspage", address, body, List.of(secret))
                .header("Authorization", "OAuth " + secret);
    }

    private String idIn(Posts.Reply reply) {
        String id = tree(reply).path("id").asText("");
        if (id.isEmpty()) {
            throw NotDelivered.yet("'Statuspage' gave no id: " + reply.excerpt());
        }
        return id;
    }

    private JsonNode tree(Posts.Reply reply) {
        try {
            return json.readTree(reply.body());
        } catch (JsonProcessingException e) {
            throw NotDelivered.yet("'Statuspage' answered something that is not JSON");
        }
    }

    private static String name(Letter letter) {
        String name = letter.subject();
        return name.length() <= LONGEST_NAME ? name : name.substring(0, LONGEST_NAME);
    }

    private static String status(Letter.Act act) {
        return switch (act) {
            case MONITORING -> "monitoring";
            case RESOLVED -> "resolved";
            default -> "identified";
        };
    }

    private static String impact(String severity) {
        return switch (severity == null ? "" : severity) {
            case "CRITICAL" -> "critical";
            case "MINOR" -> "minor";
            default -> "major";
        };
    }

    private static String state(Letter letter) {
        return switch (letter.act()) {
            case MONITORING, RESOLVED -> "operational";
            default -> "CRITICAL".equals(letter.severity()) ? "major_outage" : "partial_outage";
        };
    }
}
