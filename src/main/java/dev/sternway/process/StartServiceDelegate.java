package dev.sternway.process;

import dev.sternway.step.service.StartService;
import org.springframework.stereotype.Component;

/** Starts the container that is there. */
@Component
class StartServiceDelegate extends StepDelegate {
    StartServiceDelegate(StepRunner runner, StartService step) {
        super(runner, step);
    }
}
