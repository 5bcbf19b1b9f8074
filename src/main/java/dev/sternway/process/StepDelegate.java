package dev.sternway.process;

import dev.sternway.port.Refusal;
import dev.sternway.step.Step;
import dev.sternway.step.StepResult;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;

/** A service task that runs one short step; the step's name is the delegate's. */
abstract class StepDelegate implements JavaDelegate {
    private final StepRunner runner;
    private final Step step;

    StepDelegate(StepRunner runner, Step step) {
        this.runner = runner;
        this.step = step;
    }

    @Override
    public final void execute(DelegateExecution execution) {
        try {
            StepResult result = runner.run(Names.stepOf(getClass(), "Delegate"), step, StepContext.of(execution));
            proved(execution, result);
        } catch (Refusal refusal) {
            throw Refusals.error(refusal);
        }
    }

    /** Hands over what the process must know of the result. */
    void proved(DelegateExecution execution, StepResult result) {}
}
