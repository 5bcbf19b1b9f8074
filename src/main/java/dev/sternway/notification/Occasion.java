package dev.sternway.notification;

import java.util.Locale;

/** What an incident can have to tell; each is told once for an incident and subject, however often it is asked for. */
public enum Occasion {
    /** An incident began. */
    INCIDENT_OPENED,
    /**
     * The tables or a person decided; subject: the action, and the severity when it has risen; facts {@code action}:
     * ROLL_BACK, EVALUATE or MONITOR; {@code severity}; {@code approval} when one is awaited.
     */
    DECISION_MADE,
    /** A person must do something; subject: the task; facts {@code task}, {@code groups}, {@code dueAt}, {@code calm}. */
    PERSON_NEEDED,
    /** Two people must agree to lose data; subject: the task; facts as {@link #PERSON_NEEDED}, and {@code loss}. */
    DATA_LOSS_TO_CONFIRM,
    /** Nobody took a task in time, more people are asked; subject: task and stage; facts as {@link #PERSON_NEEDED}. */
    TASK_ESCALATED,
    /** A decision was not made by its deadline, taken or not; subject: the task; facts as {@link #PERSON_NEEDED}, {@code by}. */
    TASK_OVERDUE,
    /** A task is done or withdrawn; subject: the task; facts {@code task}, {@code by}, {@code how}. */
    PERSON_DONE,
    /** A level begins; subject and fact {@code level}. */
    LEVEL_STARTED,
    /** Three quarters of a level's time are used; subject and fact {@code level}; {@code used}, {@code budget}. */
    BUDGET_WARNING,
    /** A level's time is spent; subject and fact {@code level}; {@code used}, {@code budget}. */
    BUDGET_SPENT,
    /** A step failed for good and waits for a person; subject: the step; facts {@code step}, {@code error}. */
    STEP_FAILED,
    /** Services are about to be touched: the system's maintenance mode goes on. */
    MAINTENANCE_ON,
    /** The system is healthy again: the maintenance mode goes off. */
    MAINTENANCE_OFF,
    /** The rollback was enough; the watch goes on. */
    RECOVERED,
    /** The incident report is written. */
    REPORT_WRITTEN,
    /** The incident is closed: everything is operational. */
    CLOSED,
    /** It fell back in a watch; what comes after is told anew. */
    RELAPSED,
    /** The rollback did not help or was ended: people go on. */
    HANDED_OVER,
    /** A person chose to fix forward. */
    FIXED_FORWARD,
    /** The alerts ended before anything was done. */
    RESOLVED_BY_ITSELF,
    /** Somebody ended the incident's process by hand; facts {@code by} and {@code next} when by a request of his. */
    ENDED_BY_HAND,
    /** A swap back ended; fact {@code how}. */
    SWAPPED_BACK,
    /** Somebody went around an approval; facts {@code by}, {@code reason}. */
    BREAK_GLASS,
    /** A message was not delivered by its deadline: the next contacts are told; facts {@code undelivered}, {@code why}. */
    UNDELIVERED;

    /** Told anew after each relapse; what is about one task has the task's own id, and a relapse decides by itself. */
    boolean perRound() {
        return switch (this) {
            case DECISION_MADE,
                    PERSON_NEEDED,
                    DATA_LOSS_TO_CONFIRM,
                    TASK_ESCALATED,
                    TASK_OVERDUE,
                    PERSON_DONE,
                    STEP_FAILED,
                    BREAK_GLASS,
                    UNDELIVERED -> false;
            default -> true;
        };
    }

    /** Asks a person to do something until a time. */
    boolean asks() {
        return switch (this) {
            case PERSON_NEEDED, DATA_LOSS_TO_CONFIRM, TASK_ESCALATED, TASK_OVERDUE -> true;
            default -> false;
        };
    }

    /** As it is written in names of files and fields: {@code incident-opened}. */
    public String word() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
