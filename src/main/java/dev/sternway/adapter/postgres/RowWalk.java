package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.DataStore.LostRows;
import dev.sternway.port.DataStore.LostRows.Why;
import java.sql.Array;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Walks over two tables at once: both give their rows ordered by key, or by content where there is no key, and what one
 * has and the other has not is seen in passing.
 */
final class RowWalk {
    private static final int FETCH = 5_000;

    private final Connection live;
    private final Connection copy;
    private final Sides sides;
    private final LostRows lost;

    RowWalk(Connection live, Connection copy, Sides sides, LostRows lost) {
        this.live = live;
        this.copy = copy;
        this.sides = sides;
        this.lost = lost;
    }

    Sides sides() {
        return sides;
    }

    /** What a walk has met. */
    record Tally(long live, long backup, long onlyLive, long changed) {
        static final Tally NOTHING = new Tally(0, 0, 0, 0);

        Tally plus(Tally other) {
            return new Tally(
                    live + other.live, backup + other.backup, onlyLive + other.onlyLive, changed + other.changed);
        }
    }

    /**
     * One table as both databases have it.
     *
     * @param key columns of the primary key; empty when there is none that both have
     * @param common columns that both have: what is compared
     */
    record Sides(Table table, List<String> key, List<String> common, List<String> liveColumns) {
        static Sides of(Connection live, Connection copy, Table table) throws SQLException {
            List<String> here = Columns.of(live, table);
            List<String> common = new ArrayList<>(here);
            common.retainAll(Columns.of(copy, table));
            List<String> key = Columns.key(live, table);
            boolean same = !key.isEmpty() && key.equals(Columns.key(copy, table));
            return new Sides(table, same ? key : List.of(), common, here);
        }

        boolean byKey() {
            return !key.isEmpty();
        }

        /** Bytes order the same on every server and here, whatever the collation. */
        private List<String> order() {
            return byKey()
                    ? key.stream()
                            .map(column -> "convert_to(" + Sql.name(column) + "::text, 'UTF8')")
                            .toList()
                    : List.of("convert_to(" + md5() + ", 'UTF8')");
        }

        private String md5() {
            return "md5(" + row(common) + ")";
        }

        /** A number that is the same on both sides for what is one row. */
        String identityHash() {
            return "hashtextextended(" + row(byKey() ? key : common) + ", 0)";
        }

        String contentHash() {
            return "hashtextextended(" + row(common) + ", 0)";
        }

        private static String row(List<String> columns) {
            // A row of no columns is written '()', so that tables without common columns compare by number.
            return "row(" + columns.stream().map(Sql::name).collect(Collectors.joining(", ")) + ")::text";
        }
    }

    /** The columns as an array of texts, as the server writes them. */
    static String values(List<String> columns) {
        return columns.stream()
                .map(column -> Sql.name(column) + "::text")
                .collect(Collectors.joining(", ", "array[", "]::text[]"));
    }

    static List<String> texts(ResultSet rows, int column) throws SQLException {
        Array array = rows.getArray(column);
        return array == null ? null : Arrays.asList((String[]) array.getArray());
    }

    /** @param where a condition on the rows of both sides, beginning with a blank; empty for all of them */
    Tally over(String where) throws SQLException {
        List<String> order = sides.order();
        String keys = String.join(", ", order);
        String from = " from only " + sides.table().quoted() + where + " order by " + keys;
        String select = "select " + keys + ", " + sides.md5();
        boolean wanted = !lost.full();
        String here = select + (wanted ? ", " + values(sides.liveColumns()) : ", null::text[]") + from;
        try (PreparedStatement liveRows = statement(live, here);
                PreparedStatement copyRows = statement(copy, select + from);
                ResultSet left = liveRows.executeQuery();
                ResultSet right = copyRows.executeQuery()) {
            return merge(left, right, order.size());
        }
    }

    private static PreparedStatement statement(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(FETCH);
        return statement;
    }

    private Tally merge(ResultSet left, ResultSet right, int keys) throws SQLException {
        long seen = 0;
        long backup = 0;
        long onlyLive = 0;
        long changed = 0;
        Row here = Row.next(left, keys);
        Row there = Row.next(right, keys);
        while (here != null || there != null) {
            int order = here == null ? 1 : there == null ? -1 : here.compareTo(there);
            if (order < 0) {
                onlyLive++;
                keep(Why.ONLY_LIVE, left, keys);
            } else if (order == 0 && !here.hash().equals(there.hash())) {
                changed++;
                keep(Why.CHANGED, left, keys);
            }
            if (order <= 0) {
                seen++;
                here = Row.next(left, keys);
            }
            if (order >= 0) {
                backup++;
                there = Row.next(right, keys);
            }
        }
        return new Tally(seen, backup, onlyLive, changed);
    }

    private void keep(Why why, ResultSet row, int keys) throws SQLException {
        if (!lost.full()) {
            List<String> values = texts(row, keys + 2);
            if (values != null) {
                lost.row(why, values);
            }
        }
    }

    /** One row of a stream: its key, byte by byte as the server ordered it. */
    private record Row(byte[][] key, String hash) implements Comparable<Row> {
        static Row next(ResultSet rows, int keys) throws SQLException {
            if (!rows.next()) {
                return null;
            }
            byte[][] key = new byte[keys][];
            for (int i = 0; i < keys; i++) {
                key[i] = rows.getBytes(i + 1);
            }
            return new Row(key, rows.getString(keys + 1));
        }

        @Override
        public int compareTo(Row other) {
            for (int i = 0; i < key.length; i++) {
                int order = Arrays.compareUnsigned(key[i], other.key[i]);
                if (order != 0) {
                    return order;
                }
            }
            return 0;
        }
    }
}
