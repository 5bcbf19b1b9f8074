package dev.sternway.notification;

import java.util.List;
import java.util.Locale;

/** Who is told; most are roles of {@code sternway.contacts}. */
public enum Audience {
    ON_CALL,
    DEPLOYMENT_LEAD,
    TECH_LEAD,
    INCIDENT_COMMANDER,
    CTO,
    OPERATIONS_MANAGER,
    EXECUTIVE,
    ENGINEERING,
    MANAGEMENT,
    SUPPORT,
    CUSTOMERS,
    /** Who owns what was rolled back: they get the report. */
    OWNERS,
    /** The groups that a task asks. */
    ASKED,
    /** Everybody, by the status page. */
    PUBLIC,
    /** Programs that listen. */
    PROGRAMS,
    /** The managed system itself: its maintenance mode. */
    SYSTEM;

    /** The contact tree (S2-30): whoever comes next when nobody before was reached. */
    static final List<List<Audience>> TREE = List.of(
            List.of(ON_CALL),
            List.of(TECH_LEAD, DEPLOYMENT_LEAD),
            List.of(OPERATIONS_MANAGER, ENGINEERING),
            List.of(EXECUTIVE));

    /** The contacts' role, {@code on-call} for example. */
    public String role() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    /** True when the texts for outsiders are meant for it. */
    boolean outside() {
        return this == PUBLIC || this == CUSTOMERS;
    }
}
