package dev.sternway.process;

import java.time.Duration;
import java.util.List;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How long people have. A system whose catalogue file shortens {@code decisionMinute} shortens these alike.
 *
 * @param escalateAfter when a task that nobody took is passed on: to on-call, tech lead, CTO; default 5, 15, 30 min (S4-35)
 * @param dueWithin when an approval or a choice is due; default 5 min
 * @param approvalValid how long an approval holds before the level begins; default 15 min
 * @param reviewWithin when the review of a broken glass is due; default 24 h, never shortened
 */
@ConfigurationProperties("sternway.people")
record PeopleTimes(
        @DefaultValue({"5m", "15m", "30m"}) List<Duration> escalateAfter,
        @DefaultValue("5m") Duration dueWithin,
        @DefaultValue("15m") Duration approvalValid,
        @DefaultValue("24h") Duration reviewWithin) {

    PeopleTimes {
        boolean rising = escalateAfter.size() == 3;
        for (int i = 1; rising && i < 3; i++) {
            rising = escalateAfter.get(i - 1).compareTo(escalateAfter.get(i)) <= 0;
        }
        if (!rising || escalateAfter.get(0).isNegative() || escalateAfter.get(0).isZero()) {
            throw new IllegalArgumentException("sternway.people.escalate-after: needs three rising times, got "
                    + escalateAfter + "\nHINT: the default is 5m, 15m, 30m: on-call, tech lead, CTO.");
        }
        if (dueWithin.isNegative() || dueWithin.isZero()) {
            throw new IllegalArgumentException("sternway.people.due-within: must be more than nothing, got " + dueWithin
                    + "\nHINT: the default is 5m.");
        }
        if (approvalValid.compareTo(Duration.ofMinutes(1)) < 0 || approvalValid.compareTo(Duration.ofHours(24)) > 0) {
            throw new IllegalArgumentException("sternway.people.approval-valid: must be 1 minute to 24 hours, got "
                    + approvalValid + "\nHINT: the default is 15m.");
        }
    }
}
