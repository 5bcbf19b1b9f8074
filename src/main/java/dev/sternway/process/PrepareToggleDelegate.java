package dev.sternway.process;

import dev.sternway.step.toggle.PrepareToggle;
import org.springframework.stereotype.Component;

/** Creates a container with switched variables beside the running one. */
@Component
class PrepareToggleDelegate extends StepDelegate {
    PrepareToggleDelegate(StepRunner runner, PrepareToggle step) {
        super(runner, step);
    }
}
