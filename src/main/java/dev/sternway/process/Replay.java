package dev.sternway.process;

import dev.sternway.decision.Case;
import dev.sternway.decision.Decision;
import dev.sternway.decision.Decisions;
import dev.sternway.decision.Outcome;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.springframework.stereotype.Component;

/** Decides past incidents and written cases again with other tables, and tells whose decision would change. */
@Component
public class Replay {
    /** The newest decisions that are looked at. */
    private static final int MOST = 1000;

    private final Decisions decisions;
    private final Tables tables;
    private final DeployedTables deployed;
    private final Weighing weighing;

    Replay(Decisions decisions, Tables tables, DeployedTables deployed, Weighing weighing) {
        this.decisions = decisions;
        this.tables = tables;
        this.deployed = deployed;
        this.weighing = weighing;
    }

    /**
     * One decision that would change.
     *
     * @param of id of the incident, or name of the case
     * @param decidedAt when it was decided, null for a case
     * @param fields what would be another
     * @param before what was decided, or what a case expects
     * @param rulesBefore ids of the rules that matched and counted
     */
    public record Change(
            String of,
            Instant decidedAt,
            List<String> fields,
            Map<String, String> before,
            Map<String, String> after,
            List<String> rulesBefore,
            List<String> rulesAfter) {}

    /** What was looked at, and what of it would change. */
    public record Result(int decisions, int incidents, int cases, List<Change> changes) {}

    /**
     * Decides again; nothing is deployed, started or kept.
     *
     * @param files changed tables by file name; none: the deployed ones
     * @param cases cases beside the past incidents
     */
    public Result run(Map<String, byte[]> files, List<Case> cases) {
        DecisionTables changed = tables.with(files);
        DecisionTables now = deployed.current();
        List<Decisions.Recorded> past = decisions.newest(MOST);
        List<Change> changes = new ArrayList<>();
        for (Decisions.Recorded each : past) {
            compare(
                    changes,
                    each.incidentId(),
                    each.decidedAt(),
                    Outcome.of(each.decision()),
                    rules(each.decision()),
                    weighing.weigh(changed, each.facts()));
        }
        for (Case each : cases) {
            Decision before = weighing.weigh(now, each.alerts());
            compare(
                    changes,
                    each.name(),
                    null,
                    each.expected().isEmpty() ? Outcome.of(before) : each.expected(),
                    rules(before),
                    weighing.weigh(changed, each.alerts()));
        }
        long incidents =
                past.stream().map(Decisions.Recorded::incidentId).distinct().count();
        return new Result(past.size(), (int) incidents, cases.size(), changes);
    }

    private static void compare(
            List<Change> changes,
            String of,
            Instant decidedAt,
            Map<String, String> before,
            List<String> rulesBefore,
            Decision after) {
        List<String> fields = Outcome.changed(before, Outcome.of(after));
        if (!fields.isEmpty()) {
            changes.add(new Change(of, decidedAt, fields, before, Outcome.of(after), rulesBefore, rules(after)));
        }
    }

    private static List<String> rules(Decision decision) {
        return decision.rules().stream()
                .filter(rule -> !rule.switchedOff())
                .map(rule -> rule.rule())
                .collect(Collectors.collectingAndThen(Collectors.toCollection(TreeSet::new), List::copyOf));
    }
}
