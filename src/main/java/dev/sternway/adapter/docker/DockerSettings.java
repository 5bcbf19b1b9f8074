package dev.sternway.adapter.docker;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * Where the Docker engine is and how long it may take to answer.
 *
 * @param host address of the engine; default: environment variable {@code DOCKER_HOST}, else the local socket
 * @param connectTimeout to open a connection; default 5 s
 * @param responseTimeout for an answer, streams excepted; default 60 s
 */
@ConfigurationProperties("sternway.docker")
record DockerSettings(
        @DefaultValue("") String host,
        @DefaultValue("5s") Duration connectTimeout,
        @DefaultValue("60s") Duration responseTimeout) {
    private static final String LOCAL_SOCKET = "unix:///var/run/docker.sock";

    DockerSettings {
        if (host.isBlank()) {
            String fromEnvironment = System.getenv("DOCKER_HOST");
            host = fromEnvironment == null || fromEnvironment.isBlank() ? LOCAL_SOCKET : fromEnvironment;
        }
    }
}
