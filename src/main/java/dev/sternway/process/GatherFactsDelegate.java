package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.decision.AlertFacts;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.JavaDelegate;
import org.springframework.stereotype.Component;

/** Chooses the alerts that the tables are asked about: all that fire, those that say the same once. */
@Component
class GatherFactsDelegate implements JavaDelegate {
    private final IncidentFacts facts;
    private final Incidents incidents;
    private final Catalogue catalogue;

    GatherFactsDelegate(IncidentFacts facts, Incidents incidents, Catalogue catalogue) {
        this.facts = facts;
        this.incidents = incidents;
        this.catalogue = catalogue;
    }

    @Override
    public void execute(DelegateExecution execution) {
        String incidentId = execution.getProcessBusinessKey();
        incidents.stands(incidentId, Incidents.State.DECIDING, null);
        Variable.WEIGHED_ALERTS.set(
                execution,
                facts.of(incidentId, catalogue.find(Variable.SYSTEM_ID.get(execution)), Variable.now()).stream()
                        .map(AlertFacts::alert)
                        .collect(Collectors.joining(",")));
    }
}
