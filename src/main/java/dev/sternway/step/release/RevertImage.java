package dev.sternway.step.release;

import dev.sternway.catalogue.Release.RecordedService;
import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import dev.sternway.step.service.PlannedIdentity;
import dev.sternway.step.service.RecordedReleases;
import dev.sternway.step.service.Replacement;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Puts the container of the recorded release in the failed one's place; the failed one is kept by name. */
@Component
public class RevertImage implements Step {
    private final ContainerHost host;
    private final RecordedReleases releases;

    RevertImage(ContainerHost host, RecordedReleases releases) {
        this.host = host;
        this.releases = releases;
    }

    /** True when the container is on the recorded image with the recorded settings. */
    static boolean isReverted(ContainerHost host, Container container, RecordedService recorded) {
        return container.imageId().equals(recorded.imageId())
                && host.differences(recorded.specification(), host.specification(container.id()))
                        .isEmpty();
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        refuseInfrastructure(service);
        RecordedService recorded = releases.service(task);
        Replacement replacement = Replacement.ofRelease(host, task, service);
        String wanted = "container '" + service.container() + "' runs on image '" + recorded.imageId()
                + "', the failed one is kept";
        Optional<Container> live = replacement.live();
        if (live.isPresent() && isReverted(host, live.get(), recorded)) {
            boolean ran = live.get().running();
            host.start(live.get().id());
            Container proved = proved(service, recorded);
            return described(
                    ran
                            ? StepResult.already(wanted, "it runs on it already")
                            : StepResult.proved(wanted, "it was on it already and was started"),
                    replacement,
                    proved);
        }
        live.ifPresent(container -> PlannedIdentity.requireImage(task, "revertImage", "now", container));
        replacement.takePlace();
        Container proved = proved(service, recorded);
        return described(StepResult.proved(wanted, "replaced and started"), replacement, proved);
    }

    private static void refuseInfrastructure(Service service) {
        if (service.infrastructure()) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "service '" + service.id() + "' is infrastructure and is never reverted",
                    "make a new plan without it.");
        }
    }

    private Container proved(Service service, RecordedService recorded) {
        Container live = host.find(service.container())
                .orElseThrow(() -> new OutsideException("container '" + service.container() + "' vanished"));
        if (!live.imageId().equals(recorded.imageId())) {
            throw new OutsideException("container '" + service.container() + "' is on image '" + live.imageId()
                    + "' instead of '" + recorded.imageId() + "'");
        }
        return live;
    }

    private static StepResult described(StepResult result, Replacement replacement, Container live) {
        return result.with("imageId", live.imageId())
                .with("containerId", live.id())
                .with("kept", replacement.kept().map(Container::name).orElse(null));
    }
}
