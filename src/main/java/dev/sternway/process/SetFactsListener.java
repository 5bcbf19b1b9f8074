package dev.sternway.process;

import dev.sternway.alert.Alert;
import dev.sternway.alert.IncidentAlerts;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.decision.Facts;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.camunda.bpm.engine.delegate.ExecutionListener;
import org.springframework.stereotype.Component;

/** Lays out what one alert says, as the tables read it, for this alert's round only. */
@Component
class SetFactsListener implements ExecutionListener {
    private final IncidentAlerts alerts;
    private final Catalogue catalogue;

    SetFactsListener(IncidentAlerts alerts, Catalogue catalogue) {
        this.alerts = alerts;
        this.catalogue = catalogue;
    }

    @Override
    public void notify(DelegateExecution execution) {
        long id = Variable.ALERT_ID.get(execution);
        Alert alert = alerts.find(id).orElseThrow(() -> new IllegalStateException("there is no alert " + id));
        Facts.of(alert, catalogue.find(Variable.SYSTEM_ID.get(execution)), Variable.now())
                .variables()
                .forEach((name, value) -> execution.setVariableLocal(
                        name, value instanceof String text ? Variable.fitting(text) : value));
    }
}
