package dev.sternway.process;

import dev.sternway.step.backup.BackUpStore;
import org.springframework.stereotype.Component;

/** Takes the emergency backup of a store. */
@Component
class BackUpStoreWorker extends StepWorker {
    BackUpStoreWorker(StepRunner runner, BackUpStore step) {
        super(runner, step);
    }
}
