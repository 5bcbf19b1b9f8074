package dev.sternway.decision;

/** How bad it is, the worst first. */
public enum Severity {
    CRITICAL,
    MAJOR,
    MINOR
}
