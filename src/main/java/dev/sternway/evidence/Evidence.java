package dev.sternway.evidence;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * One entry of an incident's ledger: what was wanted, what was seen, when, and by whom.
 *
 * @param sequence 1, 2, 3 … within the incident
 * @param startedAt when the looking began; equal to endedAt for a moment's fact
 * @param systemId the managed system, or null when it concerns the whole incident
 * @param level 1 to 3, or null outside a level
 * @param step the step's name, as its task, class and test have it: {@code revertImage}
 * @param target what it was done to, e.g. a service's id, or null
 * @param wanted what should be true afterwards, for people
 * @param seen what was read from the world afterwards, for people
 * @param actor the signed-in user, or {@code sternway}
 * @param planSha256 the plan that the step belongs to, or null
 * @param details figures for programs; never a secret
 * @param previousHash hash of the entry before, 64 zeros for the first
 * @param hash SHA-256 over previousHash and all other fields in canonical JSON
 */
public record Evidence(
        String incidentId,
        long sequence,
        Instant startedAt,
        Instant endedAt,
        String systemId,
        Integer level,
        Kind kind,
        String step,
        String target,
        String wanted,
        String seen,
        Outcome outcome,
        String actor,
        String planSha256,
        JsonNode details,
        String previousHash,
        String hash) {

    /** What an entry is about. */
    public enum Kind {
        ALERT,
        DECISION,
        PLAN,
        STEP,
        MEASUREMENT,
        APPROVAL,
        BUDGET,
        WATCH,
        VERDICT,
        NOTE,
        NOTIFICATION
    }

    /** How it ended. */
    public enum Outcome {
        /** Done, and seen to be as wanted. */
        PROVED,
        /** Found to be as wanted already; nothing was done. */
        ALREADY,
        /** A precondition did not hold; nothing was touched. */
        REFUSED,
        /** Failed; the engine tries again or a person is called. */
        FAILED,
        /** Looked, and it was not as wanted. */
        NOT_MET,
        /** Could not be told. */
        UNKNOWN,
        /** A fact without a wish. */
        NOTED
    }
}
