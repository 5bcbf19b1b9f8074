package dev.sternway.step.service;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.StepTask;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The container that takes a service's place: created beside the live one, which is then kept by name.
 *
 * <p>Nothing is remembered. What the host shows (live, beside, kept, and the labels on them) tells how far an earlier
 * attempt came, so that a crash at any point is followed by the rest and nothing twice.
 */
public final class Replacement {
    private static final String RELEASE = "";
    private static final String TOGGLE = "-toggle";

    private final ContainerHost host;
    private final StepTask task;
    private final Service service;
    private final String besideName;
    private final String suffix;

    private Replacement(ContainerHost host, StepTask task, Service service, String suffix) {
        this.host = host;
        this.task = task;
        this.service = service;
        this.suffix = suffix;
        this.besideName = task.besideName(service.container()) + suffix;
    }

    /** A replacement on another release. */
    public static Replacement ofRelease(ContainerHost host, StepTask task, Service service) {
        return new Replacement(host, task, service, RELEASE);
    }

    /** A replacement on the same image, with variables switched. */
    public static Replacement ofToggle(ContainerHost host, StepTask task, Service service) {
        return new Replacement(host, task, service, TOGGLE);
    }

    public Optional<Container> live() {
        return host.find(service.container());
    }

    public Optional<Container> beside() {
        return host.find(besideName);
    }

    /** The predecessor kept last for this incident. */
    public Optional<Container> kept() {
        return kept(suffix);
    }

    private Optional<Container> kept(String ofSuffix) {
        Optional<Container> newest = Optional.empty();
        for (int number = 1; ; number++) {
            Optional<Container> next = host.find(keptName(ofSuffix, number));
            if (next.isEmpty()) {
                return newest;
            }
            newest = next;
        }
    }

    public String besideName() {
        return besideName;
    }

    /** Refuses when there is neither a live container nor one that an earlier attempt, at any level, kept. */
    public void requirePresent() {
        if (live().isEmpty() && kept(RELEASE).isEmpty() && kept(TOGGLE).isEmpty()) {
            throw new Refusal(
                    ErrorCode.CONTAINER_NOT_FOUND,
                    "container '" + service.container() + "' of service '" + service.id() + "' is not there",
                    "start it, or correct the service's container in the catalogue, then retry the task.");
        }
    }

    /** Refuses when the image is not on the host. */
    public void requireImage(String imageName, String imageId) {
        if (!host.hasImage(imageId)) {
            throw new Refusal(
                    ErrorCode.IMAGE_NOT_PRESENT,
                    "image '" + imageName + "' with id '" + imageId + "' is not present on the container host",
                    "pull it there, then retry the task.");
        }
    }

    /**
     * Creates it beside the live one, or takes what an earlier attempt of the same plan created.
     *
     * @param environment variables that must differ from the specification
     * @return true when it was created now
     * @throws Refusal when a setting would be lost; nothing is left behind then
     */
    public boolean create(String imageId, JsonNode specification, Map<String, String> environment) {
        Optional<Container> present = beside();
        if (present.isPresent()) {
            if (isOfThisPlan(present.get())
                    && present.get().imageId().equals(imageId)
                    && lost(specification, present.get(), environment).isEmpty()) {
                return false;
            }
            removeLeftOver(present.get());
        }
        Map<String, String> labels = Map.of(
                ContainerHost.LABEL_INCIDENT, task.incidentId(),
                ContainerHost.LABEL_PLAN, task.plan().sha256(),
                ContainerHost.LABEL_TARGET, service.id());
        String id = host.create(besideName, imageId, specification, environment, labels);
        List<String> lost = lost(specification, host.find(id).orElseThrow(), environment);
        if (!lost.isEmpty()) {
            host.remove(id);
            throw new Refusal(
                    ErrorCode.CONTAINER_SETTING_LOST,
                    "a new container for service '" + service.id() + "' would not keep: " + String.join("; ", lost),
                    "recreate the container by hand as it was set up, or change what cannot be kept.");
        }
        return true;
    }

    /**
     * Puts it in the live one's place, from wherever an earlier attempt stopped, and starts it.
     *
     * <p>The restart policy of the kept one goes last: until the rename its settings are still needed.
     */
    public void takePlace() {
        Optional<Container> live = live();
        Container beside = beside().filter(this::isOfThisPlan).orElseThrow(this::notPrepared);
        if (live.isPresent()) {
            host.stop(live.get().id(), service.stopGrace());
            host.rename(live.get().id(), freeKeptName());
        }
        for (String each : List.of(RELEASE, TOGGLE)) {
            kept(each).ifPresent(kept -> host.neverRestart(kept.id()));
        }
        host.rename(beside.id(), service.container());
        host.start(beside.id());
    }

    /** Removes what a plan of this incident created and never used. */
    public void removeUnused() {
        beside().filter(this::isOurs).filter(beside -> !beside.running()).ifPresent(beside -> host.remove(beside.id()));
    }

    private Refusal notPrepared() {
        String kept = kept().map(each -> ", its predecessor is kept as '" + each.name() + "'")
                .orElse("");
        return new Refusal(
                ErrorCode.CONTAINER_NOT_FOUND,
                "replacement '" + besideName + "' of service '" + service.id() + "' is not there" + kept,
                "make a new plan, or rename a container to '" + service.container() + "' and start it.");
    }

    private List<String> lost(JsonNode specification, Container created, Map<String, String> environment) {
        List<String> lost = new ArrayList<>(host.differences(specification, host.specification(created.id())));
        environment.forEach((name, value) -> {
            lost.removeIf(path -> path.startsWith("Config.Env." + name + ":"));
            if (!value.equals(created.environment().get(name))) {
                lost.add("Config.Env." + name + ": not switched");
            }
        });
        return lost;
    }

    private void removeLeftOver(Container leftOver) {
        if (!isOurs(leftOver)) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "container '" + leftOver.name() + "' was not created by Sternway and is in the way",
                    "rename or remove it, then retry the task.");
        }
        host.remove(leftOver.id());
    }

    private boolean isOurs(Container container) {
        return container.labels().containsKey(ContainerHost.LABEL_INCIDENT);
    }

    private boolean isOfThisPlan(Container container) {
        return task.incidentId().equals(container.labels().get(ContainerHost.LABEL_INCIDENT))
                && task.plan().sha256().equals(container.labels().get(ContainerHost.LABEL_PLAN));
    }

    private String freeKeptName() {
        int number = 1;
        while (host.find(keptName(suffix, number)).isPresent()) {
            number++;
        }
        return keptName(suffix, number);
    }

    private String keptName(String ofSuffix, int number) {
        String first = task.failedName(service.container()) + ofSuffix;
        return number == 1 ? first : first + "-" + number;
    }
}
