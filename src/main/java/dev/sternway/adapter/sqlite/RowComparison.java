package dev.sternway.adapter.sqlite;

import dev.sternway.port.DataStore.ComparedBy;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.LostRows.Why;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.RowTimes;
import dev.sternway.port.DataStore.TableLoss;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares two databases row by row, by their keys; a table without a key by whole rows. Both are files of this host, so
 * every row is compared, whatever the size.
 */
final class RowComparison {
    private static final String OTHER = "other";

    private final Connection connection;
    private final LostRows lost;

    private RowComparison(Connection connection, LostRows lost) {
        this.connection = connection;
        this.lost = lost;
    }

    /**
     * What the live database has and the other one has not, per table of either.
     *
     * @param timeColumns by {@code main.table}
     */
    static List<TableLoss> compare(
            Path live, Path other, Map<String, String> timeColumns, Instant takenAt, LostRows lost, Progress progress)
            throws SQLException {
        try (Connection connection = SqliteFile.read(live)) {
            Tables.run(connection, "attach database 'file:" + other + "?immutable=1' as " + OTHER);
            Tables.run(connection, "begin");
            Set<String> liveTables = new TreeSet<>(Tables.list(connection, "main"));
            Set<String> otherTables = new TreeSet<>(Tables.list(connection, OTHER));
            Set<String> all = new TreeSet<>(liveTables);
            all.addAll(otherTables);
            RowComparison comparison = new RowComparison(connection, lost);
            List<TableLoss> losses = new ArrayList<>();
            for (String table : all) {
                progress.report(losses.size() * 100 / all.size(), "comparing " + table);
                boolean here = liveTables.contains(table);
                boolean there = otherTables.contains(table);
                TableLoss loss = comparison.loss(table, here, there);
                String column = timeColumns.get(loss.table());
                losses.add(column == null || !here ? loss : loss.with(comparison.times(table, column, there, takenAt)));
            }
            Tables.run(connection, "rollback");
            return losses;
        }
    }

    private TableLoss loss(String table, boolean inLive, boolean inOther) throws SQLException {
        long live = inLive ? count("main", table) : 0;
        long other = inOther ? count(OTHER, table) : 0;
        String name = "main." + table;
        List<Tables.Column> columns = inLive ? Tables.columns(connection, "main", table) : List.of();
        List<String> names = columns.stream().map(Tables.Column::name).toList();
        lost.table(name, names);
        String from = " from main." + Tables.quoted(table) + " l ";
        if (!inLive || !inOther) {
            keep(Why.ONLY_LIVE, names, from);
            return new TableLoss(name, live, other, live, 0, ComparedBy.EXISTENCE, null, null);
        }
        Set<String> theirs = Tables.columns(connection, OTHER, table).stream()
                .map(Tables.Column::name)
                .collect(Collectors.toSet());
        List<String> keys = columns.stream()
                .filter(Tables.Column::key)
                .map(Tables.Column::name)
                .toList();
        List<String> common = names.stream().filter(theirs::contains).toList();
        if (common.isEmpty()) {
            keep(Why.ONLY_LIVE, names, from);
            return new TableLoss(name, live, other, live, 0, ComparedBy.CONTENT, null, null);
        }
        if (keys.isEmpty() || !theirs.containsAll(keys)) {
            return new TableLoss(name, live, other, byContent(table, common), 0, ComparedBy.CONTENT, null, null);
        }
        String match = keys.stream()
                .map(key -> "l." + Tables.quoted(key) + " is o." + Tables.quoted(key))
                .collect(Collectors.joining(" and "));
        String onlyHere = from + "where not exists (select 1 from " + OTHER + "." + Tables.quoted(table) + " o where "
                + match + ")";
        long onlyLive = Tables.number(connection, "select count(*)" + onlyHere);
        keep(Why.ONLY_LIVE, names, onlyHere);
        String differs = common.stream()
                .filter(column -> !keys.contains(column))
                .map(column -> "l." + Tables.quoted(column) + " is not o." + Tables.quoted(column))
                .collect(Collectors.joining(" or "));
        if (differs.isEmpty()) {
            return new TableLoss(name, live, other, onlyLive, 0);
        }
        String different = from + "join " + OTHER + "." + Tables.quoted(table) + " o on " + match + " where " + differs;
        long changed = Tables.number(connection, "select count(*)" + different);
        keep(Why.CHANGED, names, different);
        return new TableLoss(name, live, other, onlyLive, changed);
    }

    /** Hands the rows on; bytes are written as PostgreSQL writes them. */
    private void keep(Why why, List<String> columns, String from) throws SQLException {
        if (lost.full() || columns.isEmpty()) {
            return;
        }
        String select = columns.stream()
                .map(column -> "l." + Tables.quoted(column))
                .collect(Collectors.joining(", ", "select ", from));
        keep(why, columns.size(), select);
    }

    private void keep(Why why, int columns, String select) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(select)) {
            while (rows.next() && !lost.full()) {
                List<String> values = new ArrayList<>();
                for (int i = 1; i <= columns; i++) {
                    values.add(
                            rows.getObject(i) instanceof byte[] bytes
                                    ? "\\x" + HexFormat.of().formatHex(bytes)
                                    : rows.getString(i));
                }
                lost.row(why, values);
            }
        }
    }

    /** Equal rows count as often as they stand there. */
    private long byContent(String table, List<String> common) throws SQLException {
        String columns = common.stream().map(Tables::quoted).collect(Collectors.joining(", "));
        String numbered = "select " + columns + ", row_number() over (partition by " + columns + ") from ";
        String onlyLive =
                numbered + "main." + Tables.quoted(table) + " except " + numbered + OTHER + "." + Tables.quoted(table);
        if (!lost.full()) {
            lost.table("main." + table, common);
            keep(Why.ONLY_LIVE, common.size(), onlyLive);
        }
        return Tables.number(connection, "select count(*) from (" + onlyLive + ")");
    }

    /** SQLite has no type of times: texts as ISO 8601, and seconds or milliseconds since 1970, are understood. */
    private RowTimes times(String table, String column, boolean inOther, Instant takenAt) throws SQLException {
        if (!names("main", table).contains(column)) {
            return null;
        }
        String quoted = Tables.quoted(column);
        String newest = "select max(" + quoted + ") from %s." + Tables.quoted(table);
        String time = "case typeof(" + quoted + ") when 'text' then julianday(" + quoted + ") when 'null' then null"
                + " else julianday(case when " + quoted + " > 100000000000 then " + quoted + " / 1000.0 else " + quoted
                + " end, 'unixepoch') end";
        long since = Tables.number(
                connection,
                "select count(*) from main." + Tables.quoted(table) + " where " + time + " > julianday('" + takenAt
                        + "')");
        boolean there = inOther && names(OTHER, table).contains(column);
        return new RowTimes(
                column,
                Tables.value(connection, newest.formatted("main")),
                there ? Tables.value(connection, newest.formatted(OTHER)) : null,
                since);
    }

    private List<String> names(String schema, String table) throws SQLException {
        return Tables.columns(connection, schema, table).stream()
                .map(Tables.Column::name)
                .toList();
    }

    private long count(String schema, String table) throws SQLException {
        return Tables.number(connection, "select count(*) from " + schema + "." + Tables.quoted(table));
    }
}
