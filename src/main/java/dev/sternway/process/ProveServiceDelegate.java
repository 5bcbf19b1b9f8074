package dev.sternway.process;

import dev.sternway.step.service.ProveService;
import org.springframework.stereotype.Component;

/** Proves image, version and settings of a reverted service. */
@Component
class ProveServiceDelegate extends StepDelegate {
    ProveServiceDelegate(StepRunner runner, ProveService step) {
        super(runner, step);
    }
}
