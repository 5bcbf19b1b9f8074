package dev.sternway.process;

import dev.sternway.step.service.StopService;
import org.springframework.stereotype.Component;

/** Stops a service within its grace. */
@Component
class StopServiceWorker extends StepWorker {
    StopServiceWorker(StepRunner runner, StopService step) {
        super(runner, step);
    }
}
