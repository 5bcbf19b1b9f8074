package dev.sternway.notification;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * When people are told; the channels have settings of their own.
 *
 * @param giveUpAfter a message that could not be delivered for so long is given up; default 24 h
 */
@ConfigurationProperties("sternway.notifications")
record NotificationSettings(
        @DefaultValue("24h") Duration giveUpAfter,
        @DefaultValue Deadlines deadlines) {

    /** How long after the occasion each message must have been delivered. */
    record Deadlines(
            @DefaultValue("1m") Duration immediate,
            @DefaultValue("5m") Duration onCall,
            @DefaultValue("15m") Duration team,
            @DefaultValue("60m") Duration report,
            @DefaultValue("10m") Duration end,
            @DefaultValue("5m") Duration escalation) {}

    Duration of(Deadline deadline) {
        return switch (deadline) {
            case IMMEDIATE -> deadlines.immediate();
            case ON_CALL -> deadlines.onCall();
            case TEAM -> deadlines.team();
            case REPORT -> deadlines.report();
            case END -> deadlines.end();
            case ESCALATION -> deadlines.escalation();
        };
    }
}
