package dev.sternway.plan;

import java.time.Instant;

/**
 * Something that a system can go back to.
 *
 * @param id what {@code --to} or {@code --backup} takes
 * @param version the version that ran, or null where nobody recorded it
 * @param takenAt when it was recorded or taken
 * @param usable false when a rollback to it would be refused now
 * @param state for people: whether images and files are still there
 */
public record RestorePoint(Kind kind, String id, String version, Instant takenAt, boolean usable, String state) {

    /** A release brings code and settings back, a backup the data and the release that it was taken on. */
    public enum Kind {
        RELEASE,
        BACKUP
    }
}
