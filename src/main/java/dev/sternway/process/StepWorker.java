package dev.sternway.process;

import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/** Works the external tasks of one topic: a step that may take longer than an engine job should. */
abstract class StepWorker {
    private final StepRunner runner;
    private final Step step;

    StepWorker(StepRunner runner, Step step) {
        this.runner = runner;
        this.step = step;
    }

    /** The topic, which is the step's name. */
    final String topic() {
        return Names.stepOf(getClass(), "Worker");
    }

    /**
     * Does the work.
     *
     * @return variables for the process, ids and scalars
     * @throws dev.sternway.port.Refusal when a person must choose
     */
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        return proved(context, runner.run(topic(), step, context));
    }

    /** What the process must know of the result. */
    Map<String, Object> proved(StepContext context, StepResult result) {
        return Map.of();
    }

    /** True when the work is mostly waiting, for minutes or an hour. */
    boolean watches() {
        return false;
    }

    final StepRunner runner() {
        return runner;
    }
}
