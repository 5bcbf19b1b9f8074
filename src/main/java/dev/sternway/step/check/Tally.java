package dev.sternway.step.check;

import dev.sternway.catalogue.Check;
import dev.sternway.step.check.Reading.Answer;
import java.util.ArrayDeque;
import java.util.Deque;

/** What one check answered so far. */
final class Tally {
    /** How many looks back separate failures are counted as flapping. */
    static final int LOOKS_BACK = 20;

    private static final int IN_A_ROW = 2;

    private final Deque<Answer> latest = new ArrayDeque<>();
    private Reading last;
    private int passes;
    private int fails;
    private int unknowns;
    private boolean everPassed;

    void add(Reading reading) {
        last = reading;
        latest.addLast(reading.answer());
        if (latest.size() > LOOKS_BACK) {
            latest.removeFirst();
        }
        switch (reading.answer()) {
            case PASS -> {
                passes++;
                fails = 0;
                unknowns = 0;
                everPassed = true;
            }
            case FAIL -> {
                passes = 0;
                fails++;
                unknowns = 0;
            }
            case UNKNOWN -> {
                // Not knowing neither heals nor harms: a failure before it still counts.
                passes = 0;
                unknowns++;
            }
        }
    }

    Check check() {
        return last.check();
    }

    Reading last() {
        return last;
    }

    /** A data check that answered: the rows will not become others by waiting. */
    boolean answeredForGood() {
        return last != null && last.check().sql() != null && last.answer() != Answer.UNKNOWN;
    }

    boolean good() {
        return answeredForGood() ? last.answer() == Answer.PASS : passes >= IN_A_ROW;
    }

    /** Failed for good. Rates can get better as the window grows, and an answer when what was started has settled. */
    boolean lost() {
        return answeredForGood() && last.answer() == Answer.FAIL;
    }

    int failsInARow() {
        return fails;
    }

    int unknownsInARow() {
        return unknowns;
    }

    boolean everPassed() {
        return everPassed;
    }

    /** How often it went from well to failed within the last looks. */
    int spells() {
        int spells = 0;
        boolean failing = false;
        for (Answer answer : latest) {
            if (answer == Answer.FAIL && !failing) {
                spells++;
            }
            failing = answer == Answer.FAIL || (failing && answer == Answer.UNKNOWN);
        }
        return spells;
    }
}
