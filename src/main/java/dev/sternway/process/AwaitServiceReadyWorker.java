package dev.sternway.process;

import dev.sternway.step.service.AwaitServiceReady;
import org.springframework.stereotype.Component;

/** Waits until a service answers several times in a row. */
@Component
class AwaitServiceReadyWorker extends StepWorker {
    AwaitServiceReadyWorker(StepRunner runner, AwaitServiceReady step) {
        super(runner, step);
    }
}
