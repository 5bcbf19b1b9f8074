package dev.sternway.port;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * A technology that keeps data: it can be backed up, loaded beside, compared, swapped and swapped back.
 *
 * <p>Every method fails with {@link OutsideException} when the server does not answer, and with
 * {@link dev.sternway.port.Refusal} when a precondition does not hold; nothing live is touched then.
 */
public interface DataStore {

    /** The technology that this is for. */
    Store.Kind kind();

    /**
     * Who the live store is right now.
     *
     * @param identity changes whenever another database stands under the name (PostgreSQL: its OID)
     * @param schemaVersion as the catalogue's query gave it, or null
     */
    record Identity(String identity, String serverVersion, String schemaVersion, long bytes) {}

    /** Progress in per cent, 0 to 100, with a word on what is being done; called often, must be cheap. */
    @FunctionalInterface
    interface Progress {
        void report(int percent, String doing);

        Progress NONE = (percent, doing) -> {};
    }

    /**
     * What going back would lose, per table.
     *
     * @param table {@code schema.table}
     * @param live rows in the live table
     * @param backup rows in the copy
     * @param onlyLive rows that exist only in the live table: they would be lost
     * @param changed rows in both whose values differ in the columns that both have
     */
    record TableLoss(String table, long live, long backup, long onlyLive, long changed) {}

    /** What going back would lose, with the window of time in which it was written. */
    record Loss(Instant from, Instant to, List<TableLoss> tables) {
        public long onlyLive() {
            return tables.stream().mapToLong(TableLoss::onlyLive).sum();
        }

        public long changed() {
            return tables.stream().mapToLong(TableLoss::changed).sum();
        }
    }

    Identity identify(ManagedSystem system, Store store);

    /** Preconditions of a swap that do not hold, as sentences; empty when it may go on. */
    List<String> obstacles(ManagedSystem system, Store store);

    /** Writes a backup of the store into the directory and describes it. */
    BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress);

    /**
     * Reads a backup to its end.
     *
     * @throws Refusal when it is missing, truncated, altered or not loadable here
     */
    void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory);

    /**
     * Loads a backup into a new database beside the live one; a copy that was finished before is taken as it is, an
     * unfinished one is thrown away first, with the processes that still write to it.
     *
     * @param name of the new database
     */
    void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress);

    /** Compares the live store with a loaded copy. */
    Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress);

    /** Which of the three databases exist, by identity; tells how far a swap came. */
    record Shape(Optional<String> live, Optional<String> beside, Optional<String> kept) {}

    Shape shape(ManagedSystem system, Store store, String beside, String kept);

    /**
     * Makes the copy the live store and keeps the failed one under a name; finishes or reverts what a crash left.
     *
     * @param beside the loaded copy
     * @param kept the name that the failed database gets
     * @return how long the store was not to be reached, in milliseconds
     */
    long swap(ManagedSystem system, Store store, String beside, String kept);

    /** Removes a database that is not live; does nothing when there is none. */
    void discard(ManagedSystem system, Store store, String name);

    /** The one value that a query on the live store gives, as text; null when it gives none. */
    String query(ManagedSystem system, Store store, String sql);
}
