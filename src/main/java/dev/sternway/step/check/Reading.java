package dev.sternway.step.check;

import dev.sternway.catalogue.Check;

/**
 * What one check answered at one moment.
 *
 * @param wanted what a good answer is, for people
 * @param seen what was answered, for people
 */
record Reading(Check check, Answer answer, String wanted, String seen) {

    /** What a check can answer. */
    enum Answer {
        PASS,
        FAIL,
        UNKNOWN
    }
}
