package dev.sternway.port;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * A host that runs containers.
 *
 * <p>Every method names containers by name or id, fails with {@link OutsideException} when the host does not answer or
 * refuses, and changes nothing but what its name says.
 */
public interface ContainerHost {

    /** The label that every container created here carries; differences in {@code dev.sternway.*} labels do not count. */
    String LABEL_PREFIX = "dev.sternway.";

    /** Which incident a container was created for; with plan and target, never part of a specification. */
    String LABEL_INCIDENT = LABEL_PREFIX + "incident";

    /** SHA-256 of the plan that a container was created for. */
    String LABEL_PLAN = LABEL_PREFIX + "plan";

    /** The toggle or service that a container was created for. */
    String LABEL_TARGET = LABEL_PREFIX + "target";

    /**
     * What is known of a container right now.
     *
     * @param health as its own health check says: {@code starting}, {@code healthy}, {@code unhealthy}; null without one
     * @param startedAt the last start; changes when it restarts; null when it never ran
     * @param environment of the container as created, its image's variables included; may hold secrets
     */
    record Container(
            String id,
            String name,
            String imageId,
            String imageName,
            boolean running,
            long exitCode,
            String health,
            Instant startedAt,
            Map<String, String> labels,
            Map<String, String> environment) {

        public Container {
            // Whatever prints them later, in a log or a message, must not pass them on.
            Redaction.know(environment);
            Redaction.know(labels);
        }
    }

    /** What a command in a container printed. */
    record Executed(int exitCode, String output, String errors) {}

    Optional<Container> find(String nameOrId);

    /** All containers, running or not, that carry the label with the value. */
    List<Container> findByLabel(String label, String value);

    /** True when the image is present on the host, so that no pull is needed. */
    boolean hasImage(String imageId);

    /**
     * Keeps an image from being pruned, whether a container runs from it or not; again changes nothing.
     *
     * @param keeper who keeps it, a few lower-case letters and digits
     */
    void keepImage(String imageId, String keeper);

    /** Ids of the images that the keeper keeps. */
    Set<String> keptImages(String keeper);

    /** Lets a kept image go; it stays where somebody else has a name or a container for it. */
    void letImageGo(String imageId, String keeper);

    /** Repository digest of an image where it was pulled from a registry. */
    Optional<String> repositoryDigest(String imageId);

    /**
     * What the user had set on a container: its inspect minus its image's own configuration; anonymous volumes are in
     * it by name, networks with their aliases. May hold secrets.
     */
    JsonNode specification(String nameOrId);

    /**
     * Creates, and does not start, a container from an image and a specification.
     *
     * @param environment variables that replace or add to the specification's
     * @param labels added to the specification's, keys begin with {@link #LABEL_PREFIX}
     * @return the new container's id
     * @throws Refusal when a volume or network of the specification is gone; nothing was created then
     */
    String create(
            String name,
            String imageId,
            JsonNode specification,
            Map<String, String> environment,
            Map<String, String> labels);

    /**
     * JSON paths, with both values, in which two specifications differ; {@code dev.sternway.*} labels do not count and
     * values of environment variables are not shown: {@code Config.Env.NAME: another value}.
     */
    List<String> differences(JsonNode wanted, JsonNode seen);

    /** Names of the volumes in a specification, anonymous ones too, by the path where each is mounted. */
    Map<String, String> volumes(JsonNode specification);

    /** Starts it; does nothing when it runs already. */
    void start(String nameOrId);

    /** Stops it, killing it after the grace; does nothing when it is stopped already. */
    void stop(String nameOrId, Duration grace);

    void rename(String nameOrId, String newName);

    /** Switches restarts off, so that a kept container never comes back by itself. */
    void neverRestart(String nameOrId);

    /** Removes a container that is not running; its volumes stay. */
    void remove(String nameOrId);

    /**
     * Runs a command in a running container. No secret may be in the command or the environment.
     *
     * @throws OutsideException when it does not end within the limit
     */
    Executed execute(String nameOrId, List<String> command, Map<String, String> environment, Duration limit);

    /** Runs a command in a running container and writes what it prints to a file; errors as in {@link #execute}. */
    Executed executeToFile(
            String nameOrId, List<String> command, Map<String, String> environment, Path output, Duration limit);

    /** Copies a file into a running container, with mode 0600 and the given owner. */
    void copyIn(String nameOrId, Path file, String targetPath, int ownerUid);

    /** The last lines of a container's log, oldest first, both streams. */
    List<String> logs(String nameOrId, int lines);
}
