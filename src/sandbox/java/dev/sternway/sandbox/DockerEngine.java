package dev.sternway.sandbox;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.core.RemoteApiVersion;
import com.github.dockerjava.httpclient5.ApacheDockerHttpClient;
import com.github.dockerjava.transport.DockerHttpClient;
import java.io.IOException;
import java.time.Duration;

/** The way to the Docker engine that {@code DOCKER_HOST} or the standard socket names. */
public final class DockerEngine {
    private static final RemoteApiVersion NEWEST_KNOWN = RemoteApiVersion.create(1, 44);

    private DockerEngine() {}

    /**
     * A client that speaks a version of the API that the engine knows.
     *
     * @throws IllegalStateException when no engine answers
     */
    public static DockerClient connect() {
        DefaultDockerClientConfig config =
                DefaultDockerClientConfig.createDefaultConfigBuilder().build();
        DockerHttpClient http = new ApacheDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .sslConfig(config.getSSLConfig())
                .connectionTimeout(Duration.ofSeconds(5))
                .responseTimeout(Duration.ofMinutes(3))
                .build();
        RemoteApiVersion offered = offered(http);
        DefaultDockerClientConfig versioned = DefaultDockerClientConfig.createDefaultConfigBuilder()
                .withApiVersion(offered.isGreater(NEWEST_KNOWN) ? NEWEST_KNOWN : offered)
                .build();
        return DockerClientImpl.getInstance(versioned, http);
    }

    /** Asked without a version in the path: docker-java's own default is too new for older engines. */
    private static RemoteApiVersion offered(DockerHttpClient http) {
        DockerHttpClient.Request request = DockerHttpClient.Request.builder()
                .method(DockerHttpClient.Request.Method.GET)
                .path("/version")
                .build();
        try (DockerHttpClient.Response response = http.execute(request)) {
            return RemoteApiVersion.parseConfig(new ObjectMapper()
                    .readTree(response.getBody())
                    .path("ApiVersion")
                    .asText());
        } catch (IOException | RuntimeException e) {
            throw new IllegalStateException("no Docker engine answers: run src/sandbox/setup.sh docker", e);
        }
    }
}
