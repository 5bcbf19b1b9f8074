package dev.sternway.alert;

import java.time.Duration;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;

/**
 * How the inbox keeps alerts.
 *
 * @param keep how long alerts and the messages that brought them are kept; longer while their incident is open; default
 *     90 days
 * @param quietAfterFixForward after a person chose to fix forward or took over, alerts that are no worse open no new
 *     incident for this long; default 30 minutes
 * @param storesAtOnce transactions that store messages at the same time, each with a connection of its own; default 4
 * @param storeWithin a message whose transaction does not begin within this time is answered 503, to be sent again;
 *     default 2 seconds
 */
@ConfigurationProperties("sternway.alerts")
public record InboxSettings(
        @DefaultValue("P90D") Duration keep,
        @DefaultValue("30m") Duration quietAfterFixForward,
        @DefaultValue("4") int storesAtOnce,
        @DefaultValue("2s") Duration storeWithin) {}
