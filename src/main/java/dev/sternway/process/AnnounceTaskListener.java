package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import java.util.Objects;
import org.camunda.bpm.engine.delegate.DelegateTask;
import org.camunda.bpm.engine.delegate.TaskListener;
import org.springframework.stereotype.Component;

/**
 * Says on the incident page who is awaited, fills the form from what is kept, never from what was typed before, and seals
 * everything that the form does not ask for.
 */
@Component
class AnnounceTaskListener implements TaskListener {
    private final Incidents incidents;
    private final Plans plans;
    private final PlanPaper paper;
    private final DataLoss loss;
    private final ProvedBackup proved;
    private final MigrationOrder order;

    AnnounceTaskListener(
            Incidents incidents,
            Plans plans,
            PlanPaper paper,
            DataLoss loss,
            ProvedBackup proved,
            MigrationOrder order) {
        this.incidents = incidents;
        this.plans = plans;
        this.paper = paper;
        this.loss = loss;
        this.proved = proved;
        this.order = order;
    }

    @Override
    public void notify(DelegateTask task) {
        String incidentId = task.getExecution().getProcessBusinessKey();
        if (Variable.GLASS_ID.find(task) == null) {
            incidents.stands(incidentId, Incidents.State.WAITING_FOR_PEOPLE, task.getName());
        }
        Variable.forgetAnswers(task.getExecution());
        String sha256 = Variable.PLAN_SHA256.find(task);
        if (sha256 != null) {
            plans.find(incidentId, sha256).ifPresent(plan -> fill(task, plan));
        }
        String code = Variable.ERROR_CODE.find(task);
        if (code != null) {
            Variable.SITUATION.set(task.getExecution(), code + ": " + Variable.ERROR_MESSAGE.find(task));
        }
        order.words(task).ifPresent(first -> {
            String situation = Objects.requireNonNullElse(Variable.SITUATION.find(task), "");
            if (!situation.startsWith(first)) {
                Variable.SITUATION.set(task.getExecution(), Variable.fitting(first + situation));
            }
        });
        Variable.seal(task);
    }

    private void fill(DelegateTask task, Plan plan) {
        Variable.PLAN_SUMMARY.set(task.getExecution(), paper.summary(plan));
        if (DataLoss.isMeasuredBy(plan)) {
            String text = loss.measured(plan.incidentId(), plan)
                    .map(measured -> proved.words(plan) + measured.summary())
                    .orElse("The backup is being loaded beside the live database; the loss is not measured yet."
                            + " Estimated: everything written since " + plan.backupId() + ".");
            Variable.LOSS_SUMMARY.set(task.getExecution(), text);
        }
    }
}
