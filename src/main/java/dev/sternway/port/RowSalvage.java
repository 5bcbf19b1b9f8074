package dev.sternway.port;

import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import dev.sternway.port.DataStore.Progress;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Brings rows back from a kept database into the live one, all of them or none, and takes them out again.
 *
 * <p>What is needed to undo is handed over before the live database commits, together with the name of the transaction:
 * after a crash {@link #fate} tells whether it was committed, so that nothing is done twice and nothing is lost.
 */
public interface RowSalvage {

    /**
     * What a table of the kept database has that the live one has not.
     *
     * @param table {@code schema.table}
     * @param missing rows whose key is not live
     * @param changed rows that are live with other values: a conflict, which only a person can decide
     * @param uniqueConflicts missing rows that cannot be inserted, as another row has their unique values
     * @param parentConflicts missing rows that cannot be inserted, as the row that they refer to is nowhere
     * @param needs tables that must be chosen too, since missing rows refer to missing rows there
     * @param leftBehind columns that the live table has not; their values stay in the kept database
     * @param obstacle why none of its rows can be brought back, or null
     */
    record Found(
            String table,
            long missing,
            long changed,
            long uniqueConflicts,
            long parentConflicts,
            List<String> needs,
            List<String> leftBehind,
            String obstacle) {

        /** Rows that a person can choose something about. */
        public long offered() {
            return obstacle == null ? missing + changed : 0;
        }
    }

    /** How the rows of a table are told apart, and what of them is compared when they are taken out again. */
    record RowShape(String table, List<String> key, List<String> columns) {}

    /**
     * A row that was written.
     *
     * @param key its key, as texts
     * @param before its values in the order of the columns; null when there was no row
     * @param afterHash hash of what it became
     */
    record Written(String table, List<String> key, List<String> before, String afterHash) {}

    /** Goes over rows that were written; may be called once. */
    @FunctionalInterface
    interface WrittenRows {
        void each(Consumer<Written> consumer);
    }

    /** Keeps, durably, what is needed to undo, before the live database commits. */
    @FunctionalInterface
    interface Journal {
        void keep(String transaction, List<RowShape> shapes, WrittenRows rows);
    }

    /**
     * What was chosen.
     *
     * @param tables {@code schema.table}
     * @param onlyMissing true when rows that are live with other values stay as they are
     * @param mostRows as many rows may be written at most
     */
    record Choice(List<String> tables, boolean onlyMissing, long mostRows) {}

    /**
     * What became of it.
     *
     * @param inserted per table
     * @param updated per table
     * @param leftOut rows per table that are in conflict and stayed out
     */
    record Applied(Map<String, Long> inserted, Map<String, Long> updated, Map<String, Long> leftOut) {}

    /** What became of a transaction. */
    enum Fate {
        COMMITTED,
        ABORTED,
        RUNNING,
        /** So long ago that the server does not know any more. */
        FORGOTTEN
    }

    /** Looks what could be brought back; touches nothing. */
    List<Found> find(ManagedSystem system, Store store, String kept, Progress progress);

    /**
     * Writes the chosen rows in one transaction.
     *
     * @throws Refusal when a constraint is violated or there are more rows than were chosen; nothing is written then
     */
    Applied apply(ManagedSystem system, Store store, String kept, Choice choice, Journal journal, Progress progress);

    Fate fate(ManagedSystem system, Store store, String transaction);

    /**
     * Takes rows out again that were inserted, and gives those that were overwritten their values back, in one transaction.
     *
     * @param rows as the journal of {@link #apply} has them
     * @throws Refusal when one of them was changed since, or another row refers to it; nothing is written then
     * @return how many rows
     */
    long undo(
            ManagedSystem system,
            Store store,
            List<RowShape> shapes,
            WrittenRows rows,
            Consumer<String> transaction,
            Progress progress);
}
