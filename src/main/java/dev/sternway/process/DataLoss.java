package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.evidence.Words;
import dev.sternway.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What going back would lose, as measured last and kept in the ledger; people approve a bound of it. */
@Component
class DataLoss {

    /** For how long writing may go on after the measurement before the approval does not cover it any more. */
    private static final Duration GROWTH = Duration.ofMinutes(5);

    /** The steps that measure a loss, each with what the live store is compared with; a plan has one of them at most. */
    private static final Map<String, String> STEPS =
            Map.of("measureLoss", "in the backup", "measureSwapBackLoss", "in the kept database");

    private static final Words WORDS = new Words();

    private final Ledger ledger;

    DataLoss(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * The last measurement of every store of the plan together.
     *
     * @param atMost the rows that would not be as they are now, at most: exactly those, unless a table was sampled
     * @param estimated true when a table was sampled
     */
    record Measured(
            long onlyLive,
            long changed,
            long atMost,
            boolean estimated,
            Instant from,
            Instant to,
            List<String> tables) {

        /**
         * The rows that would not be as they are now: those that are gone, and those that get the older values back. Of an
         * estimate its upper bound: nobody shall agree to less than he may lose.
         */
        long rows() {
            return atMost;
        }

        /**
         * The greatest loss that an approval allows: what is lost now, and what the same writing would add in the
         * next five minutes. Nothing more can be added once the services are stopped.
         */
        long bound() {
            long seconds = Math.max(1, Duration.between(from, to).toSeconds());
            double perSecond = (double) onlyLive / seconds;
            return rows() + (long) Math.ceil(perSecond * GROWTH.toSeconds());
        }

        String summary() {
            return (estimated
                            ? "AN ESTIMATE: of large tables only a part was compared; at most %s are affected.%n"
                                    .formatted(Words.some(atMost, "row"))
                            : "")
                    + "%s only in the live database would be lost. %s with other values would get the older ones back.%n"
                            .formatted(Words.some(onlyLive, "row"), Words.some(changed, "row"))
                    + "Written between %s and %s.%n".formatted(WORDS.dateTime(from), WORDS.dateTime(to))
                    + "You approve a loss of at most %s; above that Sternway asks again.%n"
                            .formatted(Words.some(bound(), "row"))
                    + String.join(System.lineSeparator(), tables);
        }
    }

    /** True when the plan loses data and measures how much. */
    static boolean isMeasuredBy(Plan plan) {
        return step(plan).isPresent();
    }

    /** The step of the plan that measures a loss, if it has one. */
    static Optional<String> step(Plan plan) {
        return STEPS.keySet().stream()
                .filter(step -> !plan.targets(step).isEmpty())
                .findFirst();
    }

    /** Empty until every store of the plan has been measured. */
    Optional<Measured> measured(String incidentId, Plan plan) {
        return step(plan).flatMap(step -> measured(incidentId, plan, step));
    }

    private Optional<Measured> measured(String incidentId, Plan plan, String step) {
        List<Evidence> entries = sinceItWasPlanned(ledger.of(incidentId), plan);
        long onlyLive = 0;
        long changed = 0;
        long atMost = 0;
        boolean estimated = false;
        Instant from = Instant.MAX;
        Instant to = Instant.MIN;
        List<String> tables = new ArrayList<>();
        for (String store : plan.targets(step)) {
            Optional<JsonNode> found = last(entries, plan, step, store);
            if (found.isEmpty()) {
                return Optional.empty();
            }
            JsonNode loss = found.get();
            onlyLive += loss.path("onlyLive").asLong();
            changed += loss.path("changed").asLong();
            from = earlier(from, Instant.parse(loss.path("from").asText()));
            to = earlier(to, Instant.parse(loss.path("to").asText())).equals(to)
                    ? Instant.parse(loss.path("to").asText())
                    : to;
            for (JsonNode table : loss.path("tables")) {
                tables.add(line(table, STEPS.get(step)));
                atMost += table.path("onlyLiveAtMost")
                                .asLong(table.path("onlyLive").asLong())
                        + table.path("changedAtMost")
                                .asLong(table.path("changed").asLong());
            }
            estimated |= loss.path("estimated").asBoolean();
        }
        return Optional.of(new Measured(onlyLive, changed, atMost, estimated, from, to, tables));
    }

    /** The same plan made again is measured again: what an earlier attempt measured is not what is lost now. */
    private static List<Evidence> sinceItWasPlanned(List<Evidence> entries, Plan plan) {
        for (int i = entries.size() - 1; i >= 0; i--) {
            Evidence entry = entries.get(i);
            if (entry.kind() == Evidence.Kind.PLAN && plan.sha256().equals(entry.planSha256())) {
                return entries.subList(i, entries.size());
            }
        }
        return entries;
    }

    private static Optional<JsonNode> last(List<Evidence> entries, Plan plan, String step, String store) {
        return entries.stream()
                .filter(entry -> step.equals(entry.step()) && store.equals(entry.target()))
                .filter(entry -> plan.sha256().equals(entry.planSha256()))
                .filter(entry ->
                        entry.outcome() == Evidence.Outcome.PROVED || entry.outcome() == Evidence.Outcome.ALREADY)
                .filter(entry -> entry.details().hasNonNull("onlyLive"))
                .reduce((first, second) -> second)
                .map(Evidence::details);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String line(JsonNode table, String where) {
        boolean sampled = table.hasNonNull("read");
        return "%s: %s live, %s %s, %s%s would be lost, %s differ%s%s%s"
                .formatted(
                        table.path("table").asText(),
                        Words.some(table.path("live").asLong(), "row"),
                        WORDS.count(table.path("backup").asLong()),
                        where,
                        sampled ? "about " : "",
                        WORDS.count(table.path("onlyLive").asLong()),
                        WORDS.count(table.path("changed").asLong()),
                        sampled
                                ? " (estimated from %s; at most %s lost, %s different)"
                                        .formatted(
                                                Words.some(table.path("read").asLong(), "row"),
                                                WORDS.count(table.path("onlyLiveAtMost")
                                                        .asLong()),
                                                WORDS.count(table.path("changedAtMost")
                                                        .asLong()))
                                : "",
                        "CONTENT".equals(table.path("by").asText())
                                ? " (no key: rows compared whole, a changed one counts as lost)"
                                : "",
                        table.hasNonNull("timeColumn")
                                ? "; newest %s live, %s %s%s"
                                        .formatted(
                                                table.path("newestLive").asText("none"),
                                                table.path("newestBackup").asText("none"),
                                                where,
                                                table.hasNonNull("since")
                                                        ? ", %s younger"
                                                                .formatted(Words.some(
                                                                        table.path("since")
                                                                                .asLong(),
                                                                        "row"))
                                                        : "")
                                : "");
    }
}
