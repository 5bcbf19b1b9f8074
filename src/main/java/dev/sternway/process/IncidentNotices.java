package dev.sternway.process;

import dev.sternway.alert.Incidents;
import dev.sternway.catalogue.Check;
import dev.sternway.decision.Action;
import dev.sternway.decision.Severity;
import dev.sternway.evidence.Verdict;
import dev.sternway.notification.Notices;
import dev.sternway.notification.Occasion;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.camunda.bpm.engine.delegate.DelegateExecution;
import org.springframework.stereotype.Component;

/** What an incident's process has to tell, each in the transaction of the step that it is about. */
@Component
class IncidentNotices {
    private static final String RECOVERED = "RECOVERED";

    private final Notices notices;

    IncidentNotices(Notices notices) {
        this.notices = notices;
    }

    void opened(DelegateExecution execution) {
        notices.tell(execution.getProcessBusinessKey(), Occasion.INCIDENT_OPENED, Map.of());
    }

    /**
     * Told once for each action, so that a decision that got worse is told too, and again whenever it is more severe.
     *
     * @param severity null when it is not known
     * @param approved false while somebody must approve what was decided
     */
    void decided(String incidentId, String action, String severity, String reason, boolean approved) {
        Map<String, String> facts = new HashMap<>();
        facts.put("action", action);
        facts.put("severity", severity);
        facts.put("reason", reason);
        if (action.equals(Action.ROLL_BACK.name()) && !approved) {
            facts.put("approval", "awaited");
        }
        String subject = hasRisen(incidentId, action, severity) ? action + "/" + severity : action;
        notices.tell(incidentId, Occasion.DECISION_MADE, subject, facts);
    }

    private boolean hasRisen(String incidentId, String action, String severity) {
        List<Map<String, String>> told = notices.told(incidentId, Occasion.DECISION_MADE).stream()
                .filter(facts -> action.equals(facts.get("action")))
                .toList();
        return severity != null
                && !told.isEmpty()
                && told.stream().allMatch(facts -> worse(severity, facts.get("severity")));
    }

    private static boolean worse(String severity, String than) {
        return than == null || Severity.valueOf(severity).compareTo(Severity.valueOf(than)) < 0;
    }

    void levelStarted(DelegateExecution execution) {
        String level = String.valueOf(Variable.LEVEL.get(execution));
        Map<String, String> facts = new HashMap<>();
        facts.put("level", level);
        Optional.ofNullable(Variable.BUDGET.find(execution))
                .ifPresent(budget -> facts.put("budget", words(Duration.parse(budget))));
        notices.tell(execution.getProcessBusinessKey(), Occasion.LEVEL_STARTED, level, facts);
    }

    /** Services will be touched: what stops them begins after this has committed. */
    void servicesTouched(DelegateExecution execution) {
        notices.tell(execution.getProcessBusinessKey(), Occasion.MAINTENANCE_ON, maintenanceOf(execution), Map.of());
    }

    void budget(DelegateExecution execution, int level, Duration used, Duration budget, boolean spent) {
        notices.tell(
                execution.getProcessBusinessKey(),
                spent ? Occasion.BUDGET_SPENT : Occasion.BUDGET_WARNING,
                Integer.toString(level),
                Map.of("level", Integer.toString(level), "used", words(used), "budget", words(budget)));
    }

    /** The maintenance mode ends when the rollback was enough, or when it was not but the services are well (S4-13). */
    void judged(DelegateExecution execution, Verdict verdict) {
        String incidentId = execution.getProcessBusinessKey();
        boolean recovered = RECOVERED.equals(Variable.ROLLBACK_OUTCOME.find(execution));
        boolean servicesWell = verdict.parts().stream()
                .anyMatch(part -> part.part() == Check.Part.SERVICES_HEALTHY && part.result() == Verdict.Result.PASSED);
        if (recovered || servicesWell) {
            notices.tell(incidentId, Occasion.MAINTENANCE_OFF, Map.of());
        }
        if (recovered) {
            String parts = verdict.parts().stream()
                    .map(part -> words(part.part().name()) + ": "
                            + words(part.result().name()))
                    .collect(Collectors.joining("\n"));
            notices.tell(incidentId, Occasion.RECOVERED, Map.of("verdict", parts));
        }
    }

    void reportWritten(String incidentId, String sha256) {
        notices.tell(incidentId, Occasion.REPORT_WRITTEN, Map.of("sha256", sha256));
    }

    void closed(String incidentId) {
        notices.tell(incidentId, Occasion.CLOSED, Map.of());
    }

    void relapsed(String incidentId, int level) {
        notices.tell(incidentId, Occasion.RELAPSED, Map.of("level", Integer.toString(level)));
    }

    /** However the process ended; that it is closed was told when it was. */
    void ended(String incidentId, Incidents.State state) {
        switch (state) {
            case HANDED_OVER -> notices.tell(incidentId, Occasion.HANDED_OVER, Map.of());
            case FIXED_FORWARD -> notices.tell(incidentId, Occasion.FIXED_FORWARD, Map.of());
            case RESOLVED_BY_ITSELF -> {
                notices.tell(incidentId, Occasion.MAINTENANCE_OFF, Map.of());
                notices.tell(incidentId, Occasion.RESOLVED_BY_ITSELF, Map.of());
            }
            case ENDED_BY_HAND -> notices.tell(incidentId, Occasion.ENDED_BY_HAND, Map.of());
            default -> {
                // told already
            }
        }
    }

    /** A person's request for a rollback ended what was only monitored. */
    void takenOver(String incidentId, String requestedBy, String by) {
        notices.tell(incidentId, Occasion.ENDED_BY_HAND, Map.of("by", requestedBy, "next", by));
    }

    void swappedBack(DelegateExecution execution, String how, boolean servicesWell) {
        String incidentId = execution.getProcessBusinessKey();
        String subject = execution.getProcessInstanceId();
        notices.tell(incidentId, Occasion.SWAPPED_BACK, subject, Map.of("how", how));
        if (servicesWell) {
            notices.tell(incidentId, Occasion.MAINTENANCE_OFF, maintenanceOf(execution), Map.of());
        }
    }

    /** A rollback switches it once for the incident, a swap back by itself. */
    private static String maintenanceOf(DelegateExecution execution) {
        return execution.getProcessDefinitionId().startsWith("swap-back-system:")
                ? execution.getProcessInstanceId()
                : "";
    }

    private static String words(Duration time) {
        long seconds = time.toSeconds();
        return seconds < 120 ? seconds + " s" : (seconds + 30) / 60 + " min";
    }

    private static String words(String constant) {
        return constant.toLowerCase(java.util.Locale.ROOT).replace('_', ' ');
    }
}
