package dev.sternway.process;

import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.time.Duration;
import java.util.Date;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.stereotype.Component;

/** When people's tasks are due and when they are passed on; the models ask it, so that no time is written in them. */
@Component("deadlines")
@EnableConfigurationProperties(PeopleTimes.class)
public class Deadlines {
    private static final Duration MINUTE = Duration.ofMinutes(1);

    private final PeopleTimes times;
    private final Catalogue catalogue;

    Deadlines(PeopleTimes times, Catalogue catalogue) {
        this.times = times;
        this.catalogue = catalogue;
    }

    /** Due date of an approval or of the choice of a next step. */
    public Date soon(DelegateExecution execution) {
        return in(scaled(execution, times.dueWithin()));
    }

    /** Due date of what the tables give minutes for. */
    public Date within(DelegateExecution execution, Number minutes) {
        return in(scaled(execution, MINUTE.multipliedBy(minutes.longValue())));
    }

    /** Due date of a review. */
    public Date review() {
        return in(times.reviewWithin());
    }

    /** How long after its beginning a task that nobody took reaches the stage, 1 to 3, as ISO 8601. */
    public String escalation(DelegateExecution execution, int stage) {
        return escalateAfter(Variable.SYSTEM_ID.find(execution), stage).toString();
    }

    Duration escalateAfter(String systemId, int stage) {
        return scaled(systemId, times.escalateAfter().get(stage - 1));
    }

    Duration approvalValid() {
        return times.approvalValid();
    }

    private Duration scaled(DelegateExecution execution, Duration time) {
        return scaled(Variable.SYSTEM_ID.find(execution), time);
    }

    /** A minute lasts as long as the system's decision minute, which only drills and demos shorten. */
    private Duration scaled(String systemId, Duration time) {
        Duration minute = catalogue.all().stream()
                .filter(each -> each.id().equals(systemId))
                .findFirst()
                .map(ManagedSystem::windows)
                .map(ManagedSystem.Windows::decisionMinute)
                .orElse(MINUTE);
        return minute.equals(MINUTE)
                ? time
                : time.multipliedBy(minute.toMillis()).dividedBy(MINUTE.toMillis());
    }

    private static Date in(Duration time) {
        return Date.from(Variable.now().plus(time));
    }
}
