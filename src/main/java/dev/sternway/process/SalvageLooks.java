package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.util.Optional;

/** What was seen when lost rows were looked for. */
final class SalvageLooks {
    private SalvageLooks() {}

    /** The last look of an incident that came to its end. */
    static Optional<Evidence> last(Ledger ledger, String incidentId) {
        return ledger.of(incidentId).stream()
                .filter(entry -> "findLostRows".equals(entry.step()))
                .filter(entry -> entry.details().has("stores"))
                .reduce((older, newer) -> newer);
    }
}
