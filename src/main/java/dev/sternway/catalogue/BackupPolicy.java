package dev.sternway.catalogue;

import java.time.Duration;
import java.util.Optional;

/**
 * When a system is backed up by itself, and how many of those backups are kept.
 *
 * @param every time between two scheduled backups; null for none
 * @param keepLast this many of the newest scheduled backups are kept; default 7
 * @param keepDays scheduled backups younger than this many days are kept as well; default 30
 */
public record BackupPolicy(Duration every, int keepLast, int keepDays) {
    public static final BackupPolicy NONE = new BackupPolicy(null, 7, 30);

    /** Empty when nothing is backed up by schedule. */
    public Optional<Duration> schedule() {
        return Optional.ofNullable(every);
    }
}
