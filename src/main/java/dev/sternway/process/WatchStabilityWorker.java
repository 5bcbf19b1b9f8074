package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.step.StepResult;
import dev.sternway.step.check.WatchStability;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/** Watches a system for a window; the window began when the task came up, whatever crashed since. */
@Component
class WatchStabilityWorker extends StepWorker {
    private final WatchStability step;
    private final Catalogue catalogue;
    private final Ledger ledger;
    private final Incidents incidents;

    WatchStabilityWorker(
            StepRunner runner, WatchStability step, Catalogue catalogue, Ledger ledger, Incidents incidents) {
        super(runner, step);
        this.step = step;
        this.catalogue = catalogue;
        this.ledger = ledger;
        this.incidents = incidents;
    }

    @Override
    boolean watches() {
        return true;
    }

    @Override
    Map<String, Object> work(LockedExternalTask task, StepContext context) {
        String window = (String) task.getVariables().get(Variable.WINDOW.name());
        int level = (Integer) task.getVariables().get(Variable.LEVEL.name());
        ManagedSystem system = catalogue.find(context.systemId());
        Duration length = length(system.windows(), window, level);
        Instant since = task.getCreateTime().toInstant();
        announce(context, system, window, length, since);
        StepResult result = runner().measure(
                        topic(), Evidence.Kind.WATCH, stepTask -> step.watch(stepTask, since, length), context);
        boolean stable = result.details().path("stable").asBoolean(false);
        return stable
                ? Map.of(Variable.STABLE.name(), true)
                : Map.of(Variable.STABLE.name(), false, Variable.SITUATION.name(), Variable.fitting(result.seen()));
    }

    private static Duration length(ManagedSystem.Windows windows, String window, int level) {
        return switch (window) {
            case "stability" -> windows.stabilityOf(level);
            case "beforeClose" -> windows.beforeClose();
            case "afterClose" -> windows.afterClose();
            default -> throw new IllegalArgumentException("there is no window '" + window + "'");
        };
    }

    private void announce(StepContext context, ManagedSystem system, String window, Duration length, Instant since) {
        String until = since.plus(length).toString();
        boolean announced = ledger.of(context.incidentId()).stream()
                .anyMatch(entry -> entry.kind() == Evidence.Kind.WATCH
                        && until.equals(entry.details().path("until").asText()));
        if (announced) {
            return;
        }
        if (!window.equals("afterClose")) {
            incidents.stands(context.incidentId(), Incidents.State.WATCHING, null);
        }
        ObjectNode details = JsonNodeFactory.instance
                .objectNode()
                .put("window", window)
                .put("length", length.toString())
                .put("shortened", system.windows().shortened())
                .put("until", until);
        ledger.append(Entry.fact(
                        context.incidentId(),
                        Evidence.Kind.WATCH,
                        topic(),
                        "stable until " + until,
                        "the watch '" + window + "' of " + length.toSeconds() + " s begins"
                                + (system.windows().shortened() ? ", a window shortened by the catalogue" : ""),
                        Evidence.Outcome.NOTED)
                .of(context.systemId(), null, null)
                .with(details));
    }
}
