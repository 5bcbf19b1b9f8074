package dev.sternway.notification;

import dev.sternway.notification.NoticeLog.ChannelHealth;
import dev.sternway.notification.NoticeLog.ChannelState;
import org.springframework.boot.actuate.health.Health;
import org.springframework.boot.actuate.health.HealthIndicator;
import org.springframework.boot.actuate.health.Status;
import org.springframework.stereotype.Component;

/**
 * Shows dead channels in the health: as DEGRADED, which makes neither Sternway nor its readiness fail, since a rollback
 * goes on without them.
 */
@Component
class NotificationsHealth implements HealthIndicator {
    private static final Status DEGRADED = new Status("DEGRADED", "a channel does not deliver");

    private final NoticeLog log;

    NotificationsHealth(NoticeLog log) {
        this.log = log;
    }

    @Override
    public Health health() {
        Health.Builder health = Health.up();
        for (ChannelHealth channel : log.channels()) {
            if (channel.state() == ChannelState.FAILING) {
                health.status(DEGRADED);
                health.withDetail(
                        channel.channel().name(), channel.waiting() + " messages wait: " + channel.lastError());
            } else {
                health.withDetail(channel.channel().name(), channel.state());
            }
        }
        return health.build();
    }
}
