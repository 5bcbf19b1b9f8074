package dev.sternway.decision;

/**
 * What one firing alert says.
 *
 * @param alert the alert's id, as rules that match it are recorded with
 */
public record AlertFacts(String alert, Facts facts) {}
