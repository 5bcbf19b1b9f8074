package dev.sternway.adapter.docker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient.Request;
import com.github.dockerjava.transport.DockerHttpClient.Request.Method;
import dev.sternway.port.OutsideException;
import dev.sternway.port.TimeLimit;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The connection to one Docker engine, on an agreed API version: calls that answer in JSON, and a client for streams.
 *
 * <p>Connects at the first use, so that Sternway starts while the engine is away.
 */
final class DockerEngine implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
    private static final ObjectMapper MAPPER = new ObjectMapper();
    private static final int CONNECTIONS = 50;

    private final DockerSettings settings;
    private final DefaultDockerClientConfig defaults;
    private final DockerHttpClient calls;
    private final DockerHttpClient streams;
    /** For calls whose time is limited otherwise, by whole seconds. */
    private final Map<Long, DockerHttpClient> limited = new ConcurrentHashMap<>();

    private volatile ApiVersion version;
    private DockerClient client;

    DockerEngine(DockerSettings settings) {
        this.settings = settings;
        this.defaults = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withDockerHost(settings.host())
                .build();
        this.calls = http(settings.connectTimeout(), settings.responseTimeout());
        this.streams = http(settings.connectTimeout(), null);
    }

    /** What came back; a status of 400 and above is an answer too. */
    record Answer(int status, JsonNode body) {}

    ApiVersion version() {
        if (version == null) {
            connect();
        }
        return version;
    }

    /** For what streams: its connections have no time limit, the caller sets one. */
    synchronized DockerClient client() {
        version();
        if (client == null) {
            client = DockerClientImpl.getInstance(
                    DefaultDockerClientConfig.createDefaultConfigBuilder()
                            .withDockerHost(settings.host())
                            .withApiVersion(version.toString())
                            .build(),
                    streams);
        }
        return client;
    }

    Answer call(Method method, String path) {
        return call(method, path, (JsonNode) null);
    }

    /**
     * Calls the engine.
     *
     * @param body sent as JSON, or null
     * @throws OutsideException when the engine does not answer
     */
    Answer call(Method method, String path, JsonNode body) {
        return send(answeringWithin(settings.responseTimeout()), method, "/v" + version() + path, body);
    }

    /** A call that may take longer than others, such as a stop with its grace. */
    Answer call(Method method, String path, Duration atMost) {
        if (atMost.compareTo(settings.responseTimeout()) <= 0) {
            return call(method, path);
        }
        return send(answeringWithin(atMost), method, "/v" + version() + path, null);
    }

    /** A client that gives up in time, and so earlier when the work of this thread must end earlier. */
    private DockerHttpClient answeringWithin(Duration wanted) {
        Duration time = TimeLimit.atMost(wanted);
        if (time.equals(settings.responseTimeout())) {
            return calls;
        }
        return limited.computeIfAbsent(time.toSeconds() + 1, seconds -> {
            Duration whole = Duration.ofSeconds(seconds);
            Duration connect = settings.connectTimeout();
            return http(connect.compareTo(whole) < 0 ? connect : whole, whole);
        });
    }

    /** Sends a stream of unknown length, such as an archive. */
    Answer upload(String path, InputStream content) {
        Request request = Request.builder()
                .method(Method.PUT)
                .path("/v" + version() + path)
                .putHeader("Content-Type", "application/x-tar")
                .body(content)
                .build();
        return execute(answeringWithin(settings.responseTimeout()), request);
    }

    private synchronized void connect() {
        if (version != null) {
            return;
        }
        // Without a version in the path: any engine answers it.
        JsonNode answer = send(answeringWithin(settings.responseTimeout()), Method.GET, "/version", null)
                .body();
        ApiVersion newest = ApiVersion.parse(answer.path("ApiVersion").asText("1.0"));
        ApiVersion oldest = ApiVersion.parse(answer.path("MinAPIVersion").asText("1.0"));
        version = ApiVersion.agree(settings.host(), oldest, newest);
        LOG.info(
                "Docker engine {} at {}: API {} (it speaks {} to {})",
                answer.path("Version").asText(),
                settings.host(),
                version,
                oldest,
                newest);
    }

    private Answer send(DockerHttpClient http, Method method, String path, JsonNode body) {
        Request.Builder request = Request.builder().method(method).path(path);
        if (body != null) {
            request.putHeader("Content-Type", "application/json").bodyBytes(bytes(body));
        }
        return execute(http, request.build());
    }

    private Answer execute(DockerHttpClient http, Request request) {
        try (DockerHttpClient.Response response = http.execute(request)) {
            byte[] content = response.getBody().readAllBytes();
            return new Answer(response.getStatusCode(), parse(content));
        } catch (IOException | RuntimeException e) {
            throw away(e);
        }
    }

    private OutsideException away(Exception cause) {
        Throwable root = cause;
        while (root.getCause() != null) {
            root = root.getCause();
        }
        return new OutsideException(
                "docker engine at '" + settings.host() + "' does not answer: " + root.getMessage(), cause);
    }

    private DockerHttpClient http(Duration connectTimeout, Duration responseTimeout) {
        return new ApacheDockerHttpClient.Builder()
                .dockerHost(defaults.getDockerHost())
                .sslConfig(defaults.getSSLConfig())
                .maxConnections(CONNECTIONS)
                .connectionTimeout(connectTimeout)
                .responseTimeout(responseTimeout)
                .build();
    }

    private static byte[] bytes(JsonNode body) {
        try {
            return MAPPER.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static JsonNode parse(byte[] content) throws IOException {
        try {
            return content.length == 0 ? MissingNode.getInstance() : MAPPER.readTree(content);
        } catch (JsonProcessingException e) {
            return MAPPER.createObjectNode().put("message", new String(content, StandardCharsets.UTF_8).strip());
        }
    }

    @Override
    public void close() throws IOException {
        calls.close();
        streams.close();
        for (DockerHttpClient each : limited.values()) {
            each.close();
        }
    }
}
