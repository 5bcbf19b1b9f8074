package dev.sternway.alert;

/** Told when new alerts are in the inbox, so that nobody has to wait for the next look. */
public record AlertsStored(int count) {}
