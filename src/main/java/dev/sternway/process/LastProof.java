package dev.sternway.process;

import dev.sternway.evidence.Evidence;
import dev.sternway.evidence.Ledger;
import java.time.Instant;
import java.util.Optional;
import org.springframework.stereotype.Component;

/** Reads from the evidence when a rollback was last proved to be enough: what began later is about what runs now. */
@Component
class LastProof {
    private static final String AT = "at";

    /**
     * A proof.
     *
     * @param at when it was measured that the level was enough
     * @param unasked nobody has been asked yet about what began later than this and before the proof: when the rollback
     *     planned its first level, or when it fell back for the last time before the proof
     */
    record Proof(Instant at, Instant unasked) {}

    private final Ledger ledger;

    LastProof(Ledger ledger) {
        this.ledger = ledger;
    }

    Optional<Proof> of(String incidentId) {
        Instant unasked = null;
        Proof last = null;
        for (Evidence entry : ledger.of(incidentId)) {
            if (entry.step().equals("planLevel") && unasked == null) {
                unasked = entry.endedAt();
            } else if (entry.details().path("stable").isBoolean()
                    && !entry.details().path("stable").asBoolean()) {
                unasked = at(entry);
            } else if (entry.step().equals("runChecks")
                    && entry.details().path("sufficient").asText().equals("true")) {
                last = new Proof(at(entry), unasked == null ? at(entry) : unasked);
            }
        }
        return Optional.ofNullable(last);
    }

    /** By the clock that waits, which is the wall clock's but in tests. */
    private static Instant at(Evidence entry) {
        return entry.details().hasNonNull(AT)
                ? Instant.parse(entry.details().path(AT).asText())
                : entry.endedAt();
    }
}
