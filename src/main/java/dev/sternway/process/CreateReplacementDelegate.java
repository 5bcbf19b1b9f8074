package dev.sternway.process;

import dev.sternway.step.release.CreateReplacement;
import org.springframework.stereotype.Component;

/** Creates the replacement of a container beside it. */
@Component
class CreateReplacementDelegate extends StepDelegate {
    CreateReplacementDelegate(StepRunner runner, CreateReplacement step) {
        super(runner, step);
    }
}
