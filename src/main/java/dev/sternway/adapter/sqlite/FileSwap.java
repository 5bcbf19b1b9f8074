package dev.sternway.adapter.sqlite;

import dev.sternway.port.DataStore.Stage;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Mandate;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Exchanges the live file and one beside it: the live one gets a second name, under which it is kept, then the other one is
 * renamed onto the live name, in one step of the file system.
 *
 * <p>The live name is never without a file. Until that step the live file is the old one; what a crash left before it, a
 * note and a second name, is found and done again; after it everything is done but the clearing up.
 */
final class FileSwap {
    private static final List<String> SIDES = List.of("-wal", "-shm", "-journal");

    private final SqliteFile file;
    /** Where a test may die. */
    private final Runnable between;

    FileSwap(SqliteFile file, Runnable between) {
        this.file = file;
        this.between = between;
    }

    /** @return how long the live name led to a file that was not to be used, in milliseconds */
    long swap(Path beside, Path kept) throws IOException, SQLException {
        Mandate.require();
        Path live = file.live();
        String liveIdentity = SqliteFile.identity(live).orElse("none");
        if (isDone(liveIdentity, beside, kept)) {
            clearUp(beside);
            return 0;
        }
        Optional<Mark> next = Mark.read(beside).filter(mark -> mark.stage() != Stage.LOADING);
        Optional<String> nextIdentity = SqliteFile.identity(beside);
        Optional<String> keptIdentity = SqliteFile.identity(kept);
        boolean free = keptIdentity.isEmpty() || keptIdentity.get().equals(liveIdentity);
        if (liveIdentity.equals("none") || next.isEmpty() || nextIdentity.isEmpty() || !free) {
            throw new Refusal(
                    ErrorCode.STORE_SHAPE_UNKNOWN,
                    "the files are not as a swap needs them: '%s' %s, '%s' %s, '%s' %s"
                            .formatted(
                                    live,
                                    liveIdentity.equals("none") ? "is missing" : "is there",
                                    beside,
                                    next.isEmpty() || nextIdentity.isEmpty() ? "is not a finished copy" : "is ready",
                                    kept,
                                    free ? "is free" : "is there already"),
                    "look at the files next to it; nothing was touched.");
        }
        requireUnused(live, beside);
        // Before the copy's own journal is looked for: what a crash left of this write is brought in by the next one.
        IssuedIds.advance(beside, bringIn(live));
        withoutJournals(beside);
        long begin = System.nanoTime();
        new Mark(Stage.KEPT, next.get().backup(), nextIdentity.get()).write(kept);
        between.run();
        Files.deleteIfExists(kept);
        Files.createLink(kept, live);
        Mark.syncFolder(live);
        between.run();
        // The last moment: up to here the live name leads to the old file.
        Mandate.require();
        requireUnused(live, beside);
        Files.move(beside, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        Mark.syncFolder(live);
        between.run();
        clearUp(beside);
        return Math.max(1, Duration.ofNanos(System.nanoTime() - begin).toMillis());
    }

    private static boolean isDone(String liveIdentity, Path beside, Path kept) throws IOException {
        return SqliteFile.identity(beside).isEmpty()
                && SqliteFile.identity(kept).isPresent()
                && Mark.read(kept)
                        .filter(mark -> mark.stage() == Stage.KEPT && liveIdentity.equals(mark.replacedBy()))
                        .isPresent();
    }

    private static void clearUp(Path beside) throws IOException {
        if (SqliteFile.identity(beside).isEmpty()) {
            Mark.remove(beside);
        }
    }

    /** A process that holds the old file would go on writing to it, and nobody would ever see that. */
    private void requireUnused(Path live, Path beside) throws IOException {
        List<String> holders = Holders.of(List.of(
                live, side(live, "-wal"), side(live, "-shm"), side(live, "-journal"), beside, side(beside, "-wal")));
        if (!holders.isEmpty()) {
            throw inUse("is held open by " + holders);
        }
    }

    private Refusal inUse(String how) {
        return new Refusal(
                ErrorCode.STORE_IN_USE,
                "file '" + file.live() + "' " + how,
                "end what uses it, then retry the task; nothing was swapped.");
    }

    /**
     * Writes what stands in the journals into the database and takes them away: a journal that stayed would be played into
     * the file that comes next, and bring its rows back.
     *
     * @return which ids the database has given out
     */
    private List<IssuedIds.Last> bringIn(Path live) throws IOException, SQLException {
        List<IssuedIds.Last> issued;
        try (Connection connection = SqliteFile.write(live)) {
            // Reading recovers a journal that a crash left.
            Tables.value(connection, "select count(*) from sqlite_schema");
            Tables.run(connection, "pragma wal_checkpoint(truncate)");
            Tables.run(connection, "begin exclusive");
            issued = IssuedIds.read(connection);
            Tables.run(connection, "rollback");
        } catch (SQLException e) {
            if (e.getErrorCode() == 5 || e.getErrorCode() == 6) {
                throw inUse("is locked by another connection");
            }
            throw e;
        }
        // The last connection to a database takes its log away: where it stays, empty or not, there is another one.
        if (Files.exists(side(live, "-wal"))) {
            throw inUse("is held open by another connection, which keeps '"
                    + side(live, "-wal").getFileName() + "'");
        }
        withoutJournals(live);
        return issued;
    }

    /** Takes empty journals away, which readers leave, and refuses while rows stand in one. */
    private void withoutJournals(Path database) throws IOException {
        for (String side : SIDES) {
            Path journal = side(database, side);
            if (!side.equals("-shm") && Files.exists(journal) && Files.size(journal) > 0) {
                throw inUse(
                        "or a copy of it has a journal '" + journal.getFileName() + "' that could not be brought in");
            }
        }
        for (String side : SIDES) {
            Files.deleteIfExists(side(database, side));
        }
    }

    static Path side(Path database, String suffix) {
        return database.resolveSibling(database.getFileName() + suffix);
    }

    /** Removes a database that is not live, with all that stands beside it. */
    static void remove(Path database) throws IOException {
        for (String side : SIDES) {
            Files.deleteIfExists(side(database, side));
        }
        Files.deleteIfExists(database);
        Mark.remove(database);
    }
}
