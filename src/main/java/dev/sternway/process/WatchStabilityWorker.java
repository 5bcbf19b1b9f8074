package dev.sternway.process;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.sternway.alert.Alert;
import dev.sternway.alert.IncidentAlerts;
import dev.sternway.alert.IncidentAlerts.Alike;
import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.decision.Action;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Scope;
import dev.sternway.decision.Severity;
import dev.sternway.evidence.Entry;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.step.StepResult;
import dev.sternway.step.check.WatchStability;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.camunda.bpm.engine.externaltask.LockedExternalTask;
import org.springframework.stereotype.Component;

/**
 * Watches a system for a window; the window began when the task came up, whatever crashed since.
 *
 * <p>Alerts of the incident are a relapse too: one that began after the proof, however late it came, unless the tables
 * would only monitor it; and one that began while the rollback ran, still fires when the time of the stability watch is
 * over, and asks for more than was decided and done. What fires since before is none: its end is only told late.
 */
@Component
class WatchStabilityWorker extends StepWorker {
    private final WatchStability step;
    private final Catalogue catalogue;
    private final Ledger ledger;
    private final Incidents incidents;
    private final IncidentAlerts alerts;
    private final Weighing weighing;
    private final LastProof lastProof;

    WatchStabilityWorker(
            StepRunner runner,
            WatchStability step,
            Catalogue catalogue,
            Ledger ledger,
            Incidents incidents,
            IncidentAlerts alerts,
            Weighing weighing,
            LastProof lastProof) {
        super(runner, step);
        this.lastProof = lastProof;
        this.step = step;
        this.catalogue = catalogue;
        this.ledger = ledger;
        this.incidents = incidents;
        this.alerts = alerts;
        this.weighing = weighing;
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
        LastProof.Proof proof = lastProof.of(context.incidentId()).orElseGet(() -> new LastProof.Proof(since, since));
        announce(context, system, window, length, since);
        StepResult result = runner().measure(
                        topic(),
                        Evidence.Kind.WATCH,
                        stepTask -> step.watch(stepTask, since, length, () -> alarm(context, system, level, proof)),
                        context);
        boolean stable = result.details().path("stable").asBoolean(false);
        return stable
                ? Map.of(Variable.STABLE.name(), true)
                : Map.of(Variable.STABLE.name(), false, Variable.SITUATION.name(), Variable.fitting(result.seen()));
    }

    private Optional<String> alarm(StepContext context, ManagedSystem system, int level, LastProof.Proof proof) {
        List<Alike> later = alerts.firingSince(context.incidentId(), proof.at());
        if (!later.isEmpty() && weigh(later, system).action() != Action.MONITOR) {
            return Optional.of(told(later));
        }
        // Until then monitoring may not have told of the end yet.
        Instant patience = proof.at().plus(system.windows().stabilityOf(level));
        if (Variable.now().isBefore(patience)) {
            return Optional.empty();
        }
        List<Alike> unasked = alerts.firingOrHeardSince(context.incidentId(), proof.unasked());
        if (unasked.isEmpty()) {
            return Optional.empty();
        }
        Decision decision = weigh(unasked, system);
        return decision.action() != Action.MONITOR && DecisionRank.of(decision) > done(context.incidentId(), level)
                ? Optional.of(told(unasked) + ", which began while the rollback ran and asks for more: "
                        + DecisionEvidence.headline(decision))
                : Optional.empty();
    }

    private Decision weigh(List<Alike> firing, ManagedSystem system) {
        Map<Long, Alert> began = new LinkedHashMap<>();
        firing.forEach(alike -> began.put(alike.id(), alike.alert()));
        return weighing.weigh(IncidentFacts.of(began, system, Variable.now()));
    }

    /** How strict what was decided and done is; what a person asked for counts as critical. */
    private int done(String incidentId, int level) {
        int decided = incidents.decidedRank(incidentId);
        return DecisionRank.reached(
                decided == 0 ? DecisionRank.of(Action.ROLL_BACK, Severity.CRITICAL, level, Scope.FULL) : decided,
                level);
    }

    private static String told(List<Alike> firing) {
        Alert first = firing.get(0).alert();
        return "alert '" + first.title() + "' fires since " + first.startsAt()
                + (firing.size() == 1 ? "" : ", and " + (firing.size() - 1) + " more");
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
