package dev.sternway.decision;

import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * What matched over all alerts, as the tables that pick one decision read it. Rules that are switched off do not count.
 *
 * @param unmatchedAlerts how many alerts no rule matches
 * @param shortestMinutes the shortest time to decide among the rules of the strictest action, or null
 * @param scenarios what was recognised of the alerts behind the strictest action, and a failed migration of any alert,
 *     by name and separated by commas, or null
 * @param affectedService the service that every alert behind the strictest action names, or null
 * @param feature the one feature that those alerts name, or null
 */
public record Tally(
        Map<Severity, Integer> severities,
        Map<Action, Integer> actions,
        int unmatchedAlerts,
        Integer shortestMinutes,
        String scenarios,
        String affectedService,
        String feature) {

    public static Tally of(List<AlertFacts> alerts, List<MatchedRule> rules) {
        List<MatchedRule> counted =
                rules.stream().filter(rule -> !rule.switchedOff()).toList();
        Map<Severity, Integer> severities = new EnumMap<>(Severity.class);
        Map<Action, Integer> actions = new EnumMap<>(Action.class);
        for (MatchedRule rule : counted) {
            if (rule.severity() != null) {
                severities.merge(rule.severity(), 1, Integer::sum);
            }
            if (rule.action() != null) {
                actions.merge(rule.action(), 1, Integer::sum);
            }
        }
        Action strictest = actions.keySet().stream().findFirst().orElse(null);
        List<MatchedRule> leading =
                counted.stream().filter(rule -> rule.action() == strictest).toList();
        Set<String> leaders = leading.stream().map(MatchedRule::alert).collect(Collectors.toSet());
        List<Facts> facts = alerts.stream()
                .filter(alert -> leaders.contains(alert.alert()))
                .map(AlertFacts::facts)
                .toList();
        return new Tally(
                severities,
                actions,
                unmatched(alerts, counted),
                leading.stream()
                        .map(MatchedRule::decideWithin)
                        .filter(Objects::nonNull)
                        .min(Integer::compare)
                        .orElse(null),
                scenarios(counted, leaders),
                facts.stream().anyMatch(each -> each.service() == null)
                        ? null
                        : only(facts.stream().map(Facts::service).collect(Collectors.toSet())),
                only(facts.stream().map(Facts::feature).filter(Objects::nonNull).collect(Collectors.toSet())));
    }

    /** As process variables, all present. */
    public Map<String, Object> variables() {
        Map<String, Object> variables = new LinkedHashMap<>();
        variables.put("criticalRules", severities.getOrDefault(Severity.CRITICAL, 0));
        variables.put("majorRules", severities.getOrDefault(Severity.MAJOR, 0));
        variables.put("minorRules", severities.getOrDefault(Severity.MINOR, 0));
        variables.put("rollBackRules", actions.getOrDefault(Action.ROLL_BACK, 0));
        variables.put("evaluateRules", actions.getOrDefault(Action.EVALUATE, 0));
        variables.put("monitorRules", actions.getOrDefault(Action.MONITOR, 0));
        variables.put("unmatchedAlerts", unmatchedAlerts);
        variables.put("shortestMinutes", shortestMinutes);
        variables.put("scenarios", scenarios);
        variables.put("affectedService", affectedService);
        return variables;
    }

    private static int unmatched(List<AlertFacts> alerts, List<MatchedRule> counted) {
        Set<String> matched = counted.stream().map(MatchedRule::alert).collect(Collectors.toSet());
        return (int) alerts.stream()
                .filter(alert -> !matched.contains(alert.alert()))
                .count();
    }

    /** An alert of less weight does not choose the scope; but a failed migration decides how data is treated (S4-28). */
    private static String scenarios(List<MatchedRule> counted, Set<String> leaders) {
        Set<Scenario> recognised = counted.stream()
                .filter(rule -> leaders.contains(rule.alert()) || rule.scenario() == Scenario.FAILED_MIGRATION)
                .map(MatchedRule::scenario)
                .filter(Objects::nonNull)
                .collect(Collectors.toCollection(TreeSet::new));
        return recognised.isEmpty()
                ? null
                : recognised.stream().map(Scenario::name).collect(Collectors.joining(","));
    }

    private static String only(Set<String> values) {
        return values.size() == 1 ? values.iterator().next() : null;
    }
}
