package dev.sternway.decision;

/** What has happened, as {@code recognise-scenario} tells from the symptoms (S1-07 to S1-10, S4-28 to S4-31). */
public enum Scenario {
    FAILED_UPGRADE,
    SERVICE_FAILURE,
    OUTAGE,
    DATA_CORRUPTION,
    CONSTRAINT_VIOLATION,
    FAILED_MIGRATION,
    CONFIGURATION_ERROR,
    MEMORY_LEAK,
    THIRD_PARTY_CHANGE,
    UI_FAULT
}
