package dev.sternway.step.service;

import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.ContainerHost.Container;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Stops a service's container within its grace; never one of the infrastructure. */
@Component
public class StopService implements Step {
    private static final long KILLED = 137;

    private final ContainerHost host;

    StopService(ContainerHost host) {
        this.host = host;
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        String wanted = "container '" + service.container() + "' does not run";
        if (service.infrastructure()) {
            throw new Refusal(
                    ErrorCode.PLAN_OBSTACLE,
                    "service '" + service.id() + "' is infrastructure and is never stopped",
                    "make a new plan without it.");
        }
        Optional<Container> live = host.find(service.container());
        if (live.isEmpty()) {
            // Between two renames of an earlier attempt nothing has the name.
            Replacement.ofRelease(host, task, service).requirePresent();
            return StepResult.already(wanted, "no container has the name now");
        }
        if (!live.get().running()) {
            return StepResult.already(wanted, "it was stopped already");
        }
        long start = System.nanoTime();
        task.progress().report(0, "stopping '" + service.container() + "'");
        host.stop(live.get().id(), service.stopGrace());
        Container stopped = host.find(live.get().id())
                .orElseThrow(
                        () -> new OutsideException("container '" + service.container() + "' vanished while stopping"));
        if (stopped.running()) {
            throw new OutsideException("container '" + service.container() + "' still runs after its stop");
        }
        long millis = Duration.ofNanos(System.nanoTime() - start).toMillis();
        String how = stopped.exitCode() == KILLED ? "killed after its grace of " + service.stopGrace() : "stopped";
        return StepResult.proved(wanted, how + " in " + millis + " ms, exit code " + stopped.exitCode())
                .with("millis", millis)
                .with("exitCode", stopped.exitCode());
    }
}
