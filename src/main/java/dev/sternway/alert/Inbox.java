package dev.sternway.alert;

import com.zaxxer.hikari.HikariDataSource;
import dev.sternway.catalogue.Catalogue;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.database.ConnectionsBeside;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.TreeMap;
import java.util.stream.Stream;
import javax.sql.DataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.context.ApplicationEventPublisher;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Keeps every alert once, and once the message that brought it, before anybody acts on it.
 *
 * <p>It stores through a few connections of its own: however busy the engine is, an answer comes soon, and however many
 * messages come, the engine keeps its connections.
 */
@Component
@EnableConfigurationProperties(InboxSettings.class)
public class Inbox implements DisposableBean {

    /** What became of a message: how many alerts were new, and how many were there already. */
    public record Accepted(int stored, int repeated) {}

    private final Catalogue catalogue;
    private final ApplicationEventPublisher events;
    private final InboxSettings settings;
    private final HikariDataSource connections;
    private final TransactionTemplate transaction;
    private final InboxRows rows;
    private final InboxWriter writer;

    Inbox(DataSource database, Catalogue catalogue, ApplicationEventPublisher events, InboxSettings settings) {
        this.catalogue = catalogue;
        this.events = events;
        this.settings = settings;
        // One more than store: for what else stands between a message and its answer.
        connections = ConnectionsBeside.of(database, "inbox", settings.storesAtOnce() + 1, settings.storeWithin());
        transaction = new TransactionTemplate(new JdbcTransactionManager(connections));
        rows = new InboxRows(JdbcClient.create(connections));
        writer = new InboxWriter(this::storeTogether, settings.storesAtOnce(), settings.storeWithin());
    }

    /**
     * Stores the alerts of one message. A repeat, known by source and key, starts nothing; what it says anew is kept: other
     * figures, a system that is known by now, or that it still fires although its incident has ended.
     *
     * @throws Refusal with {@code SYSTEM_UNKNOWN} when no alert of the message is about a managed system; they are kept
     *     as refused
     * @throws org.springframework.dao.DataAccessException or a {@code TransactionException} when nothing was stored;
     *     {@link InboxBusy} when too many messages come
     */
    public Accepted accept(List<Alert> alerts, byte[] body) {
        return accept(alerts, body, true);
    }

    /**
     * The same.
     *
     * @param repeatsItself false when a repeat is only a message that came twice and never says that the alert still fires
     */
    public Accepted accept(List<Alert> alerts, byte[] body, boolean repeatsItself) {
        InboxRows.Body message = InboxRows.Body.of(body);
        Map<String, InboxRows.Row> byKey = new TreeMap<>();
        for (Alert alert : alerts) {
            List<ManagedSystem> systems = catalogue.matching(alert.labels());
            String systemId = systems.isEmpty() ? null : systems.get(0).id();
            // Sorted: of two messages with the same alerts one waits for the other, and never both.
            byKey.putIfAbsent(alert.key(), new InboxRows.Row(alert, systemId, message));
        }
        List<InboxRows.Row> sorted = List.copyOf(byKey.values());
        int stored = writer.store(sorted, repeatsItself);
        int unknown =
                (int) sorted.stream().filter(row -> row.systemId() == null).count();
        if (unknown == sorted.size()) {
            throw unknown(sorted.get(0).alert());
        }
        if (stored > 0) {
            events.publishEvent(new AlertsStored(stored));
        }
        return new Accepted(stored, alerts.size() - unknown - stored);
    }

    /** The inbox's own connections, for what else stands between a message and its answer. */
    JdbcClient database() {
        return JdbcClient.create(connections);
    }

    private List<String> storeTogether(List<InboxRows.Row> sorted, boolean repeatsItself) {
        return Objects.requireNonNull(transaction.execute(status -> storeNew(sorted, repeatsItself)));
    }

    private List<String> storeNew(List<InboxRows.Row> sorted, boolean repeatsItself) {
        Map<String, InboxRows.Known> known = rows.known(sorted);
        List<InboxRows.Row> fresh =
                sorted.stream().filter(row -> !known.containsKey(row.key())).toList();
        List<InboxRows.Row> repeated =
                sorted.stream().filter(row -> known.containsKey(row.key())).toList();
        List<InboxRows.Row> changed =
                repeated.stream().filter(row -> known.get(row.key()).changed()).toList();
        List<String> waiting = new ArrayList<>();
        if (!fresh.isEmpty() || !changed.isEmpty()) {
            Map<String, Long> messages = rows.messages(
                    Stream.concat(fresh.stream(), changed.stream()).toList());
            waiting.addAll(rows.insert(fresh, messages));
            rows.change(changed, messages);
        }
        if (!repeated.isEmpty()) {
            waiting.addAll(rows.takeRefused(repeated.stream()
                    .filter(row -> known.get(row.key()).refused())
                    .toList()));
            waiting.addAll(repeatsItself ? rows.fireAgain(repeated) : List.of());
        }
        return waiting;
    }

    private Refusal unknown(Alert alert) {
        return new Refusal(
                ErrorCode.SYSTEM_UNKNOWN,
                "no managed system matches the alert's labels " + alert.labels() + "; known are "
                        + catalogue.all().stream().map(Inbox::matcher).toList(),
                "set one of these labels in the alert rule, or describe the system in config/systems.");
    }

    private static String matcher(ManagedSystem system) {
        return system.alerts().toString();
    }

    @Override
    public void destroy() {
        writer.stop();
        connections.close();
    }
}
