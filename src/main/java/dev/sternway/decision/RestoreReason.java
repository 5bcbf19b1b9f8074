package dev.sternway.decision;

/** Why data alone may be restored; nothing else is a reason (S4-15). */
public enum RestoreReason {
    CORRUPTION,
    FAILED_MIGRATION,
    CONSTRAINT_VIOLATION,
    NO_OTHER_OPTION
}
