package dev.sternway.adapter.etcd;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;

/**
 * Speaks to one etcd over the JSON gateway that every etcd serves on its client port: five calls, for which a client library
 * would bring gRPC and Netty along.
 */
final class EtcdClient {
    /** etcd's own code for a revision that was compacted away. */
    private static final int OUT_OF_RANGE = 11;

    private static final Duration CONNECT = Duration.ofSeconds(2);
    private static final Duration ANSWER = Duration.ofSeconds(10);
    private static final int PAGE = 512;
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http;
    private final URI address;
    private final String user;
    private final Supplier<String> password;
    private String token;

    /**
     * @param http see {@link #http}
     * @param user null when etcd asks for nobody
     * @param password read when it is needed
     */
    EtcdClient(HttpClient http, URI address, String user, Supplier<String> password) {
        this.http = http;
        this.address = address;
        this.user = user;
        this.password = password;
    }

    /** No redirects and no proxy: what stands at the address itself must answer. */
    static HttpClient.Builder http() {
        return HttpClient.newBuilder()
                .connectTimeout(CONNECT)
                .followRedirects(HttpClient.Redirect.NEVER)
                .proxy(HttpClient.Builder.NO_PROXY)
                .version(HttpClient.Version.HTTP_1_1);
    }

    /** etcd refused what it was asked; the message is its own. */
    static final class Refused extends OutsideException {
        private static final long serialVersionUID = 1L;

        private final int code;

        Refused(String message, int code) {
            super(message);
            this.code = code;
        }

        boolean isCompacted() {
            return code == OUT_OF_RANGE;
        }
    }

    /** @param dbBytes of the whole cluster's database; @param alarms what is wrong with the cluster */
    record Status(String version, String cluster, long dbBytes, List<String> alarms) {}

    Status status() {
        JsonNode answer = call("/v3/maintenance/status", JsonNodeFactory.instance.objectNode());
        List<String> alarms = new ArrayList<>();
        answer.path("errors").forEach(each -> alarms.add(each.asText()));
        return new Status(
                answer.path("version").asText(),
                answer.path("header").path("cluster_id").asText(),
                answer.path("dbSize").asLong(),
                alarms);
    }

    /**
     * Reads a range at one revision, in as many pages as it takes.
     *
     * @param end the first key that is not in it any more
     * @throws Refused when the revision was compacted away between two pages
     */
    Range range(Key from, Key end) {
        List<Item> items = new ArrayList<>();
        long revision = 0;
        String cluster = null;
        int limit = PAGE;
        Key at = from;
        while (true) {
            ObjectNode body = JsonNodeFactory.instance
                    .objectNode()
                    .put("key", at.base64())
                    .put("range_end", end.base64())
                    .put("limit", limit);
            if (revision > 0) {
                body.put("revision", Long.toString(revision));
            }
            JsonNode answer;
            try {
                answer = call("/v3/kv/range", body);
            } catch (WholeBody.TooLong e) {
                if (limit == 1) {
                    throw new OutsideException("etcd at " + address + " has a value that is too large to be read", e);
                }
                // Large values: fewer of them at once.
                limit = Math.max(1, limit / 8);
                continue;
            }
            if (revision == 0) {
                revision = answer.path("header").path("revision").asLong();
                cluster = answer.path("header").path("cluster_id").asText();
            }
            for (JsonNode each : answer.path("kvs")) {
                items.add(item(each));
            }
            if (!answer.path("more").asBoolean() || answer.path("kvs").isEmpty()) {
                return new Range(cluster, revision, items);
            }
            at = items.get(items.size() - 1).key().next();
        }
    }

    /** What a range held at one revision. */
    record Range(String cluster, long revision, List<Item> items) {}

    Range prefix(Key prefix) {
        return range(prefix, prefix.endOfPrefix());
    }

    Range key(Key key) {
        return range(key, key.next());
    }

    static Item item(JsonNode kv) {
        return new Item(
                Key.ofBase64(kv.path("key").asText()),
                kv.path("value").asText(),
                kv.path("mod_revision").asLong(),
                kv.path("lease").asLong() != 0);
    }

    /** Does the transaction. */
    Done commit(Txn txn) {
        JsonNode answer = call("/v3/kv/txn", txn.body());
        return new Done(
                answer.path("succeeded").asBoolean(),
                answer.path("header").path("revision").asLong());
    }

    /** @param succeeded false when a comparison did not hold: nothing was done then */
    record Done(boolean succeeded, long revision) {}

    JsonNode call(String path, ObjectNode body) {
        if (token == null && user != null) {
            token = authenticate();
        }
        try {
            return send(path, body);
        } catch (Refused e) {
            if (user == null || !e.getMessage().contains("auth token")) {
                throw e;
            }
            // It runs out when it is not used for some minutes, and with a restart of etcd.
            token = authenticate();
            return send(path, body);
        }
    }

    private String authenticate() {
        try {
            return send(
                            "/v3/auth/authenticate",
                            JsonNodeFactory.instance
                                    .objectNode()
                                    .put("name", user)
                                    .put("password", password.get()))
                    .path("token")
                    .asText();
        } catch (Refused e) {
            if (e.getMessage().contains("authentication is not enabled")) {
                return "";
            }
            throw e;
        }
    }

    private JsonNode send(String path, ObjectNode body) {
        HttpRequest.Builder request = HttpRequest.newBuilder(address.resolve(path))
                .header("Content-Type", "application/json")
                .POST(HttpRequest.BodyPublishers.ofString(body.toString()));
        if (token != null && !token.isEmpty()) {
            request.header("Authorization", token);
        }
        HttpResponse<String> response = exchange(request.build());
        JsonNode answer = parse(response.body());
        if (response.statusCode() != 200 || answer.has("error")) {
            String said = answer.path("message").asText(answer.path("error").asText());
            throw new Refused(
                    "etcd at " + address + " answered " + response.statusCode() + ": "
                            + (said.isEmpty() ? "nothing that explains it" : said),
                    answer.path("code").asInt());
        }
        return answer;
    }

    private JsonNode parse(String text) {
        try {
            JsonNode answer = JSON.readTree(text);
            return answer.isObject() ? answer : JsonNodeFactory.instance.objectNode();
        } catch (JsonProcessingException e) {
            // What was said is not repeated: it may hold values.
            throw new OutsideException("what answers at " + address + " is no etcd: its answer is no JSON");
        }
    }

    private HttpResponse<String> exchange(HttpRequest request) {
        Duration time = TimeLimit.atMost(ANSWER);
        CompletableFuture<HttpResponse<String>> answer = http.sendAsync(request, headers -> new WholeBody());
        try {
            return answer.get(time.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            answer.cancel(true);
            throw new OutsideException("etcd at " + address + " did not answer within " + time.toMillis() + " ms", e);
        } catch (ExecutionException e) {
            if (WholeBody.tooLong(e.getCause())) {
                throw new WholeBody.TooLong();
            }
            throw new OutsideException("etcd at " + address + " did not answer: " + reason(e.getCause()), e.getCause());
        } catch (InterruptedException e) {
            answer.cancel(true);
            Thread.currentThread().interrupt();
            throw new OutsideException("interrupted while etcd at " + address + " was asked", e);
        }
    }

    private static String reason(Throwable cause) {
        String name = cause.getClass().getSimpleName();
        return cause.getMessage() == null ? name : name + " " + cause.getMessage();
    }
}
