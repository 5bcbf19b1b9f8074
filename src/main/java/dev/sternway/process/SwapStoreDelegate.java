package dev.sternway.process;

import dev.sternway.step.store.SwapStore;
import org.springframework.stereotype.Component;

/** Makes the loaded copy the live database, after the approvals were read. */
@Component
class SwapStoreDelegate extends StepDelegate {
    SwapStoreDelegate(StepRunner runner, SwapStore step) {
        super(runner, step);
    }
}
