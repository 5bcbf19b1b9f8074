package dev.sternway.web;

import dev.sternway.decision.AlertFacts;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.MatchedRule;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * One decision as pages and programs show it.
 *
 * @param rules every row that matched, the strictest first, those that are switched off last
 * @param alerts what was known of each alert
 */
record DecisionView(
        Instant decidedAt,
        String severity,
        String action,
        String scenario,
        String scope,
        int level,
        String service,
        String restoreReason,
        boolean preAuthorised,
        Integer decideWithin,
        String response,
        Integer downtimeBudget,
        List<String> approverGroups,
        List<Rule> rules,
        List<Decision.Step> steps,
        List<Known> alerts,
        Map<String, Integer> tableVersions) {

    /** An alert as people know it. */
    record NamedAlert(String id, String title, String source) {}

    /**
     * A row that matched.
     *
     * @param decides true for those that are as strict as the decision
     * @param alerts the alerts that it fits
     */
    record Rule(
            String id,
            String table,
            String severity,
            String action,
            String reason,
            boolean decides,
            boolean switchedOff,
            List<NamedAlert> alerts) {}

    /** What was known of an alert, by name; what was not known is not there. */
    record Known(NamedAlert alert, Map<String, String> facts) {}

    static DecisionView of(Decisions.Recorded recorded, Map<String, NamedAlert> alerts) {
        Decision decision = recorded.decision();
        return new DecisionView(
                recorded.decidedAt(),
                name(decision.severity()),
                name(decision.action()),
                name(decision.scenario()),
                name(decision.scope()),
                decision.level(),
                decision.service(),
                name(decision.restoreReason()),
                decision.preAuthorised(),
                decision.decideWithin(),
                name(decision.response()),
                decision.downtimeBudget(),
                List.of(decision.approverGroups().split(",")),
                rules(decision, alerts),
                decision.steps(),
                recorded.facts().stream()
                        .map(each -> new Known(named(each.alert(), alerts), facts(each)))
                        .toList(),
                recorded.tableVersions());
    }

    /** True when configuration has switched off something that would have matched. */
    public boolean anySwitchedOff() {
        return rules.stream().anyMatch(Rule::switchedOff);
    }

    private static List<Rule> rules(Decision decision, Map<String, NamedAlert> alerts) {
        Map<String, List<MatchedRule>> byRule = new LinkedHashMap<>();
        decision.rules().stream()
                .sorted(MatchedRule.STRICTEST)
                .forEach(rule -> byRule.computeIfAbsent(rule.rule(), any -> new ArrayList<>())
                        .add(rule));
        return byRule.values().stream()
                .map(same -> rule(decision, same, alerts))
                .toList();
    }

    private static Rule rule(Decision decision, List<MatchedRule> same, Map<String, NamedAlert> alerts) {
        MatchedRule rule = same.get(0);
        return new Rule(
                rule.rule(),
                rule.table(),
                name(rule.severity()),
                name(rule.action()),
                rule.reason(),
                !rule.switchedOff() && rule.action() == decision.action() && rule.severity() == decision.severity(),
                rule.switchedOff(),
                same.stream().map(each -> named(each.alert(), alerts)).toList());
    }

    private static NamedAlert named(String id, Map<String, NamedAlert> alerts) {
        return alerts.getOrDefault(id, new NamedAlert(id, "alert " + id, null));
    }

    private static Map<String, String> facts(AlertFacts alert) {
        Map<String, String> facts = new LinkedHashMap<>();
        alert.facts().variables().forEach((name, value) -> {
            if (value != null) {
                facts.put(name, value instanceof Double figure ? figure(figure) : value.toString());
            }
        });
        return facts;
    }

    private static String figure(double value) {
        return BigDecimal.valueOf(value)
                .setScale(2, RoundingMode.HALF_UP)
                .stripTrailingZeros()
                .toPlainString();
    }

    private static String name(Enum<?> constant) {
        return constant == null ? null : constant.name();
    }
}
