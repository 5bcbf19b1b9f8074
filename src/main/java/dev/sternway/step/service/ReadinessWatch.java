package dev.sternway.step.service;

import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.DataStore;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.HttpProbes;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Redaction;
import dev.sternway.port.Refusal;
import dev.sternway.step.Pace;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Set;

/** One look after another at a service that starts, until it is ready or cannot become so. */
final class ReadinessWatch {
    static final Duration WITHIN = Duration.ofSeconds(60);
    private static final Duration INTERVAL = Duration.ofMillis(200);
    private static final int CONSECUTIVE = 2;
    private static final int RESTARTS = 3;
    private static final int LOG_LINES = 10;
    private static final int LINE_LENGTH = 200;

    private final ContainerHost host;
    private final HttpProbes probes;
    private final Pace pace;
    private final Service service;

    private int good;
    private int restarts;
    private Instant lastStart;
    private String seen = "not looked at yet";

    ReadinessWatch(ContainerHost host, HttpProbes probes, Pace pace, Service service) {
        this.host = host;
        this.probes = probes;
        this.pace = pace;
        this.service = service;
    }

    /**
     * Waits until it is ready.
     *
     * @return what was seen
     * @throws Refusal when it exits, keeps restarting, or takes too long
     */
    String await(DataStore.Progress progress) {
        Duration within = service.ready() == null ? WITHIN : service.ready().within();
        int needed = service.ready() == null ? CONSECUTIVE : service.ready().consecutive();
        Instant start = pace.now();
        while (true) {
            good = look() ? good + 1 : 0;
            Duration waited = Duration.between(start, pace.now());
            if (good >= needed) {
                return seen + ", " + good + " times in a row";
            }
            if (waited.compareTo(within) >= 0) {
                throw notReady("was not ready within " + within);
            }
            progress.report((int) (waited.toMillis() * 100 / within.toMillis()), seen);
            pace.pause(INTERVAL);
        }
    }

    private boolean look() {
        Container container =
                host.find(service.container()).orElseThrow(() -> notReady("has lost its container while starting"));
        if (!container.running()) {
            seen = "the container exited with code " + container.exitCode();
            throw notReady("did not stay up");
        }
        if (lastStart != null && !lastStart.equals(container.startedAt())) {
            good = 0;
            if (++restarts >= RESTARTS) {
                throw notReady("keeps restarting");
            }
        }
        lastStart = container.startedAt();
        return service.ready() == null ? isHealthy(container) : answers();
    }

    private boolean isHealthy(Container container) {
        seen = container.health() == null
                ? "the container runs; it has no health check"
                : "the container's health is '" + container.health() + "'";
        return container.health() == null || container.health().equals("healthy");
    }

    private boolean answers() {
        try {
            HttpProbes.Answer answer = probes.get(service.ready().http());
            seen = service.ready().http() + " answers " + answer.status();
            return answer.status() == 200;
        } catch (OutsideException e) {
            seen = e.getMessage();
            return false;
        }
    }

    private Refusal notReady(String what) {
        return new Refusal(
                ErrorCode.SERVICE_NOT_READY,
                "service '" + service.id() + "' " + what + "; last seen: " + seen,
                "look at the log of container '" + service.container() + "', then retry the task or go a level on.",
                log());
    }

    private String log() {
        try {
            List<String> lines = host.logs(service.container(), LOG_LINES);
            // Whatever the service was given may be in what it prints.
            Set<String> given = host.find(service.container())
                    .map(container -> Set.copyOf(container.environment().values()))
                    .orElse(Set.of());
            StringBuilder text = new StringBuilder();
            lines.stream()
                    .map(line -> Redaction.of(line, given))
                    .forEach(line -> text.append("\n")
                            .append(line.length() > LINE_LENGTH ? line.substring(0, LINE_LENGTH) + "…" : line));
            return text.isEmpty() ? "none" : text.substring(1);
        } catch (RuntimeException e) {
            return "cannot be read, " + e.getMessage();
        }
    }
}
