package dev.sternway.alert;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.SmartLifecycle;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Removes alerts, and the messages that brought them, once they are old and no open incident is about them. */
@Component
class OldAlerts implements SmartLifecycle {
    private static final Logger LOG = LoggerFactory.getLogger(OldAlerts.class);
    private static final Duration LOOK_EVERY = Duration.ofHours(1);

    /** So that nothing is locked for long. */
    private static final int AT_ONCE = 1_000;

    private final JdbcClient database;
    private final InboxSettings settings;
    private ScheduledExecutorService remover;

    OldAlerts(JdbcClient database, InboxSettings settings) {
        this.database = database;
        this.settings = settings;
    }

    /**
     * Removes what is older than {@code sternway.alerts.keep}: alerts, and messages that no alert refers to, as a repeat with
     * new figures leaves the one before it; gives back how many alerts.
     */
    int remove() {
        OffsetDateTime before = OffsetDateTime.now(ZoneOffset.UTC).minus(settings.keep());
        int removed = 0;
        int some;
        do {
            some = database.sql("""
                            delete from alert where id in (
                                select alert.id from alert left join incident on incident.id = alert.incident_id
                                where alert.received_at < :before and alert.state <> 'WAITING'
                                    and (incident.id is null or incident.ended_at < :before)
                                order by alert.id limit :most for update of alert skip locked)
                            """)
                    .param("before", before)
                    .param("most", AT_ONCE)
                    .update();
            removed += some;
        } while (some == AT_ONCE);
        do {
            some = database.sql("""
                            delete from alert_message where id in (
                                select message.id from alert_message message where message.received_at < :before
                                    and not exists (select 1 from alert where alert.message_id = message.id)
                                limit :most for update skip locked)
                            """)
                    .param("before", before)
                    .param("most", AT_ONCE)
                    .update();
        } while (some == AT_ONCE);
        return removed;
    }

    private void removeQuietly() {
        try {
            int removed = remove();
            if (removed > 0) {
                LOG.info(
                        "{} alerts older than {} days removed",
                        removed,
                        settings.keep().toDays());
            }
        } catch (RuntimeException e) {
            LOG.warn("old alerts could not be removed, the next look is in an hour: {}", e.toString());
        }
    }

    @Override
    public synchronized void start() {
        remover = Executors.newSingleThreadScheduledExecutor(task -> {
            Thread thread = new Thread(task, "old-alerts");
            thread.setDaemon(true);
            return thread;
        });
        remover.scheduleWithFixedDelay(this::removeQuietly, 1, LOOK_EVERY.toMinutes(), TimeUnit.MINUTES);
    }

    @Override
    public synchronized void stop() {
        remover.shutdownNow();
    }

    @Override
    public synchronized boolean isRunning() {
        return remover != null && !remover.isShutdown();
    }
}
