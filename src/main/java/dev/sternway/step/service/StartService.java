package dev.sternway.step.service;

import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import org.springframework.stereotype.Component;

/** Starts the container that a service has. */
@Component
public class StartService implements Step {
    private final ContainerHost host;

    StartService(ContainerHost host) {
        this.host = host;
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        String wanted = "container '" + service.container() + "' runs";
        Container live = host.find(service.container())
                .orElseThrow(() -> new Refusal(
                        ErrorCode.CONTAINER_NOT_FOUND,
                        "container '" + service.container() + "' of service '" + service.id() + "' is not there",
                        "start it, or correct the service's container in the catalogue, then retry the task."));
        if (live.running()) {
            return StepResult.already(wanted, "it runs since " + live.startedAt());
        }
        host.start(live.id());
        Container started = host.find(live.id()).orElse(live);
        return StepResult.proved(wanted, "started at " + started.startedAt()).with("imageId", started.imageId());
    }
}
