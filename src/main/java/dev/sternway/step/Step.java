package dev.sternway.step;

/**
 * One thing done to one toggle, service or store.
 *
 * <p>A step may be run again at any time: it reads the real state first, and what is there already is done. It throws
 * {@link dev.sternway.port.Refusal} when a person must choose, and anything else when it should be tried again.
 */
@FunctionalInterface
public interface Step {
    StepResult run(StepTask task);
}
