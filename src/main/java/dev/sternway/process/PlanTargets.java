package dev.sternway.process;

import dev.sternway.plan.Plan;
import dev.sternway.plan.Plans;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/**
 * What the multi-instance tasks of the models go over: the targets of a step, in the plan's order. Public, because
 * expressions call public methods of public classes only.
 */
@Component("planTargets")
public class PlanTargets {
    private final Plans plans;

    PlanTargets(Plans plans) {
        this.plans = plans;
    }

    /** Targets of the step in the execution's plan; used in the models as {@code #{planTargets.of(execution, 'step')}}. */
    public List<String> of(DelegateExecution execution, String step) {
        return plan(execution).targets(step);
    }

    /** True when the loss must be confirmed by people; used in the models as {@code #{planTargets.losesData(execution)}}. */
    public boolean losesData(DelegateExecution execution) {
        return plan(execution).losesData();
    }

    private Plan plan(DelegateExecution execution) {
        return plans.get(execution.getProcessBusinessKey(), Variable.PLAN_SHA256.get(execution));
    }
}
