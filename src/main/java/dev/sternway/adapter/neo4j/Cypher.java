package dev.sternway.adapter.neo4j;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.adapter.http.Posts;
import dev.sternway.catalogue.Secrets;
import dev.sternway.catalogue.Store;
import dev.sternway.port.NotDelivered;
import dev.sternway.port.OutsideException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Asks a running server over its HTTP interface, which needs no driver. */
final class Cypher {
    /** What all nodes are counted as, whatever their labels. */
    static final String NODES = "(nodes)";

    private static final ObjectMapper JSON = new ObjectMapper();

    private final Posts posts;
    private final Store store;
    private final Secrets secrets;

    Cypher(Posts posts, Store store, Secrets secrets) {
        this.posts = posts;
        this.store = store;
        this.secrets = secrets;
    }

    /** The server's version; it answers as soon as it can be asked anything. */
    String version() {
        String version = send("GET", "/", null).path("neo4j_version").asText();
        if (version.isEmpty()) {
            throw new OutsideException("what answers at " + store.host() + ":" + store.port() + " is no Neo4j");
        }
        return version;
    }

    /** The first value that the question gives, as text; null when it gives none. Nothing can be written by it. */
    String value(String question) {
        return values(List.of(question)).get(0);
    }

    /** How many nodes there are, by label, and relationships, by type: the server keeps these figures. */
    Map<String, Long> counts() {
        List<String> names = new ArrayList<>(List.of(NODES));
        List<String> questions = new ArrayList<>(List.of("match (n) return count(n)"));
        for (String label : column("call db.labels() yield label return label order by label")) {
            names.add(":" + label);
            questions.add("match (n:" + quoted(label) + ") return count(n)");
        }
        for (String type :
                column("call db.relationshipTypes() yield relationshipType return relationshipType order by 1")) {
            names.add("-[:" + type + "]->");
            questions.add("match ()-[r:" + quoted(type) + "]->() return count(r)");
        }
        List<String> answers = values(questions);
        Map<String, Long> counts = new TreeMap<>();
        for (int i = 0; i < names.size(); i++) {
            long count = Long.parseLong(answers.get(i));
            // A label that no node has any more is remembered for ever.
            if (count > 0 || i == 0) {
                counts.put(names.get(i), count);
            }
        }
        return counts;
    }

    private static String quoted(String name) {
        return '`' + name.replace("`", "``") + '`';
    }

    private List<String> column(String question) {
        List<String> values = new ArrayList<>();
        ask(List.of(question))
                .path(0)
                .path("data")
                .forEach(row -> values.add(row.path("row").path(0).asText()));
        return values;
    }

    private List<String> values(List<String> questions) {
        List<String> values = new ArrayList<>();
        for (JsonNode result : ask(questions)) {
            JsonNode value = result.path("data").path(0).path("row").path(0);
            values.add(
                    value.isMissingNode() || value.isNull()
                            ? null
                            : value.isValueNode() ? value.asText() : value.toString());
        }
        if (values.size() != questions.size()) {
            throw new OutsideException("Neo4j of store '" + store.id() + "' answered " + values.size() + " of "
                    + questions.size() + " questions");
        }
        return values;
    }

    private JsonNode ask(List<String> questions) {
        ObjectNode body = JsonNodeFactory.instance.objectNode();
        ArrayNode statements = body.putArray("statements");
        questions.forEach(question -> statements.addObject().put("statement", question));
        JsonNode answer = send("POST", "/db/" + store.database() + "/tx/commit", body.toString());
        JsonNode error = answer.path("errors").path(0);
        if (!error.isMissingNode()) {
            throw new OutsideException("Neo4j of store '" + store.id() + "' answered "
                    + error.path("code").asText() + ": "
                    + Posts.excerpt(error.path("message").asText(), List.of()));
        }
        return answer.path("results");
    }

    private JsonNode send(String method, String path, String body) {
        String password = secrets.resolve(store.password());
        String account =
                Base64.getEncoder().encodeToString((store.user() + ":" + password).getBytes(StandardCharsets.UTF_8));
        Posts.Request request = Posts.Request.json(
                        "Neo4j at " + store.host() + ":" + store.port(),
                        URI.create("http://" + store.host() + ":" + store.port() + path),
                        body,
                        List.of(password))
                .method(method)
                .header("Authorization", "Basic " + account)
                .header("Access-Mode", "READ");
        try {
            Posts.Reply reply = posts.send(request);
            return JSON.readTree(reply.body());
        } catch (NotDelivered e) {
            throw new OutsideException(e.getMessage(), e);
        } catch (JsonProcessingException e) {
            throw new OutsideException(
                    "what answers at " + store.host() + ":" + store.port() + " is no Neo4j: its answer is no JSON");
        }
    }
}
