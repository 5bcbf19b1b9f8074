package dev.sternway.evidence;

import java.util.List;
import java.util.Optional;

/** The append-only, hash-chained record of one incident after another. */
public interface Ledger {

    /** Appends in a transaction of its own, so that the entry outlives a failed step. */
    Evidence append(Entry entry);

    /** All entries of an incident, oldest first. */
    List<Evidence> of(String incidentId);

    /** The first broken place of an incident's chain, as a sentence; empty when the chain holds. */
    Optional<String> firstBreak(String incidentId);
}
