package dev.sternway.plan;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.OutsideException;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage.RowShape;
import dev.sternway.port.RowSalvage.Written;
import dev.sternway.port.RowSalvage.WrittenRows;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Timestamp;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.RowCallbackHandler;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Transactional;

/** The register of salvages: what was chosen by whom, who agreed, and every row that was written, to undo it. */
@Component
public class Salvages {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<List<String>> TEXTS = new TypeReference<>() {};
    private static final TypeReference<List<RowShape>> SHAPES = new TypeReference<>() {};
    private static final int BATCH = 1_000;

    /** How far a salvage is. */
    public enum State {
        CHOSEN,
        REJECTED,
        /** Written down; the live database's commit may be under way or be done. */
        PREPARED,
        APPLIED,
        UNDOING,
        UNDONE
    }

    /**
     * One salvage.
     *
     * @param transaction of the live database that wrote the rows, or null
     * @param undoTransaction the one that took them out again, or null
     * @param liveIdentity the database that they were written into, or null
     */
    public record Salvage(
            long id,
            String incidentId,
            String systemId,
            String storeId,
            State state,
            List<String> tables,
            boolean onlyMissing,
            long mostRows,
            String chosenBy,
            Instant chosenAt,
            String approvedBy,
            String transaction,
            String undoTransaction,
            String liveIdentity,
            Long inserted,
            Long updated,
            Long leftOut,
            Instant endedAt,
            String undoAskedBy,
            String undoApprovedBy,
            Instant undoneAt) {}

    private final JdbcClient database;
    private final JdbcTemplate batches;

    Salvages(JdbcClient database, JdbcTemplate batches) {
        this.database = database;
        this.batches = batches;
    }

    /** Keeps a choice in the caller's transaction. */
    public long choose(
            String incidentId,
            String systemId,
            String storeId,
            List<String> tables,
            boolean onlyMissing,
            long mostRows,
            String user) {
        return database.sql("""
                        insert into salvage (incident_id, system_id, store_id, tables, only_missing, most_rows, chosen_by)
                        values (:incident, :system, :store, :tables::jsonb, :onlyMissing, :most, :user) returning id
                        """)
                .param("incident", incidentId)
                .param("system", systemId)
                .param("store", storeId)
                .param("tables", json(tables))
                .param("onlyMissing", onlyMissing)
                .param("most", mostRows)
                .param("user", user)
                .query(Long.class)
                .single();
    }

    public Salvage get(long id) {
        return database.sql("select * from salvage where id = :id")
                .param("id", id)
                .query(Salvages::read)
                .single();
    }

    /** The salvages of an incident, newest first. */
    public List<Salvage> of(String incidentId) {
        return database.sql("select * from salvage where incident_id = :incident order by id desc")
                .param("incident", incidentId)
                .query(Salvages::read)
                .list();
    }

    /** The newest one that was applied and not undone. */
    public Optional<Salvage> undoable(String incidentId) {
        return of(incidentId).stream()
                .filter(each -> each.state() == State.APPLIED || each.state() == State.UNDOING)
                .findFirst();
    }

    public void approve(long id, String user, Duration valid) {
        database.sql("update salvage set approved_by = :user, approved_at = now(),"
                        + " expires_at = now() + :seconds * interval '1 second' where id = :id and state = 'CHOSEN'")
                .param("user", user)
                .param("seconds", valid.toSeconds())
                .param("id", id)
                .update();
    }

    /** Nothing comes of a choice. */
    public void reject(long id) {
        database.sql("update salvage set state = 'REJECTED', ended_at = now() where id = :id and state = 'CHOSEN'")
                .param("id", id)
                .update();
    }

    public void askUndo(long id, String user) {
        database.sql("update salvage set undo_asked_by = :user, undo_approved_by = null where id = :id")
                .param("user", user)
                .param("id", id)
                .update();
    }

    public void approveUndo(long id, String user, Duration valid) {
        database.sql("update salvage set undo_approved_by = :user,"
                        + " undo_expires_at = now() + :seconds * interval '1 second' where id = :id")
                .param("user", user)
                .param("seconds", valid.toSeconds())
                .param("id", id)
                .update();
    }

    /**
     * Refuses unless another person than who chose agreed, not too long ago by the database's clock.
     *
     * @param undo whether the undoing is asked about
     */
    public void requireApproved(long id, boolean undo) {
        record Given(String asked, String approved, boolean valid) {}
        String asked = undo ? "undo_asked_by" : "chosen_by";
        String approved = undo ? "undo_approved_by" : "approved_by";
        String expires = undo ? "undo_expires_at" : "expires_at";
        Given given = database.sql("select " + asked + " as asked, " + approved + " as approved, coalesce(" + expires
                        + " > now(), false) as valid from salvage where id = :id")
                .param("id", id)
                .query((row, n) -> new Given(row.getString(1), row.getString(2), row.getBoolean(3)))
                .single();
        if (given.approved() == null) {
            throw new Refusal(
                    ErrorCode.APPROVAL_MISSING, "nobody has approved salvage " + id, "have it approved in Tasklist.");
        }
        if (given.approved().equals(given.asked())) {
            throw new Refusal(
                    ErrorCode.SAME_PERSON,
                    "'" + given.asked() + "' asked for salvage " + id + " and approved it",
                    "a second person must approve.");
        }
        if (!given.valid()) {
            throw new Refusal(
                    ErrorCode.APPROVAL_EXPIRED,
                    "the approval of salvage " + id + " by '" + given.approved() + "' is too old",
                    "choose again and have it approved anew.");
        }
    }

    /**
     * Keeps every written row, before the live database commits; all of it or nothing.
     *
     * @throws OutsideException when another worker was first
     */
    @Transactional
    public void prepare(long id, String transaction, String liveIdentity, List<RowShape> shapes, WrittenRows rows) {
        int first = database.sql("update salvage set state = 'PREPARED', transaction_id = :transaction,"
                        + " live_identity = :identity, shapes = :shapes::jsonb where id = :id and state = 'CHOSEN'")
                .param("transaction", transaction)
                .param("identity", liveIdentity)
                .param("shapes", json(shapes))
                .param("id", id)
                .update();
        if (first != 1) {
            throw new OutsideException("salvage " + id + " is being written by another worker");
        }
        List<Object[]> batch = new ArrayList<>();
        long[] number = {0};
        rows.each(row -> {
            number[0]++;
            batch.add(new Object[] {
                id,
                number[0],
                row.table(),
                json(row.key()),
                row.before() == null ? null : json(row.before()),
                row.afterHash()
            });
            if (batch.size() == BATCH) {
                insert(batch);
            }
        });
        insert(batch);
    }

    private void insert(List<Object[]> batch) {
        batches.batchUpdate(
                "insert into salvage_row (salvage_id, number, table_name, key, before, after_hash)"
                        + " values (?, ?, ?, ?::jsonb, ?::jsonb, ?)",
                batch);
        batch.clear();
    }

    /** The live database did not commit: as if nothing had been prepared. */
    @Transactional
    public void takeBack(long id) {
        database.sql("delete from salvage_row where salvage_id = :id")
                .param("id", id)
                .update();
        database.sql("update salvage set state = 'CHOSEN', transaction_id = null, shapes = null"
                        + " where id = :id and state = 'PREPARED'")
                .param("id", id)
                .update();
    }

    /** The live database has committed. */
    public void applied(long id, Long leftOut) {
        database.sql("""
                        update salvage set state = 'APPLIED', ended_at = coalesce(ended_at, now()), left_out = :leftOut,
                            inserted = (select count(*) from salvage_row where salvage_id = :id and before is null),
                            updated = (select count(*) from salvage_row where salvage_id = :id and before is not null)
                        where id = :id and state = 'PREPARED'
                        """).param("leftOut", leftOut).param("id", id).update();
    }

    /**
     * The live database is about to commit the undoing.
     *
     * @throws OutsideException when another worker was first
     */
    public void undoing(long id, String transaction) {
        int first = database.sql("update salvage set state = 'UNDOING', undo_transaction_id = :transaction"
                        + " where id = :id and state = 'APPLIED'")
                .param("transaction", transaction)
                .param("id", id)
                .update();
        if (first != 1) {
            throw new OutsideException("salvage " + id + " is being undone by another worker");
        }
    }

    /** The undoing did not commit. */
    public void stillApplied(long id) {
        database.sql("update salvage set state = 'APPLIED', undo_transaction_id = null where id = :id"
                        + " and state = 'UNDOING'")
                .param("id", id)
                .update();
    }

    public void undone(long id) {
        database.sql("update salvage set state = 'UNDONE', undone_at = now() where id = :id and state = 'UNDOING'")
                .param("id", id)
                .update();
    }

    public List<RowShape> shapes(long id) {
        return database.sql("select shapes::text from salvage where id = :id")
                .param("id", id)
                .query((row, n) -> list(row.getString(1), SHAPES))
                .single();
    }

    /** Every row that was written, in its order. */
    public void rows(long id, Consumer<Written> consumer) {
        database.sql("select table_name, key::text, before::text, after_hash from salvage_row where salvage_id = :id"
                        + " order by number")
                .param("id", id)
                .query((RowCallbackHandler) row -> consumer.accept(new Written(
                        row.getString(1),
                        list(row.getString(2), TEXTS),
                        row.getString(3) == null ? null : list(row.getString(3), TEXTS),
                        row.getString(4))));
    }

    private static Salvage read(ResultSet row, int number) throws SQLException {
        return new Salvage(
                row.getLong("id"),
                row.getString("incident_id"),
                row.getString("system_id"),
                row.getString("store_id"),
                State.valueOf(row.getString("state")),
                list(row.getString("tables"), TEXTS),
                row.getBoolean("only_missing"),
                row.getLong("most_rows"),
                row.getString("chosen_by"),
                instant(row, "chosen_at"),
                row.getString("approved_by"),
                row.getString("transaction_id"),
                row.getString("undo_transaction_id"),
                row.getString("live_identity"),
                row.getObject("inserted", Long.class),
                row.getObject("updated", Long.class),
                row.getObject("left_out", Long.class),
                instant(row, "ended_at"),
                row.getString("undo_asked_by"),
                row.getString("undo_approved_by"),
                instant(row, "undone_at"));
    }

    private static Instant instant(ResultSet row, String column) throws SQLException {
        Timestamp time = row.getTimestamp(column);
        return time == null ? null : time.toInstant();
    }

    private static String json(Object value) {
        try {
            return JSON.writeValueAsString(value);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
    }

    private static <T> T list(String json, TypeReference<T> type) {
        try {
            return JSON.readValue(json, type);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("the register of salvages cannot be read", e);
        }
    }
}
