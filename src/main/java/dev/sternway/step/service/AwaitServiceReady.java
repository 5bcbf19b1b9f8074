package dev.sternway.step.service;

import dev.sternway.catalogue.Service;
import dev.sternway.port.ContainerHost;
import dev.sternway.port.HttpProbes;
import dev.sternway.step.Pace;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import dev.sternway.step.StepTask;
import java.time.Duration;
import java.time.Instant;
import org.springframework.stereotype.Component;

/** Waits until a started service answers as wanted several times in a row. */
@Component
public class AwaitServiceReady implements Step {
    private final ContainerHost host;
    private final HttpProbes probes;
    private final Pace pace;

    AwaitServiceReady(ContainerHost host, HttpProbes probes, Pace pace) {
        this.host = host;
        this.probes = probes;
        this.pace = pace;
    }

    @Override
    public StepResult run(StepTask task) {
        Service service = task.system().service(task.target());
        Instant start = pace.now();
        String seen = new ReadinessWatch(host, probes, pace, service).await(task.progress());
        long millis = Duration.between(start, pace.now()).toMillis();
        String wanted = service.ready() == null
                ? "container '" + service.container() + "' runs and is healthy"
                : service.ready().http() + " answers 200, " + service.ready().consecutive() + " times in a row";
        return StepResult.proved(wanted, seen + ", after " + millis + " ms").with("millis", millis);
    }
}
