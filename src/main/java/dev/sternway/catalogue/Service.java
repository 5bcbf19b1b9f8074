package dev.sternway.catalogue;

import java.net.URI;
import java.time.Duration;
import java.util.List;

/**
 * A running part of a managed system, today a container.
 *
 * @param container the container's name on its host
 * @param dependsOn services that must be ready before this one starts
 * @param uses stores that this service writes to: it is stopped before one of them is swapped
 * @param infrastructure true for what is never stopped or reverted, a database server for example (S4-08)
 * @param stopGrace how long the container may take to stop before it is killed; default 10 s
 * @param ready how to tell that it is ready, or null when running is enough
 * @param migrationDown the command, run in the container by people, that takes one migration of the schema back; or null
 */
public record Service(
        String id,
        String container,
        List<String> dependsOn,
        List<String> uses,
        boolean infrastructure,
        Duration stopGrace,
        Readiness ready,
        List<String> migrationDown) {

    /** A service that has no migrations of its own. */
    public Service(
            String id,
            String container,
            List<String> dependsOn,
            List<String> uses,
            boolean infrastructure,
            Duration stopGrace,
            Readiness ready) {
        this(id, container, dependsOn, uses, infrastructure, stopGrace, ready, null);
    }

    /**
     * Ready means that the address answers as wanted several times in a row.
     *
     * @param http address that answers 200 when ready
     * @param within give up after this time; default 60 s
     * @param consecutive answers in a row that make it ready; default 2
     * @param version JSON pointer to the running version in the answer, compared with the release's; null to skip
     */
    public record Readiness(URI http, Duration within, int consecutive, String version) {}
}
