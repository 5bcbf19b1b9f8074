package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.plan.Approvals;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import dev.sternway.step.Step;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;

/** Measures a loss, for the form that people sign, and again before the swap. */
abstract class LossWorker extends StepWorker {
    private final Step step;
    private final DataLoss loss;
    private final Plans plans;
    private final Approvals approvals;

    LossWorker(StepRunner runner, Step step, DataLoss loss, Plans plans, Approvals approvals) {
        super(runner, step);
        this.step = step;
        this.loss = loss;
        this.plans = plans;
        this.approvals = approvals;
    }

    @Override
    final Map<String, Object> work(LockedExternalTask task, StepContext context) {
        runner().measure(topic(), Evidence.Kind.MEASUREMENT, step, context);
        Plan plan = plans.get(context.incidentId(), context.planSha256());
        Map<String, Object> variables = new HashMap<>();
        loss.measured(context.incidentId(), plan).ifPresent(measured -> {
            variables.put(Variable.LOSS_SUMMARY.name(), Variable.fitting(said(plan) + measured.summary()));
            variables.put(Variable.LOSS_WITHIN_APPROVED.name(), withinApproved(plan, measured));
        });
        return variables;
    }

    /** What people must know before they read the figures. */
    String said(Plan plan) {
        return "";
    }

    /** False when somebody approved a smaller loss. */
    private boolean withinApproved(Plan plan, DataLoss.Measured measured) {
        List<Approvals.Approval> given = approvals.of(plan.incidentId(), plan.sha256());
        return given.stream()
                .allMatch(approval -> approval.lossBound() == null || measured.rows() <= approval.lossBound());
    }
}
