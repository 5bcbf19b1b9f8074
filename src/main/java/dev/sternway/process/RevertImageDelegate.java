package dev.sternway.process;

import dev.sternway.step.release.RevertImage;
import org.springframework.stereotype.Component;

/** Puts the replacement in the place of the failed container. */
@Component
class RevertImageDelegate extends StepDelegate {
    RevertImageDelegate(StepRunner runner, RevertImage step) {
        super(runner, step);
    }
}
