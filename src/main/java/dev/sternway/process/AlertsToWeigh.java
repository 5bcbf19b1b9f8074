package dev.sternway.process;

import java.util.List;
import java.util.stream.Stream;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What {@code decide-incident} asks the tables about, one alert after the other. Public for the model's expressions. */
@Component("alertsToWeigh")
public class AlertsToWeigh {

    /** Ids of the alerts that were gathered. */
    public List<Long> of(DelegateExecution execution) {
        return Stream.of(Variable.WEIGHED_ALERTS.get(execution).split(","))
                .filter(id -> !id.isEmpty())
                .map(Long::valueOf)
                .toList();
    }
}
