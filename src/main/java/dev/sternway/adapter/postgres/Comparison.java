package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.DataStore.Loss;
import dev.sternway.port.DataStore.Progress;
import dev.sternway.port.DataStore.TableLoss;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/**
 * Compares two databases table by table: both give their rows ordered by primary key, and one walk over the two streams
 * tells what is in one only and what differs.
 */
final class Comparison {
    private static final int FETCH = 5_000;

    private static final String COLUMNS =
            "select attname from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped order by 1";

    private static final String KEY = "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
            + " and a.attnum = any(i.indkey) where i.indrelid = ?::regclass and i.indisprimary"
            + " order by array_position(i.indkey, a.attnum)";

    private final Connection live;
    private final Connection copy;

    private Comparison(Connection live, Connection copy) {
        this.live = live;
        this.copy = copy;
    }

    static Loss compare(PostgresServer server, String copyName, Instant takenAt, Progress progress) {
        String database = server.store().database();
        try (Connection live = server.open(database, "compare", PostgresServer.LONG);
                Connection copy = new Swap(server).enter(copyName, "compare", PostgresServer.LONG)) {
            for (Connection each : List.of(live, copy)) {
                each.setAutoCommit(false);
                each.setReadOnly(true);
                each.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
            }
            List<TableLoss> tables = new Comparison(live, copy).tables(progress);
            return new Loss(takenAt, Instant.now(), tables);
        } catch (SQLException e) {
            throw server.failure("compare with '" + copyName + "'", e);
        }
    }

    private List<TableLoss> tables(Progress progress) throws SQLException {
        Set<Table> here = new TreeSet<>(Tables.list(live));
        Set<Table> there = new TreeSet<>(Tables.list(copy));
        Set<Table> all = new TreeSet<>(here);
        all.addAll(there);
        List<TableLoss> losses = new ArrayList<>();
        for (Table table : all) {
            progress.report(100 * losses.size() / all.size(), "comparing " + table);
            if (!there.contains(table)) {
                long rows = Tables.count(live, table);
                losses.add(new TableLoss(table.toString(), rows, 0, rows, 0));
            } else if (!here.contains(table)) {
                losses.add(new TableLoss(table.toString(), 0, Tables.count(copy, table), 0, 0));
            } else {
                losses.add(table(table));
            }
        }
        progress.report(100, "compared");
        return losses;
    }

    private TableLoss table(Table table) throws SQLException {
        List<String> common = new ArrayList<>(names(live, COLUMNS, table));
        common.retainAll(names(copy, COLUMNS, table));
        List<String> key = names(live, KEY, table);
        boolean byKey = !key.isEmpty() && key.equals(names(copy, KEY, table));
        String sql = byKey ? keyed(table, key, common) : bag(table, common);
        try (PreparedStatement liveRows = statement(live, sql);
                PreparedStatement copyRows = statement(copy, sql);
                ResultSet left = liveRows.executeQuery();
                ResultSet right = copyRows.executeQuery()) {
            return walk(table, left, right, byKey ? key.size() : 1);
        }
    }

    private static PreparedStatement statement(Connection connection, String sql) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        statement.setFetchSize(FETCH);
        return statement;
    }

    private static List<String> names(Connection connection, String sql, Table table) throws SQLException {
        return Sql.list(connection, row -> row.getString(1), sql, table.quoted());
    }

    /** Key columns as bytes, a hash of the row, and 1: each row counts once. */
    private static String keyed(Table table, List<String> key, List<String> common) {
        String keys = key.stream().map(Comparison::bytes).collect(Collectors.joining(", "));
        return "select " + keys + ", " + hash(common) + ", 1 from only " + table.quoted() + " order by " + keys;
    }

    /** Without a key a row is its own hash, and equal rows are counted. */
    private static String bag(Table table, List<String> common) {
        return "select convert_to(hash, 'UTF8'), '', count(*) from (select " + hash(common) + " as hash from only "
                + table.quoted() + ") rows group by hash order by hash collate \"C\"";
    }

    /** Bytes order the same on every server and here, whatever the collation. */
    private static String bytes(String column) {
        return "convert_to(" + Sql.name(column) + "::text, 'UTF8')";
    }

    private static String hash(List<String> common) {
        // A row of no columns is written '()', so that tables without common columns compare by number.
        return "md5(row(" + common.stream().map(Sql::name).collect(Collectors.joining(", ")) + ")::text)";
    }

    private static TableLoss walk(Table table, ResultSet left, ResultSet right, int keys) throws SQLException {
        long live = 0;
        long backup = 0;
        long onlyLive = 0;
        long changed = 0;
        Row here = Row.next(left, keys);
        Row there = Row.next(right, keys);
        while (here != null || there != null) {
            int order = here == null ? 1 : there == null ? -1 : here.compareTo(there);
            if (order <= 0) {
                live += here.times();
            }
            if (order >= 0) {
                backup += there.times();
            }
            if (order < 0) {
                onlyLive += here.times();
            } else if (order == 0) {
                onlyLive += Math.max(0, here.times() - there.times());
                changed += here.hash().equals(there.hash()) ? 0 : 1;
            }
            here = order <= 0 ? Row.next(left, keys) : here;
            there = order >= 0 ? Row.next(right, keys) : there;
        }
        return new TableLoss(table.toString(), live, backup, onlyLive, changed);
    }

    /** One row of a stream: its key, byte by byte as the server ordered it. */
    private record Row(byte[][] key, String hash, long times) implements Comparable<Row> {
        static Row next(ResultSet rows, int keys) throws SQLException {
            if (!rows.next()) {
                return null;
            }
            byte[][] key = new byte[keys][];
            for (int i = 0; i < keys; i++) {
                key[i] = rows.getBytes(i + 1);
            }
            return new Row(key, rows.getString(keys + 1), rows.getLong(keys + 2));
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
