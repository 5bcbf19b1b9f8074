package dev.sternway.process;

import dev.sternway.step.store.ProveStore;
import org.springframework.stereotype.Component;

/** Proves that the live database is the copy, whole. */
@Component
class ProveStoreDelegate extends StepDelegate {
    ProveStoreDelegate(StepRunner runner, ProveStore step) {
        super(runner, step);
    }
}
