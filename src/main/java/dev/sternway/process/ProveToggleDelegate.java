package dev.sternway.process;

import dev.sternway.step.toggle.ProveToggle;
import org.springframework.stereotype.Component;

/** Proves a toggle inside the process and in the behaviour. */
@Component
class ProveToggleDelegate extends StepDelegate {
    ProveToggleDelegate(StepRunner runner, ProveToggle step) {
        super(runner, step);
    }
}
