package dev.sternway.process;

import java.time.Duration;
import java.util.Optional;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.boot.convert.DurationStyle;

/**
 * When backups are taken and proved by themselves.
 *
 * @param proveEvery time between two proofs of a system's newest unproved backup, {@code off} for none; default P1D
 * @param proveAfter a backup is left alone for this time: an upgrade often follows it; default 10 min
 * @param lookEvery time between two looks at what is due; default 1 min
 */
@ConfigurationProperties("sternway.backup")
record BackupTimes(
        @DefaultValue("P1D") String proveEvery,
        @DefaultValue("10m") Duration proveAfter,
        @DefaultValue("1m") Duration lookEvery) {

    /** Empty when nothing is proved by schedule. */
    Optional<Duration> proving() {
        // YAML reads off without quotes as false.
        return proveEvery.equalsIgnoreCase("off") || proveEvery.equalsIgnoreCase("false")
                ? Optional.empty()
                : Optional.of(DurationStyle.detectAndParse(proveEvery));
    }
}
