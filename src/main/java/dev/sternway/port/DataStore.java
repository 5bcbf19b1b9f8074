package dev.sternway.port;

import dev.sternway.catalogue.BackupSet;
import dev.sternway.catalogue.ManagedSystem;
import dev.sternway.catalogue.Store;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/**
 * A technology that keeps data, settings or files, and what it can do with them: a cache is only asked whether it is well,
 * others can be backed up, loaded beside, compared, swapped and swapped back.
 *
 * <p>Planners and steps ask {@link #can} before they promise anything; what a technology cannot do refuses. Every method
 * fails with {@link OutsideException} when the server does not answer, and with {@link dev.sternway.port.Refusal} when a
 * precondition does not hold; nothing live is touched then.
 */
public interface DataStore {

    /** What can be done with a store. */
    enum Capability {
        /** Write a backup: {@link DataStore#backUp}, {@link DataStore#rows}. */
        BACK_UP("be backed up"),
        /** Read a backup to its end: {@link DataStore#verify}. */
        VERIFY("have a backup read to its end"),
        /** Put a backup beside the live one: {@link DataStore#loadBeside}, {@link DataStore#tryRestore}. */
        LOAD_BESIDE("have a backup loaded beside it"),
        /** Tell what going back would lose: {@link DataStore#compare}. */
        COMPARE("be compared with a backup"),
        /** Make what was loaded beside live: {@link DataStore#swap}. */
        SWAP("be swapped for a backup"),
        /** Make what was put aside live again: {@link DataStore#swap} the other way round. */
        SWAP_BACK("be swapped back"),
        /** Throw away what stands beside the live one: {@link DataStore#discard}, {@link DataStore#copies}. */
        DISCARD("have a copy of it discarded"),
        /** Take over what another program wrote: {@link DataStore#adopt}. */
        ADOPT("have a backup of another program adopted");

        private final String words;

        Capability(String words) {
            this.words = words;
        }
    }

    /** All that a level 3 does to a store. */
    Set<Capability> RESTORE = Collections.unmodifiableSet(EnumSet.of(
            Capability.BACK_UP,
            Capability.VERIFY,
            Capability.LOAD_BESIDE,
            Capability.COMPARE,
            Capability.SWAP,
            Capability.DISCARD));

    /** The technology that this is for. */
    Store.Kind kind();

    /** What can be done with the store; looks at nothing but the catalogue. */
    Set<Capability> can(Store store);

    /**
     * Refuses what the technology cannot do.
     *
     * @throws Refusal with {@code STORE_CANNOT}
     */
    default void require(Store store, Capability... wanted) {
        for (Capability capability : wanted) {
            if (!can(store).contains(capability)) {
                throw cannot(store, capability);
            }
        }
    }

    private static Refusal cannot(Store store, Capability wanted) {
        return new Refusal(
                ErrorCode.STORE_CANNOT,
                "store '" + store.id() + "' is of kind " + store.kind() + " and cannot " + wanted.words,
                "leave it out, or do by hand what it needs.");
    }

    /** True when the services that use the store are stopped before a swap and started after it. */
    default boolean stopsUsers(Store store) {
        return store.reload() == Store.Reload.RESTART;
    }

    /** What a swap does, for the plan: {@code one rename, while its services are stopped}. */
    String swapping(Store store);

    /**
     * What users feel of a swap itself, for the plan; how long services are stopped for it is reckoned apart.
     *
     * <p>Zero when readers see the old or the new one and never none.
     */
    Duration outage(Store store);

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

        /** Something that was done on the way and belongs into the record, as a sentence without its point. */
        default void note(String done) {}

        Progress NONE = (percent, doing) -> {};
    }

    /** By what the rows of two tables were told apart. */
    enum ComparedBy {
        /** Rows of one key are one row. */
        KEY,
        /** There is no key that both have: a row is its content, and a changed one is a lost one. */
        CONTENT,
        /** The table is on one side only, all its rows are. */
        EXISTENCE
    }

    /**
     * When rows were written, as the column says that the catalogue names.
     *
     * @param newestLive the newest time of the live table, as the database writes it; null when there is none
     * @param newestBackup the same of the copy
     * @param since live rows whose time is after the backup's; null when the column is no time
     */
    record RowTimes(String column, String newestLive, String newestBackup, Long since) {}

    /**
     * Says that a loss was reckoned from a part of the rows.
     *
     * @param read rows of the live table that were compared
     * @param onlyLiveAtMost upper bound of the rows only live; too low in one case of two hundred
     * @param changedAtMost the same of changed rows
     */
    record Estimate(long read, long onlyLiveAtMost, long changedAtMost) {}

    /**
     * What going back would lose, per table.
     *
     * @param table {@code schema.table}
     * @param live rows in the live table
     * @param backup rows in the copy
     * @param onlyLive rows that exist only in the live table: they would be lost
     * @param changed rows in both whose values differ in the columns that both have
     * @param times null when the catalogue names no column, or the table has it not
     * @param estimate null when every row was compared
     */
    record TableLoss(
            String table,
            long live,
            long backup,
            long onlyLive,
            long changed,
            ComparedBy by,
            RowTimes times,
            Estimate estimate) {

        /** Every row compared, by its key. */
        public TableLoss(String table, long live, long backup, long onlyLive, long changed) {
            this(table, live, backup, onlyLive, changed, ComparedBy.KEY, null, null);
        }

        public TableLoss with(RowTimes known) {
            return new TableLoss(table, live, backup, onlyLive, changed, by, known, estimate);
        }

        /** The greatest number of rows that may only be live: exactly those, unless it is an estimate. */
        public long onlyLiveAtMost() {
            return estimate == null ? onlyLive : estimate.onlyLiveAtMost();
        }

        public long changedAtMost() {
            return estimate == null ? changed : estimate.changedAtMost();
        }
    }

    /**
     * Takes the rows that would be lost, as the comparison finds them: table after table, and within a table row after
     * row. It never fails: what it cannot keep it leaves out, and says so afterwards.
     */
    interface LostRows {
        /** Why a row would be lost. */
        enum Why {
            /** It exists only in the live store. */
            ONLY_LIVE,
            /** It has other values in the live store; the live ones are given. */
            CHANGED
        }

        /** Rows of this table follow. */
        void table(String table, List<String> columns);

        /** One row, its values in the order of the columns, as the database writes them; null is null. */
        void row(Why why, List<String> values);

        /** True when no further row is kept, so that none need be read for it. */
        boolean full();

        /** Keeps nothing. */
        LostRows NONE = new LostRows() {
            @Override
            public boolean full() {
                return true;
            }

            @Override
            public void table(String table, List<String> columns) {
                // nothing is kept
            }

            @Override
            public void row(Why why, List<String> values) {
                // nothing is kept
            }
        };
    }

    /**
     * How much of large tables is read.
     *
     * @param rangesAbove tables with more rows are compared by sums over ranges of their keys, and only ranges that
     *     differ row by row
     * @param sampleAbove of tables with more rows only a part is compared, and the loss is an estimate
     * @param sampleRows about how many rows that part has
     */
    record Depth(long rangesAbove, long sampleAbove, long sampleRows) {
        /** Everything is read, whatever its size. */
        public static final Depth EVERY_ROW = new Depth(100_000, Long.MAX_VALUE, Long.MAX_VALUE);
    }

    /** What going back would lose, with the window of time in which it was written. */
    record Loss(Instant from, Instant to, List<TableLoss> tables) {
        public long onlyLive() {
            return tables.stream().mapToLong(TableLoss::onlyLive).sum();
        }

        public long changed() {
            return tables.stream().mapToLong(TableLoss::changed).sum();
        }

        /** True when a part of it was reckoned from samples. */
        public boolean estimated() {
            return tables.stream().anyMatch(table -> table.estimate() != null);
        }
    }

    Identity identify(ManagedSystem system, Store store);

    /** Bytes that are free where a copy of the store is loaded; empty when that cannot be told. */
    default OptionalLong freeBytes(ManagedSystem system, Store store) {
        return OptionalLong.empty();
    }

    /** Rows per table of the live store, {@code schema.table}, counted exactly. */
    default Map<String, Long> rows(ManagedSystem system, Store store) {
        throw cannot(store, Capability.BACK_UP);
    }

    /**
     * Preconditions of a swap that do not hold, as sentences; empty when it may go on. Of a store that is only checked,
     * why it is not well.
     */
    List<String> obstacles(ManagedSystem system, Store store);

    /**
     * Writes a backup of the store into the directory and describes it; the part's file is named relative to that
     * directory.
     */
    default BackupSet.Part backUp(ManagedSystem system, Store store, Path directory, Progress progress) {
        throw cannot(store, Capability.BACK_UP);
    }

    /**
     * Reads a backup to its end.
     *
     * @param directory the folder that the part's file is named relative to
     * @param reader who reads; names what is laid beside the server for that, so two of one name must not read at once
     * @throws Refusal when it is missing, truncated, altered or not loadable here
     */
    default void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory, String reader) {
        throw cannot(store, Capability.VERIFY);
    }

    /** Reads a backup to its end for the one incident that has the system. */
    default void verify(ManagedSystem system, Store store, BackupSet.Part part, Path directory) {
        verify(system, store, part, directory, "verify");
    }

    /**
     * Loads a backup into a new database beside the live one; a copy that was finished before is taken as it is, an
     * unfinished one is thrown away first, with the processes that still write to it.
     *
     * @param name of the new database
     * @throws Refusal when the backup is not as its manifest says, as {@link #verify} would; what only reading it to its
     *     end tells is told by the load, whose copy is then taken away
     */
    default void loadBeside(
            ManagedSystem system, Store store, BackupSet.Part part, Path directory, String name, Progress progress) {
        throw cannot(store, Capability.LOAD_BESIDE);
    }

    /**
     * A question whose good answer is known, asked of a restored copy.
     *
     * @param id the catalogue's name of it
     */
    record Question(String id, String query, String expect) {}

    /**
     * What a trial restore has shown.
     *
     * @param bytes size of the restored copy
     * @param rows rows per table of the copy
     * @param schemaVersion of the copy, or null
     * @param load how long loading took
     * @param check how long looking took
     * @param faults what is wrong, as sentences; empty when the backup is good
     * @param findings what was looked at, as sentences
     */
    record Trial(
            long bytes,
            Map<String, Long> rows,
            String schemaVersion,
            Duration load,
            Duration check,
            List<String> faults,
            List<String> findings) {}

    /**
     * Loads a backup beside the live store, looks whether the copy is whole, and throws it away, however it ends. A copy
     * of the name that a crash left is thrown away first.
     *
     * @param name of the copy; nothing else may use it
     * @throws Refusal when the backup cannot be loaded
     */
    default Trial tryRestore(
            ManagedSystem system,
            Store store,
            BackupSet.Part part,
            Path directory,
            String name,
            List<Question> questions,
            Progress progress) {
        throw cannot(store, Capability.LOAD_BESIDE);
    }

    /**
     * Looks at a finished copy as {@link #tryRestore} does, and leaves it as it is.
     *
     * @param name of the copy
     * @return with no time for loading; empty when the technology looks only at copies that it throws away
     */
    default Optional<Trial> examine(
            ManagedSystem system, Store store, String name, List<Question> questions, Progress progress) {
        return Optional.empty();
    }

    /**
     * A dump of another program, as it was taken over.
     *
     * @param part its rows are not known; its file is named relative to the folder that it was copied into
     * @param takenAt as its name or its time tells
     */
    record Adopted(BackupSet.Part part, Instant takenAt) {}

    /**
     * Copies a dump that another program wrote into the folder, and describes it by what is in it.
     *
     * @throws Refusal when it is nothing that could be loaded into the store
     */
    default Adopted adopt(ManagedSystem system, Store store, Path source, Path folder) {
        throw cannot(store, Capability.ADOPT);
    }

    /** Names of the copies on the store's server that Sternway loads or has loaded and that never were live. */
    default List<String> copies(ManagedSystem system, Store store) {
        return List.of();
    }

    /**
     * Compares the live store with a loaded copy, or with a kept database: that one is opened for this session only and
     * closed again.
     */
    default Loss compare(ManagedSystem system, Store store, String name, Instant takenAt, Progress progress) {
        throw cannot(store, Capability.COMPARE);
    }

    /**
     * The same, with the rows themselves; a store that has no rows gives none.
     *
     * @param lost takes the live rows that are only live or differ
     */
    default Loss compare(
            ManagedSystem system,
            Store store,
            String name,
            Instant takenAt,
            Depth depth,
            LostRows lost,
            Progress progress) {
        return compare(system, store, name, takenAt, progress);
    }

    /**
     * What going back to a backup would change, in words that a plan can show; never a value. Empty where only a loaded
     * copy tells.
     *
     * @throws Refusal when the backup could not go live
     */
    default Optional<String> changes(ManagedSystem system, Store store, BackupSet.Part part, Path directory) {
        return Optional.empty();
    }

    /** Which of the three databases exist, by identity; tells how far a swap came. */
    record Shape(Optional<String> live, Optional<String> beside, Optional<String> kept) {}

    default Shape shape(ManagedSystem system, Store store, String beside, String kept) {
        throw cannot(store, Capability.SWAP);
    }

    /** How far a database beside the live one is. */
    enum Stage {
        /** A copy whose loading has not ended. */
        LOADING,
        /** A finished copy that waits for the swap. */
        LOADED,
        /** A database that was live and was put aside by a swap. */
        KEPT,
        /** Nothing that Sternway made. */
        UNKNOWN
    }

    /**
     * A database that stands beside the live one.
     *
     * @param backupSha256 checksum of the backup that the copy was loaded from; of a kept database, that its
     *     replacement was loaded from; null when there is none
     * @param replacedBy identity of the database that a swap made live in its place, null unless kept
     */
    record Aside(Stage stage, String identity, String backupSha256, String replacedBy) {}

    /** What stands under a name beside the live store; empty when there is nothing. */
    default Optional<Aside> aside(ManagedSystem system, Store store, String name) {
        return Optional.empty();
    }

    /**
     * Makes the copy the live store and keeps the failed one under a name; finishes or reverts what a crash left.
     *
     * @param beside the loaded copy
     * @param kept the name that the failed database gets
     * @return how long the store was not to be reached, in milliseconds; 0 when it had been swapped before
     */
    default long swap(ManagedSystem system, Store store, String beside, String kept) {
        throw cannot(store, Capability.SWAP);
    }

    /**
     * Sets the doors as they are when nothing is under way, whatever a crash left: the live store and a copy that waits
     * are open, a kept database is closed.
     *
     * @param beside the copy of that swap, or the kept database of a swap back
     */
    default void settle(ManagedSystem system, Store store, String beside) {
        throw cannot(store, Capability.SWAP);
    }

    /** Removes a database that Sternway made or kept and that is not live; does nothing when there is none. */
    default void discard(ManagedSystem system, Store store, String name) {
        throw cannot(store, Capability.DISCARD);
    }

    /** How rows are brought back from a kept database; empty when stores of this kind cannot. */
    default Optional<RowSalvage> rowSalvage() {
        return Optional.empty();
    }

    /**
     * The one value that a query on the live store gives, as text; null when it gives none. What a query is, the
     * technology decides: SQL, a key, the path of a file (its SHA-256), {@code PING}.
     */
    String query(ManagedSystem system, Store store, String sql);
}
