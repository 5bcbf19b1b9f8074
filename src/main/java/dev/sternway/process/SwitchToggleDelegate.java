package dev.sternway.process;

import dev.sternway.step.toggle.SwitchToggle;
import org.springframework.stereotype.Component;

/** Puts the switched container in the place of the running one. */
@Component
class SwitchToggleDelegate extends StepDelegate {
    SwitchToggleDelegate(StepRunner runner, SwitchToggle step) {
        super(runner, step);
    }
}
