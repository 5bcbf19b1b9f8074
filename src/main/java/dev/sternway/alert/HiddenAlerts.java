package dev.sternway.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.alert.format.Reading;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * Stands in for the alerts that a message leaves out: one that fires for each system of the group, until a message of
 * the group leaves nothing out. Without it, the end of all that was shown would look like the end of all.
 */
@Component
public class HiddenAlerts {
    private static final String PREFIX = "hidden/";

    /** What stands in now is looked up again after this time, or when a message changes it: hardly any message does. */
    private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

    private static final Duration LONGEST = Duration.ofSeconds(2);

    private static final JsonMapper JSON = JsonMapper.builder().build();

    /** An alert that stands in and is not over. */
    private record Standing(String key, String series, String labels) {}

    /** What stood in for alerts of a source at a time. */
    private record Look(long at, List<Standing> standing) {
        boolean isNew() {
            return System.nanoTime() - at < LOOK_EVERY.toNanos();
        }
    }

    private final Map<String, Look> looks = new ConcurrentHashMap<>();
    private final ReentrantLock looking = new ReentrantLock();
    private final JdbcClient database;
    private final Catalogue catalogue;

    HiddenAlerts(Inbox inbox, Catalogue catalogue) {
        this.database = inbox.database();
        this.catalogue = catalogue;
    }

    /** The alerts to add to those of a message; mostly none. */
    public List<Alert> of(String source, Reading.Group group, List<Alert> shown, Instant receivedAt) {
        String hash = PREFIX + PlainText.hash(group.key()) + "/";
        return group.hidden() > 0 ? firing(source, group, shown, hash, receivedAt) : over(source, hash, receivedAt);
    }

    private List<Alert> firing(
            String source, Reading.Group group, List<Alert> shown, String prefix, Instant receivedAt) {
        Set<ManagedSystem> systems = shown.stream()
                .flatMap(alert -> catalogue.matching(alert.labels()).stream().limit(1))
                .collect(Collectors.toCollection(LinkedHashSet::new));
        List<Alert> hidden = new ArrayList<>();
        looks.remove(source);
        for (ManagedSystem system : systems) {
            Map<String, String> labels = new LinkedHashMap<>(group.labels());
            ManagedSystem.LabelValue known = system.alerts().anyOf().get(0);
            labels.put(known.label(), known.value());
            hidden.add(alert(
                    source,
                    prefix + system.id(),
                    Alert.Status.FIRING,
                    group.hidden() + " further alerts of the group, which the message leaves out",
                    receivedAt,
                    labels));
        }
        return hidden;
    }

    /** What stood in for alerts of the group, and is over now that all are shown. */
    private List<Alert> over(String source, String prefix, Instant receivedAt) {
        Map<String, Alert> over = new LinkedHashMap<>();
        for (Standing each : standing(source)) {
            if (each.key().startsWith(prefix)) {
                over.computeIfAbsent(
                        each.series(),
                        series -> alert(
                                source,
                                series,
                                Alert.Status.RESOLVED,
                                "the group leaves nothing out any more",
                                receivedAt,
                                labels(each.labels())));
            }
        }
        if (!over.isEmpty()) {
            looks.remove(source);
        }
        return List.copyOf(over.values());
    }

    /** One message looks it up, the others go on with what is known; only where nothing is known they wait. */
    private List<Standing> standing(String source) {
        Look last = looks.get(source);
        if (last != null && last.isNew()) {
            return last.standing();
        }
        if (!begins(last == null)) {
            if (last == null) {
                throw new InboxBusy("more messages come than the inbox can look into");
            }
            return last.standing();
        }
        try {
            Look now = looks.get(source);
            if (now == null || !now.isNew()) {
                now = new Look(System.nanoTime(), lookUp(source));
                looks.put(source, now);
            }
            return now.standing();
        } finally {
            looking.unlock();
        }
    }

    private boolean begins(boolean waits) {
        try {
            return waits ? looking.tryLock(LONGEST.toMillis(), TimeUnit.MILLISECONDS) : looking.tryLock();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private List<Standing> lookUp(String source) {
        return database.sql("""
                        select firing.key, firing.series, firing.alert ->> 'labels' as labels
                        from alert firing
                        where firing.source = :source and firing.key like 'hidden/%' and firing.status = 'FIRING'
                            and not exists (
                                select 1 from alert ended
                                where ended.source = :source and ended.series = firing.series
                                    and ended.status = 'RESOLVED' and ended.starts_at >= firing.starts_at)
                        order by firing.series, firing.id
                        """)
                .param("source", source)
                .query((row, n) -> new Standing(row.getString("key"), row.getString("series"), row.getString("labels")))
                .list();
    }

    /** True when the alert stands in for others, which are not shown. */
    public static boolean isStandIn(Alert alert) {
        return alert.series().startsWith(PREFIX);
    }

    private static Map<String, String> labels(String object) {
        try {
            return JSON.readValue(object, new TypeReference<>() {});
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("stored labels cannot be read", e);
        }
    }

    private static Alert alert(
            String source, String series, Alert.Status status, String title, Instant at, Map<String, String> labels) {
        String key = series + "/" + at + "/" + status.name().toLowerCase(java.util.Locale.ROOT);
        return new Alert(source, series, key, status, title, at, labels, Map.of());
    }
}
