package dev.sternway.decision;

/** What is done about it. */
public enum Action {
    ROLL_BACK,
    EVALUATE,
    MONITOR
}
