package dev.sternway.evidence;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.PlatformTransactionManager;
import org.springframework.transaction.TransactionDefinition;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;
import org.springframework.transaction.support.TransactionTemplate;

/**
 * Entries that tell of a transaction: they are kept in it, so that neither is there without the other, and written into
 * the ledger right after its commit. What a crash leaves between the two, {@link LedgerSweep} writes later, once.
 */
@Component
public class LedgerOutbox {
    private static final Logger LOG = LoggerFactory.getLogger(LedgerOutbox.class);
    private static final String ID = "noteId";

    private final Ledger ledger;
    private final JdbcClient database;
    private final TransactionTemplate own;

    LedgerOutbox(Ledger ledger, JdbcClient database, PlatformTransactionManager transactions) {
        this.ledger = ledger;
        this.database = database;
        this.own = new TransactionTemplate(transactions);
        own.setPropagationBehavior(TransactionDefinition.PROPAGATION_REQUIRES_NEW);
    }

    /** Keeps the entry with the caller's transaction; without one it is written at once. */
    public void append(Entry entry) {
        if (!TransactionSynchronizationManager.isSynchronizationActive()) {
            ledger.append(entry);
            return;
        }
        UUID id = UUID.randomUUID();
        ObjectNode details = entry.details() == null
                ? JsonNodeFactory.instance.objectNode()
                : entry.details().deepCopy();
        Entry numbered = entry.with(details.put(ID, id.toString()));
        database.sql("insert into ledger_outbox (id, incident_id, entry) values (:id, :incident, :entry)")
                .param("id", id)
                .param("incident", entry.incidentId())
                .param("entry", write(numbered))
                .update();
        TransactionSynchronizationManager.registerSynchronization(new TransactionSynchronization() {
            @Override
            public void afterCommit() {
                try {
                    hand(id, false);
                } catch (RuntimeException e) {
                    // The transaction is committed: whoever asked for it must not hear that it failed.
                    LOG.warn("an entry of {} is written into the ledger later: {}", entry.incidentId(), e.toString());
                }
            }
        });
    }

    /** Writes what has been waiting for longer than its own node would take; gives back how many there were. */
    int sweep(Duration olderThan) {
        List<UUID> waiting = database.sql(
                        "select id from ledger_outbox where kept_at < now() - cast(:age as interval) order by number")
                .param("age", olderThan.toString())
                .query(UUID.class)
                .list();
        for (UUID id : waiting) {
            try {
                hand(id, true);
            } catch (RuntimeException e) {
                LOG.warn("kept entry {} could not be written into the ledger, trying again: {}", id, e.toString());
            }
        }
        return waiting.size();
    }

    /** One writer at a time; a row whose entry is in the ledger already only goes away. */
    private void hand(UUID id, boolean mayBeThere) {
        own.executeWithoutResult(status -> {
            Optional<Entry> kept = database.sql("select entry from ledger_outbox where id = :id for update skip locked")
                    .param("id", id)
                    .query(String.class)
                    .optional()
                    .map(LedgerOutbox::read);
            kept.ifPresent(entry -> {
                if (!mayBeThere || !isThere(entry.incidentId(), id)) {
                    ledger.append(entry);
                }
                database.sql("delete from ledger_outbox where id = :id")
                        .param("id", id)
                        .update();
            });
        });
    }

    private boolean isThere(String incidentId, UUID id) {
        return ledger.of(incidentId).stream()
                .anyMatch(each -> id.toString().equals(each.details().path(ID).asText()));
    }

    private static String write(Entry entry) {
        try {
            return Json.MAPPER.writeValueAsString(entry);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("an entry cannot be written as JSON", e);
        }
    }

    private static Entry read(String json) {
        try {
            return Json.MAPPER.readValue(json, Entry.class);
        } catch (JsonProcessingException e) {
            throw new UncheckedIOException("a kept entry cannot be read", e);
        }
    }
}
