package dev.sternway.alert;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.json.JsonMapper;
import dev.sternway.alert.format.Reading;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

    private static final JsonMapper JSON = JsonMapper.builder().build();

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
        return database.sql("""
                        select distinct on (series) firing.series, firing.alert ->> 'labels' as labels
                        from alert firing
                        where firing.source = :source and firing.key like 'hidden/%' and firing.status = 'FIRING'
                            and starts_with(firing.key, :prefix)
                            and not exists (
                                select 1 from alert ended
                                where ended.source = :source and ended.series = firing.series
                                    and ended.status = 'RESOLVED' and ended.starts_at >= firing.starts_at)
                        """)
                .param("source", source)
                .param("prefix", prefix)
                .query((row, n) -> alert(
                        source,
                        row.getString("series"),
                        Alert.Status.RESOLVED,
                        "the group leaves nothing out any more",
                        receivedAt,
                        labels(row.getString("labels"))))
                .list();
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
