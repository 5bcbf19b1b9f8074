package dev.sternway.evidence;

import static java.time.temporal.ChronoUnit.MICROS;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.zaxxer.hikari.HikariDataSource;
import dev.sternway.database.ConnectionsBeside;
import dev.sternway.port.Redaction;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import javax.sql.DataSource;
import org.springframework.beans.factory.DisposableBean;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.stereotype.Component;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * The append-only, hash-chained record of one incident after another.
 *
 * <p>It writes through a few connections of its own: an entry outlives the step whose transaction failed, and can be
 * written when every other connection is taken.
 */
@Component
public class Ledger implements DisposableBean {
    private static final int CONNECTIONS = 3;
    private static final Duration WAIT = Duration.ofSeconds(5);

    private final HikariDataSource connections;
    private final JdbcClient jdbc;
    private final TransactionTemplate transaction;
    private final TransactionTemplate snapshot;

    @Autowired
    public Ledger(DataSource database) {
        connections = ConnectionsBeside.of(database, "evidence", CONNECTIONS, WAIT);
        jdbc = JdbcClient.create(connections);
        JdbcTransactionManager transactions = new JdbcTransactionManager(connections);
        transaction = new TransactionTemplate(transactions);
        snapshot = new TransactionTemplate(transactions);
        snapshot.setIsolationLevel(TransactionDefinition.ISOLATION_REPEATABLE_READ);
        snapshot.setReadOnly(true);
    }

    /** Without a database: for a double that remembers in memory. */
    protected Ledger() {
        connections = null;
        jdbc = null;
        transaction = null;
        snapshot = null;
    }

    /** Appends in a transaction of its own, so that the entry outlives a failed step. */
    public Evidence append(Entry entry) {
        return Objects.requireNonNull(transaction.execute(status -> {
            Chain.Head head = lockHead(entry.incidentId());
            Evidence evidence = link(entry, head);
            insert(evidence);
            jdbc.sql("update evidence_head set entries = entries + 1, hash = ? where incident_id = ?")
                    .params(evidence.hash(), evidence.incidentId())
                    .update();
            return evidence;
        }));
    }

    /** All entries of an incident, oldest first; none for an incident that is not known. */
    public List<Evidence> of(String incidentId) {
        return jdbc.sql("select * from evidence where incident_id = ? order by sequence")
                .param(incidentId)
                .query(Ledger::read)
                .list();
    }

    /** The newest entry of a step, for each of the incidents that has one. */
    public Map<String, Evidence> last(String step, Collection<String> incidentIds) {
        return jdbc
                .sql("select distinct on (incident_id) * from evidence where step = :step and incident_id = any(:ids)"
                        + " order by incident_id, sequence desc")
                .param("step", step)
                .param("ids", incidentIds.toArray(String[]::new))
                .query(Ledger::read)
                .list()
                .stream()
                .collect(Collectors.toMap(Evidence::incidentId, Function.identity()));
    }

    /** Where the incident's chain ends; empty when nothing was written of it. */
    public Optional<Chain.Head> head(String incidentId) {
        return jdbc.sql("select entries, hash from evidence_head where incident_id = ?")
                .param(incidentId)
                .query((row, number) -> new Chain.Head(row.getLong("entries"), row.getString("hash")))
                .optional();
    }

    /** The first broken place of an incident's chain, as a sentence; empty when the chain holds. */
    public Optional<String> firstBreak(String incidentId) {
        try {
            return Objects.requireNonNull(snapshot.execute(status -> {
                Chain.Head head = head(incidentId).orElse(new Chain.Head(0, Chain.START));
                return Chain.firstBreak(of(incidentId), head);
            }));
        } catch (IllegalArgumentException e) {
            return Optional.of("an entry was edited so that it cannot be read: " + e.getMessage());
        }
    }

    @Override
    public void destroy() {
        if (connections != null) {
            connections.close();
        }
    }

    /** The entry made harmless, given its place after the head. */
    protected static Evidence link(Entry entry, Chain.Head head) {
        Evidence open = new Evidence(
                entry.incidentId(),
                head.entries() + 1,
                entry.startedAt().truncatedTo(MICROS),
                entry.endedAt().truncatedTo(MICROS),
                Texts.clean(entry.systemId(), Texts.NAME),
                entry.level(),
                entry.kind(),
                Texts.clean(entry.step(), Texts.NAME),
                Texts.clean(entry.target(), Texts.NAME),
                Texts.clean(Redaction.of(entry.wanted()), Texts.SENTENCE),
                Texts.clean(Redaction.of(entry.seen()), Texts.SENTENCE),
                entry.outcome(),
                Texts.clean(entry.actor(), Texts.NAME),
                Texts.clean(entry.planSha256(), Texts.NAME),
                details(entry.details()),
                head.hash(),
                null);
        return withHash(open, Chain.hash(open));
    }

    private static JsonNode details(ObjectNode given) {
        if (given == null) {
            return JsonNodeFactory.instance.objectNode();
        }
        // Once through text: objects that were put in as they are become plain JSON.
        JsonNode clean = Texts.clean(Json.MAPPER.valueToTree(given));
        String canonical = Json.canonical(Texts.clean(Json.read(clean.toString())));
        if (canonical.length() > Texts.DETAILS) {
            return JsonNodeFactory.instance
                    .objectNode()
                    .put("cut", true)
                    .put("characters", canonical.length())
                    .put("sha256", Chain.sha256(canonical));
        }
        return Json.read(canonical);
    }

    private Chain.Head lockHead(String incidentId) {
        String lock = "select entries, hash from evidence_head where incident_id = ? for update";
        Optional<Chain.Head> head = jdbc.sql(lock)
                .param(incidentId)
                .query((row, number) -> new Chain.Head(row.getLong("entries"), row.getString("hash")))
                .optional();
        if (head.isPresent()) {
            return head.get();
        }
        jdbc.sql("insert into evidence_head values (?, 0, ?) on conflict do nothing")
                .params(incidentId, Chain.START)
                .update();
        return jdbc.sql(lock)
                .param(incidentId)
                .query((row, number) -> new Chain.Head(row.getLong("entries"), row.getString("hash")))
                .single();
    }

    private void insert(Evidence entry) {
        jdbc.sql("insert into evidence values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")
                .param(entry.incidentId())
                .param(entry.sequence())
                .param(entry.startedAt().atOffset(ZoneOffset.UTC))
                .param(entry.endedAt().atOffset(ZoneOffset.UTC))
                .param(entry.systemId())
                .param(entry.level())
                .param(entry.kind().name())
                .param(entry.step())
                .param(entry.target())
                .param(entry.wanted())
                .param(entry.seen())
                .param(entry.outcome().name())
                .param(entry.actor())
                .param(entry.planSha256())
                .param(Json.canonical(entry.details()))
                .param(entry.previousHash())
                .param(entry.hash())
                .update();
    }

    private static Evidence read(ResultSet row, int number) throws SQLException {
        return new Evidence(
                row.getString("incident_id"),
                row.getLong("sequence"),
                instant(row, "started_at"),
                instant(row, "ended_at"),
                row.getString("system_id"),
                row.getObject("level", Integer.class),
                Evidence.Kind.valueOf(row.getString("kind")),
                row.getString("step"),
                row.getString("target"),
                row.getString("wanted"),
                row.getString("seen"),
                Evidence.Outcome.valueOf(row.getString("outcome")),
                row.getString("actor"),
                row.getString("plan_sha256"),
                Json.read(row.getString("details")),
                row.getString("previous_hash"),
                row.getString("hash"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        return row.getObject(column, OffsetDateTime.class).toInstant();
    }

    private static Evidence withHash(Evidence open, String hash) {
        return new Evidence(
                open.incidentId(),
                open.sequence(),
                open.startedAt(),
                open.endedAt(),
                open.systemId(),
                open.level(),
                open.kind(),
                open.step(),
                open.target(),
                open.wanted(),
                open.seen(),
                open.outcome(),
                open.actor(),
                open.planSha256(),
                open.details(),
                open.previousHash(),
                hash);
    }
}
