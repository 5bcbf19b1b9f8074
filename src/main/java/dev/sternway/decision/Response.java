package dev.sternway.decision;

/** The kind of rollback that severity and scope ask for (S3-10, S4-07 to S4-21). */
public enum Response {
    FULL_ROLLBACK,
    CODE_ROLLBACK,
    PARTIAL_ROLLBACK,
    CONFIGURATION_RESTORE,
    DATABASE_RESTORE,
    UI_ROLLBACK
}
