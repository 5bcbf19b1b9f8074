package dev.sternway.plan;

import static dev.sternway.plan.PlanSteps.ready;
import static dev.sternway.plan.PlanSteps.step;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Release;
import dev.sternway.catalogue.Service;
import dev.sternway.catalogue.StartOrder;
import dev.sternway.plan.Plan.PlanStep;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The services as they run, against what a release recorded of them. */
final class RecordedServices {
    private final ContainerHost host;

    RecordedServices(ContainerHost host) {
        this.host = host;
    }

    /** The services within reach that do not run as the release recorded them, in start order. */
    List<Service> changed(ManagedSystem system, Release release, Reach reach) {
        return StartOrder.inStartOrder(system).stream()
                .filter(service -> !service.infrastructure() && reach.changes(service))
                .filter(service -> differs(service, recorded(service, release)))
                .toList();
    }

    /**
     * The services themselves and all that depend on one of them, in start order: a service must not meet the one it
     * needs half way, nor hold on to where it was.
     */
    static List<Service> withDependents(ManagedSystem system, List<Service> changed, List<Service> users) {
        Set<String> ids = new HashSet<>();
        changed.forEach(service -> ids.add(service.id()));
        users.forEach(service -> ids.add(service.id()));
        List<Service> all = new ArrayList<>();
        for (Service service : StartOrder.inStartOrder(system)) {
            if (!service.infrastructure()
                    && (ids.contains(service.id())
                            || service.dependsOn().stream().anyMatch(ids::contains))) {
                ids.add(service.id());
                all.add(service);
            }
        }
        return all;
    }

    /** True when the service runs as the release recorded it. */
    boolean runsAs(Service service, Release release) {
        Release.RecordedService recorded = release.services().get(service.id());
        return recorded != null && !differs(service, recorded);
    }

    private boolean differs(Service service, Release.RecordedService recorded) {
        Container container = container(service);
        return !container.imageId().equals(recorded.imageId())
                || !host.differences(recorded.specification(), host.specification(service.container()))
                        .isEmpty();
    }

    private static Release.RecordedService recorded(Service service, Release release) {
        Release.RecordedService recorded = release.services().get(service.id());
        if (recorded == null) {
            throw new Refusal(
                    ErrorCode.NO_RELEASE,
                    "release '" + release.id() + "' did not record service '" + service.id() + "'",
                    "record a release after the catalogue has changed, or roll back by hand.");
        }
        return recorded;
    }

    Container container(Service service) {
        return host.find(service.container())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.CONTAINER_NOT_FOUND,
                        "container '" + service.container() + "' of service '" + service.id() + "' is not there",
                        "create it again, or correct its name in the catalogue."));
    }

    PlanStep replacement(Service service, Release release) {
        Release.RecordedService recorded = recorded(service, release);
        if (!host.hasImage(recorded.imageId())) {
            throw new Refusal(
                    ErrorCode.IMAGE_NOT_PRESENT,
                    "image '" + recorded.imageName() + "' (" + recorded.imageId() + ") of release '" + release.id()
                            + "' is not present on the host",
                    "pull or load it there, then choose 'this level again'.");
        }
        Container container = container(service);
        List<String> differences = host.differences(recorded.specification(), host.specification(service.container()));
        return step(
                "createReplacement",
                service.id(),
                "image '" + container.imageName() + "' " + shortId(container.imageId())
                        + (differences.isEmpty() ? "" : ", settings differ: " + String.join(", ", differences)),
                "image '" + recorded.imageName() + "' " + shortId(recorded.imageId())
                        + ", settings as recorded, beside, not started",
                Duration.ofSeconds(1),
                Duration.ZERO,
                Map.of("now", container.imageId(), "after", recorded.imageId()));
    }

    /** On the release, where the reach is to change the service; else as it was before it was stopped. */
    List<PlanStep> startAgain(Service service, Release release, Reach reach) {
        return reach.changes(service) ? revert(service, release) : start(service);
    }

    private List<PlanStep> start(Service service) {
        Container container = container(service);
        return List.of(
                step(
                        "startService",
                        service.id(),
                        "stopped",
                        "runs again on image '" + container.imageName() + "' " + shortId(container.imageId()),
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Map.of("imageId", container.imageId())),
                ready(service));
    }

    private List<PlanStep> revert(Service service, Release release) {
        Release.RecordedService recorded = recorded(service, release);
        return List.of(
                step(
                        "revertImage",
                        service.id(),
                        "'" + service.container() + "' is the failed container",
                        "'" + service.container() + "' is release " + release.version() + "; the failed one is kept",
                        Duration.ofSeconds(1),
                        Duration.ofSeconds(10),
                        Map.of("now", container(service).imageId(), "after", recorded.imageId())),
                ready(service),
                step(
                        "proveService",
                        service.id(),
                        "not proved",
                        "image id, version " + release.version() + " and settings as recorded",
                        Duration.ofSeconds(1),
                        Duration.ZERO,
                        Map.of("after", recorded.imageId())));
    }

    private static String shortId(String imageId) {
        return imageId.substring(0, Math.min(19, imageId.length()));
    }
}
