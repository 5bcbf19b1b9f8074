package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.step.store.MeasureLoss;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Measures what going back would lose, for the form that people sign, and again before the swap. */
@Component
class MeasureLossWorker extends StepWorker {
    private final MeasureLoss step;
    private final DataLoss loss;
    private final Plans plans;
    private final Approvals approvals;

    MeasureLossWorker(StepRunner runner, MeasureLoss step, DataLoss loss, Plans plans, Approvals approvals) {
        super(runner, step);
        this.step = step;
        this.loss = loss;
        this.plans = plans;
        this.approvals = approvals;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        runner().measure(topic(), Evidence.Kind.MEASUREMENT, step, context);
        Plan plan = plans.get(context.incidentId(), context.planSha256());
        Map<String, Object> variables = new HashMap<>();
        loss.measured(context.incidentId(), plan).ifPresent(measured -> {
            variables.put(Variable.LOSS_SUMMARY.name(), measured.summary());
            variables.put(Variable.LOSS_WITHIN_APPROVED.name(), withinApproved(plan, measured));
        });
        return variables;
    }

    /** False when somebody approved a smaller loss. */
    private boolean withinApproved(Plan plan, DataLoss.Measured measured) {
        List<Approvals.Approval> given = approvals.of(plan.incidentId(), plan.sha256());
        return given.stream()
                .allMatch(approval -> approval.lossBound() == null || measured.onlyLive() <= approval.lossBound());
    }
}
