package dev.sternway.port;

/**
 * Every refusal that Sternway knows: the constant is the BPMN error code and the heading in {@code docs/errors.md}; a
 * test compares them.
 */
public enum ErrorCode {
    // alerts
    ALERT_FORMAT_UNKNOWN,
    ALERT_MALFORMED,
    ALERT_TOO_LARGE,
    ALERT_UNAUTHENTICATED,
    SYSTEM_UNKNOWN,
    // planning
    SYSTEM_LOCKED,
    NO_TOGGLE,
    NO_RELEASE,
    NO_BACKUP,
    NO_KEPT_STORE,
    PLAN_CHANGED,
    PLAN_OBSTACLE,
    DISK_TOO_SMALL,
    // services and releases
    CONTAINER_NOT_FOUND,
    IMAGE_NOT_PRESENT,
    CONTAINER_SETTING_LOST,
    CONTAINER_ENGINE_UNSUPPORTED,
    SERVICE_NOT_READY,
    RELEASE_NOT_PROVED,
    SCHEMA_INCOMPATIBLE,
    TOGGLE_NOT_PROVED,
    // data
    BACKUP_MISSING,
    BACKUP_TRUNCATED,
    BACKUP_ALTERED,
    BACKUP_WRONG_SYSTEM,
    BACKUP_NEWER_SERVER,
    BACKUP_NOT_LOADABLE,
    STORE_SHAPE_UNKNOWN,
    STORE_IN_USE,
    // people
    PHRASE_WRONG,
    SAME_PERSON,
    ROLE_MISSING,
    APPROVAL_EXPIRED,
    APPROVAL_MISSING,
    LOSS_NOT_MEASURED,
    LOSS_ABOVE_APPROVED,
    LOSS_REJECTED,
    DECISION_MISSING,
    APPROVED_ALREADY,
    EVIDENCE_BROKEN,
    // any step
    STEP_NOT_PROVED,
    // starting
    DATA_DIRECTORY_IN_USE,
    DATABASE_UNSUPPORTED,
    CLOCK_SKEWED
}
