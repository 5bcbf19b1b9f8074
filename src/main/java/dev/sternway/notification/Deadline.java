package dev.sternway.notification;

/** By when something must be told; the times are settings. */
enum Deadline {
    /** The five actions before a rollback (S4-06): 1 min. */
    IMMEDIATE,
    /** Whoever must act, and the deployment lead (S2-24): 5 min. */
    ON_CALL,
    /** Engineering, management, support (S2-25): 15 min. */
    TEAM,
    /** Report to the owners, customers (S2-26): 60 min. */
    REPORT,
    /** That it is over (S4-24): 10 min. */
    END,
    /** Each next level of the contact tree (S2-30): 5 min. */
    ESCALATION
}
