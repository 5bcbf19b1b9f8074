package dev.sternway.adapter.sqlite;

import dev.sternway.adapter.files.FileSwap;
import dev.sternway.adapter.files.Holders;
import dev.sternway.adapter.files.Mark;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What a SQLite file needs before it is swapped: nobody holds it open, and nothing stands in a journal beside it. */
final class Journals implements FileSwap.Users {
    private static final List<String> SIDES = List.of("-wal", "-shm", "-journal");

    private final SqliteFile file;

    Journals(SqliteFile file) {
        this.file = file;
    }

    @Override
    public void prepare(Path live, Path beside) throws IOException, SQLException {
        // Before the copy's own journal is looked for: what a crash left of this write is brought in by the next one.
        IssuedIds.advance(beside, bringIn(live));
        withoutJournals(beside);
    }

    /** A process that holds the old file would go on writing to it, and nobody would ever see that. */
    @Override
    public void requireUnused(Path live, Path beside) throws IOException {
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
