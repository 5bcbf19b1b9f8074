package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.RowWalk.Sides;
import dev.sternway.adapter.postgres.RowWalk.Tally;
import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.DataStore.ComparedBy;
import dev.sternway.port.DataStore.Depth;
import dev.sternway.port.DataStore.Estimate;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.LostRows.Why;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.RowTimes;
import dev.sternway.port.DataStore.TableLoss;
import dev.sternway.port.Sample;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Compares two databases of one server table by table: small tables row by row, large ones by sums over ranges of their
 * keys, and of very large ones a part, chosen by a hash of the key, so that it is the same part on both sides.
 */
final class Comparison {
    private static final int FETCH = 5_000;

    /** What a time can be compared with the backup's; a date is its first instant, in UTC. */
    private static final Set<String> TIMES = Set.of("timestamp with time zone", "timestamp without time zone", "date");

    private static final Set<String> COUNTERS = Set.of("bigint", "integer", "numeric");

    private final Connection live;
    private final Connection copy;
    private final Depth depth;
    private final LostRows lost;
    private final Progress progress;

    Comparison(Connection live, Connection copy, Depth depth, LostRows lost, Progress progress) {
        this.live = live;
        this.copy = copy;
        this.depth = depth;
        this.lost = lost;
        this.progress = progress;
    }

    static Loss compare(
            PostgresServer server, String copyName, Instant takenAt, Depth depth, LostRows lost, Progress progress) {
        String database = server.store().database();
        try (Connection live = server.open(database, "compare", PostgresServer.LONG);
                Connection copy = new Swap(server).enter(copyName, "compare", PostgresServer.LONG)) {
            asOfNow(live);
            asOfNow(copy);
            Comparison comparison = new Comparison(live, copy, depth, lost, progress);
            List<TableLoss> tables = comparison.tables(server, takenAt);
            return new Loss(takenAt, Instant.now(), tables);
        } catch (SQLException e) {
            throw server.failure("compare with '" + copyName + "'", e);
        }
    }

    /** All that is read of a database is of one moment. */
    static void asOfNow(Connection connection) throws SQLException {
        connection.setAutoCommit(false);
        connection.setReadOnly(true);
        connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
    }

    private List<TableLoss> tables(PostgresServer server, Instant takenAt) throws SQLException {
        Set<Table> here = new TreeSet<>(Tables.list(live));
        Set<Table> there = new TreeSet<>(Tables.list(copy));
        Set<Table> all = new TreeSet<>(here);
        all.addAll(there);
        List<TableLoss> losses = new ArrayList<>();
        for (Table table : all) {
            progress.report(100 * losses.size() / all.size(), "comparing " + table);
            TableLoss loss;
            if (!there.contains(table)) {
                loss = onlyHere(table);
            } else if (!here.contains(table)) {
                loss = new TableLoss(
                        table.toString(), 0, Tables.count(copy, table), 0, 0, ComparedBy.EXISTENCE, null, null);
            } else {
                loss = table(table);
            }
            String column = server.store().timeColumns().get(table.toString());
            losses.add(column == null ? loss : loss.with(times(table, column, takenAt, here, there)));
        }
        progress.report(100, "compared");
        return losses;
    }

    private TableLoss onlyHere(Table table) throws SQLException {
        long rows = Tables.count(live, table);
        if (rows > 0 && !lost.full()) {
            List<String> columns = Columns.of(live, table);
            lost.table(table.toString(), columns);
            try (PreparedStatement statement =
                    live.prepareStatement("select " + RowWalk.values(columns) + " from only " + table.quoted())) {
                statement.setFetchSize(FETCH);
                try (ResultSet found = statement.executeQuery()) {
                    while (found.next() && !lost.full()) {
                        lost.row(Why.ONLY_LIVE, RowWalk.texts(found, 1));
                    }
                }
            }
        }
        return new TableLoss(table.toString(), rows, 0, rows, 0, ComparedBy.EXISTENCE, null, null);
    }

    private TableLoss table(Table table) throws SQLException {
        Sides sides = Sides.of(live, copy, table);
        lost.table(table.toString(), sides.liveColumns());
        ComparedBy by = sides.byKey() ? ComparedBy.KEY : ComparedBy.CONTENT;
        long rows = Tables.count(live, table);
        long backup = Tables.count(copy, table);
        long larger = Math.max(rows, backup);
        RowWalk walk = new RowWalk(live, copy, sides, lost);
        if (larger > depth.sampleAbove()) {
            return sampled(walk, sides, table, rows, backup, by);
        }
        Tally tally = larger > depth.rangesAbove() ? KeyRanges.walk(live, copy, walk, rows, progress) : null;
        if (tally == null) {
            tally = walk.over("");
        }
        return new TableLoss(table.toString(), rows, backup, tally.onlyLive(), tally.changed(), by, null, null);
    }

    private TableLoss sampled(RowWalk walk, Sides sides, Table table, long rows, long backup, ComparedBy by)
            throws SQLException {
        long every = Math.max(1, (Math.max(rows, backup) - 1) / Math.max(1, depth.sampleRows()) + 1);
        progress.report(0, "comparing about one in " + every + " rows of " + table);
        Tally tally = walk.over(" where mod(" + sides.identityHash() + ", " + every + ") = 0");
        // More rows here than there cannot all be in the backup, whatever the sample says.
        Sample onlyLive = new Sample(tally.onlyLive(), tally.live(), rows).atLeast(rows - backup);
        Sample changed = new Sample(tally.changed(), tally.live(), rows);
        return new TableLoss(
                table.toString(),
                rows,
                backup,
                onlyLive.estimate(),
                changed.estimate(),
                by,
                null,
                new Estimate(tally.live(), onlyLive.atMost(), changed.atMost()));
    }

    /** Null where the live table has no such column. */
    private RowTimes times(Table table, String column, Instant takenAt, Set<Table> here, Set<Table> there)
            throws SQLException {
        String type = here.contains(table) ? Columns.type(live, table, column) : null;
        if (type == null) {
            return null;
        }
        if (!TIMES.contains(type) && !COUNTERS.contains(type)) {
            return new RowTimes(column, null, null, null);
        }
        boolean inCopy = there.contains(table) && type.equals(Columns.type(copy, table, column));
        String newest = "select max(" + Sql.name(column) + ")::text from only " + table.quoted();
        Long since = TIMES.contains(type)
                ? Sql.number(
                        live,
                        "select count(*) from only " + table.quoted() + " where " + Sql.name(column)
                                + " > ?::timestamptz",
                        takenAt.toString())
                : null;
        return new RowTimes(column, Sql.value(live, newest), inCopy ? Sql.value(copy, newest) : null, since);
    }
}
