package dev.sternway.process;

import dev.sternway.step.store.SwapStoreBack;
import org.springframework.stereotype.Component;

/** Makes the kept database the live one again. */
@Component
class SwapStoreBackDelegate extends StepDelegate {
    SwapStoreBackDelegate(StepRunner runner, SwapStoreBack step) {
        super(runner, step);
    }
}
