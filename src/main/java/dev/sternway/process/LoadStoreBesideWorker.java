package dev.sternway.process;

import dev.sternway.step.store.LoadStoreBeside;
import org.springframework.stereotype.Component;

/** Loads a backup into a new database beside the live one. */
@Component
class LoadStoreBesideWorker extends StepWorker {
    LoadStoreBesideWorker(StepRunner runner, LoadStoreBeside step) {
        super(runner, step);
    }
}
