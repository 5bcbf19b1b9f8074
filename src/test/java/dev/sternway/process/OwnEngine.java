package dev.sternway.process;

import org.camunda.bpm.BpmPlatform;
import org.camunda.bpm.container.RuntimeContainerDelegate;
import org.camunda.bpm.engine.ProcessEngine;

/**
 * The engine's own REST calls and webapps ask for "the default engine" of this JVM; the engine of another test may still
 * have the name.
 */
public final class OwnEngine {
    private OwnEngine() {}

    /** Gives the name to this engine. */
    public static void register(ProcessEngine engine) {
        ProcessEngine registered = BpmPlatform.getDefaultProcessEngine();
        if (registered == engine) {
            return;
        }
        if (registered != null) {
            RuntimeContainerDelegate.INSTANCE.get().unregisterProcessEngine(registered);
        }
        RuntimeContainerDelegate.INSTANCE.get().registerProcessEngine(engine);
    }
}
