package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.step.check.CaptureState;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.stereotype.Component;

/** Keeps how everything stands once the system is held and before it is planned for; never in the way of a rollback. */
@Component
class CaptureStateListener implements ExecutionListener {
    private static final Logger LOG = LoggerFactory.getLogger(CaptureStateListener.class);

    private final StepRunner runner;
    private final CaptureState step;

    CaptureStateListener(StepRunner runner, CaptureState step) {
        this.runner = runner;
        this.step = step;
    }

    @Override
    public void notify(DelegateExecution execution) {
        StepContext context = StepContext.of(execution);
        try {
            runner.measure("captureState", Evidence.Kind.NOTE, step, context.on(context.systemId()));
        } catch (RuntimeException e) {
            LOG.warn("the state before the rollback of {} could not be kept: {}", context.incidentId(), e.toString());
        }
    }
}
