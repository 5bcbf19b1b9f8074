package dev.sternway.process;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Facts;
import java.util.List;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Shows that jobs run, and evaluates every table once: an edited table that cannot be evaluated is found now. */
@Component
class CheckJobsDelegate implements JavaDelegate {
    private final Weighing weighing;

    CheckJobsDelegate(Weighing weighing) {
        this.weighing = weighing;
    }

    @Override
    public void execute(DelegateExecution execution) {
        weighing.weigh(List.of(new AlertFacts("nothing is known", Facts.UNKNOWN)));
    }
}
