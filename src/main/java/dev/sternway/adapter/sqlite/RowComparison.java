package dev.sternway.adapter.sqlite;

import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.TableLoss;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Compares two databases row by row, by their keys; a table without a key by whole rows. */
final class RowComparison {
    private static final String OTHER = "other";

    private RowComparison() {}

    /** What the live database has and the other one has not, per table of either. */
    static List<TableLoss> compare(Path live, Path other, Progress progress) throws SQLException {
        try (Connection connection = SqliteFile.read(live)) {
            Tables.run(connection, "attach database 'file:" + other + "?immutable=1' as " + OTHER);
            Tables.run(connection, "begin");
            Set<String> liveTables = new TreeSet<>(Tables.list(connection, "main"));
            Set<String> otherTables = new TreeSet<>(Tables.list(connection, OTHER));
            Set<String> all = new TreeSet<>(liveTables);
            all.addAll(otherTables);
            List<TableLoss> losses = new ArrayList<>();
            for (String table : all) {
                progress.report(losses.size() * 100 / all.size(), "comparing " + table);
                losses.add(loss(connection, table, liveTables.contains(table), otherTables.contains(table)));
            }
            Tables.run(connection, "rollback");
            return losses;
        }
    }

    private static TableLoss loss(Connection connection, String table, boolean inLive, boolean inOther)
            throws SQLException {
        long live = inLive ? count(connection, "main", table) : 0;
        long other = inOther ? count(connection, OTHER, table) : 0;
        if (!inLive || !inOther) {
            return new TableLoss("main." + table, live, other, live, 0);
        }
        List<Tables.Column> columns = Tables.columns(connection, "main", table);
        Set<String> theirs = Tables.columns(connection, OTHER, table).stream()
                .map(Tables.Column::name)
                .collect(Collectors.toSet());
        List<String> keys = columns.stream()
                .filter(Tables.Column::key)
                .map(Tables.Column::name)
                .toList();
        List<String> common = columns.stream()
                .map(Tables.Column::name)
                .filter(theirs::contains)
                .toList();
        if (common.isEmpty()) {
            return new TableLoss("main." + table, live, other, live, 0);
        }
        if (keys.isEmpty() || !theirs.containsAll(keys)) {
            return new TableLoss("main." + table, live, other, onlyLiveByContent(connection, table, common), 0);
        }
        String from = " from main." + Tables.quoted(table) + " l ";
        String match = keys.stream()
                .map(key -> "l." + Tables.quoted(key) + " is o." + Tables.quoted(key))
                .collect(Collectors.joining(" and "));
        String join = OTHER + "." + Tables.quoted(table) + " o on " + match;
        long onlyLive = Tables.number(
                connection,
                "select count(*)" + from + "where not exists (select 1 from " + OTHER + "." + Tables.quoted(table)
                        + " o where " + match + ")");
        String differs = common.stream()
                .filter(column -> !keys.contains(column))
                .map(column -> "l." + Tables.quoted(column) + " is not o." + Tables.quoted(column))
                .collect(Collectors.joining(" or "));
        long changed = differs.isEmpty()
                ? 0
                : Tables.number(connection, "select count(*)" + from + "join " + join + " where " + differs);
        return new TableLoss("main." + table, live, other, onlyLive, changed);
    }

    /** Equal rows count as often as they stand there. */
    private static long onlyLiveByContent(Connection connection, String table, List<String> common)
            throws SQLException {
        String columns = common.stream().map(Tables::quoted).collect(Collectors.joining(", "));
        String numbered = "select " + columns + ", row_number() over (partition by " + columns + ") from ";
        return Tables.number(
                connection,
                "select count(*) from (" + numbered + "main." + Tables.quoted(table) + " except " + numbered + OTHER
                        + "." + Tables.quoted(table) + ")");
    }

    private static long count(Connection connection, String schema, String table) throws SQLException {
        return Tables.number(connection, "select count(*) from " + schema + "." + Tables.quoted(table));
    }
}
