package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.VariableScope;
import org.springframework.stereotype.Component;

/**
 * How long people have to decide and how long is only watched: the decision's minutes, each as long as the system's
 * catalogue file says. Public for the models' expressions.
 */
@Component("decisionWindow")
public class DecisionWindow {
    /** Minutes where a table gives none: the longest that the sources know (S4-03). */
    private static final int LONGEST = 30;

    private final Catalogue catalogue;

    DecisionWindow(Catalogue catalogue) {
        this.catalogue = catalogue;
    }

    /** When a person must have decided. */
    public Date dueDate(VariableScope scope) {
        return Date.from(Variable.now().plus(length(scope)));
    }

    /** The same as an ISO 8601 duration, for timers. */
    public String duration(VariableScope scope) {
        return length(scope).toString();
    }

    private Duration length(VariableScope scope) {
        Duration minute =
                catalogue.find(Variable.SYSTEM_ID.get(scope)).windows().decisionMinute();
        Integer minutes = Variable.DECIDE_WITHIN.find(scope);
        return minute.multipliedBy(minutes == null ? LONGEST : minutes);
    }
}
