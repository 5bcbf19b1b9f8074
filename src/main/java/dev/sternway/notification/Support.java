package dev.sternway.notification;

/**
 * Help from outside, shown when its layer fails (S4-36); {@code sternway.external-support}.
 *
 * @param layer {@code cloud}, {@code database} or {@code cdn}
 */
public record Support(String layer, String name, String phone, String mail, String link) {}
