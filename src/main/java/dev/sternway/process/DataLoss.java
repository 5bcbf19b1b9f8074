package dev.sternway.process;

import com.fasterxml.jackson.databind.JsonNode;
import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import dev.sternway.plan.Plan;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** What going back would lose, as measured last and kept in the ledger; people approve a bound of it. */
@Component
class DataLoss {

    /** How long an approval of data loss holds. */
    static final Duration APPROVAL_VALID = Duration.ofMinutes(15);

    private static final String STEP = "measureLoss";

    private final Ledger ledger;

    DataLoss(Ledger ledger) {
        this.ledger = ledger;
    }

    /** The last measurement of every store of the plan together. */
    record Measured(long onlyLive, long changed, Instant from, Instant to, List<String> tables) {

        /**
         * The greatest loss that an approval allows: what is lost now, and what the same writing would add until the
         * approval expires. Nothing more can be added once the services are stopped.
         */
        long bound() {
            long seconds = Math.max(1, Duration.between(from, to).toSeconds());
            double perSecond = (double) onlyLive / seconds;
            return onlyLive + (long) Math.ceil(perSecond * APPROVAL_VALID.toSeconds());
        }

        String summary() {
            return "%d rows exist only in the live database and would be lost. %d rows differ.%n"
                            .formatted(onlyLive, changed)
                    + "Written between %s and %s.%n".formatted(from, to)
                    + "You approve a loss of at most %d rows; above that Sternway asks again.%n".formatted(bound())
                    + String.join(System.lineSeparator(), tables);
        }
    }

    /** Empty until every store of the plan has been measured. */
    Optional<Measured> measured(String incidentId, Plan plan) {
        List<Evidence> entries = ledger.of(incidentId);
        long onlyLive = 0;
        long changed = 0;
        Instant from = Instant.MAX;
        Instant to = Instant.MIN;
        List<String> tables = new ArrayList<>();
        for (String store : plan.targets(STEP)) {
            Optional<JsonNode> found = last(entries, plan, store);
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
            loss.path("tables").forEach(table -> tables.add(line(table)));
        }
        return tables.isEmpty() && plan.targets(STEP).isEmpty()
                ? Optional.empty()
                : Optional.of(new Measured(onlyLive, changed, from, to, tables));
    }

    private static Optional<JsonNode> last(List<Evidence> entries, Plan plan, String store) {
        return entries.stream()
                .filter(entry -> entry.step().equals(STEP) && store.equals(entry.target()))
                .filter(entry -> plan.sha256().equals(entry.planSha256()))
                .filter(entry -> entry.outcome() == Evidence.Outcome.PROVED)
                .reduce((first, second) -> second)
                .map(Evidence::details);
    }

    private static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    private static String line(JsonNode table) {
        return "%s: %d rows live, %d in the backup, %d would be lost, %d differ"
                .formatted(
                        table.path("table").asText(),
                        table.path("live").asLong(),
                        table.path("backup").asLong(),
                        table.path("onlyLive").asLong(),
                        table.path("changed").asLong());
    }
}
