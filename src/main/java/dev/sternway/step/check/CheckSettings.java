package dev.sternway.step.check;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How checks are measured and watched.
 *
 * @param measureEvery time between two measurements of "was it enough?"; default 2 s
 * @param watchEvery time between two looks of a watch; default 5 s
 * @param watchRange the range of a figure in a watch, so that a relapse is not hidden in an hour's mean; default 2 min
 * @param queryEvery least time between two runs of a data check in a watch, which may cost the store much; default 1 min
 * @param relapseAfter failures in a row that are a relapse, and separate failures within 20 looks that are; default 3
 */
@ConfigurationProperties("sternway.checks")
record CheckSettings(
        @DefaultValue("2s") Duration measureEvery,
        @DefaultValue("5s") Duration watchEvery,
        @DefaultValue("2m") Duration watchRange,
        @DefaultValue("1m") Duration queryEvery,
        @DefaultValue("3") int relapseAfter) {}
