package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.RowWalk.Sides;
import dev.sternway.adapter.postgres.RowWalk.Tally;
import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.DataStore.Progress;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;

/**
 * Cuts a large table into ranges of its key, has the server sum up a hash of every row in each, and has only those ranges
 * walked row by row whose number of rows or sum differs: what did not change is read, but neither sorted nor sent.
 */
final class KeyRanges {
    private static final int ROWS_PER_RANGE = 2_000;
    private static final int FEWEST = 16;
    private static final int MOST = 2_000;
    /** As many ranges are walked at once when they follow each other: what is sorted stays small. */
    private static final int TOGETHER = 50;
    /** Rows that the bounds are taken from. */
    private static final double LOOKED_AT = 40_000;

    private static final Set<String> ORDERED = Set.of(
            "smallint",
            "integer",
            "bigint",
            "numeric",
            "uuid",
            "date",
            "timestamp with time zone",
            "timestamp without time zone",
            "text",
            "character varying");

    /** What tells of the database's own collation differs from version to version. */
    private static final String COLLATION = "select concat_ws(' ', l.collname, l.collprovider::text, l.collcollate,"
            + " d.datcollate, to_jsonb(d) ->> 'datlocprovider', to_jsonb(d) ->> 'daticulocale',"
            + " to_jsonb(d) ->> 'datlocale', l.collisdeterministic::text)"
            + " from pg_attribute a join pg_collation l on l.oid = a.attcollation, pg_database d"
            + " where d.datname = current_database() and a.attrelid = ?::regclass and a.attname = ?";

    private KeyRanges() {}

    /** The rows of a range: how many, and the sum of their hashes. */
    private record Sum(long rows, String hashes) {}

    /** Null when the table cannot be cut: it has no key, or one that is not ordered alike on both sides. */
    static Tally walk(Connection live, Connection copy, RowWalk walk, long rows, Progress progress)
            throws SQLException {
        Sides sides = walk.sides();
        if (!sides.byKey()) {
            return null;
        }
        String column = sides.key().get(0);
        String type = type(live, copy, sides.table(), column);
        if (type == null) {
            return null;
        }
        String key = Sql.name(column) + "::" + type;
        List<String> bounds = bounds(live, sides.table(), key, rows);
        Map<Integer, Sum> here = sums(live, sides, key, type, bounds);
        Map<Integer, Sum> there = sums(copy, sides, key, type, bounds);
        Tally tally = Tally.NOTHING;
        int range = 0;
        while (range <= bounds.size()) {
            int end = range;
            while (end <= bounds.size() && end - range < TOGETHER && !Objects.equals(here.get(end), there.get(end))) {
                end++;
            }
            if (end == range) {
                Sum same = here.get(range);
                long number = same == null ? 0 : same.rows();
                tally = tally.plus(new Tally(number, number, 0, 0));
                range++;
            } else {
                progress.report(
                        100 * range / (bounds.size() + 1),
                        "comparing rows of " + sides.table() + ", range " + (range + 1) + " of " + (bounds.size() + 1));
                tally = tally.plus(walk.over(between(key, type, bounds, range, end)));
                range = end;
            }
        }
        return tally;
    }

    /** The type to cut by, or null when both sides would not order it alike. */
    private static String type(Connection live, Connection copy, Table table, String column) throws SQLException {
        String type = Columns.type(live, table, column);
        if (!ORDERED.contains(type) || !type.equals(Columns.type(copy, table, column))) {
            return null;
        }
        if (type.equals("text") || type.equals("character varying")) {
            String here = Sql.value(live, COLLATION, table.quoted(), column);
            return here != null && here.equals(Sql.value(copy, COLLATION, table.quoted(), column)) ? "text" : null;
        }
        return type;
    }

    /** Some keys in their order; any would do, these cut the table into pieces of about the same size. */
    private static List<String> bounds(Connection live, Table table, String key, long rows) throws SQLException {
        long ranges = Math.max(FEWEST, Math.min(MOST, rows / ROWS_PER_RANGE));
        double percent = Math.max(0.0001, Math.min(100, 100 * LOOKED_AT / Math.max(1, rows)));
        return Sql.list(
                live,
                row -> row.getString(1),
                "select k::text from (select k, row_number() over (order by k) as place, count(*) over () as keys"
                        + " from (select distinct " + key + " as k from only " + table.quoted()
                        + " tablesample system (" + percent + ") repeatable (1)) looked) numbered"
                        + " where place % greatest(1, keys / " + ranges + ") = 0 order by numbered.k");
    }

    private static Map<Integer, Sum> sums(
            Connection connection, Sides sides, String key, String type, List<String> bounds) throws SQLException {
        String bucket = bounds.isEmpty() ? "0" : "width_bucket(" + key + ", (?::text[])::" + type + "[])";
        Map<Integer, Sum> sums = new HashMap<>();
        try (PreparedStatement statement =
                connection.prepareStatement("select " + bucket + ", count(*), sum(" + sides.contentHash()
                        + "::numeric)::text from only " + sides.table().quoted() + " group by 1")) {
            if (!bounds.isEmpty()) {
                statement.setArray(1, connection.createArrayOf("text", bounds.toArray()));
            }
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    sums.put(rows.getInt(1), new Sum(rows.getLong(2), rows.getString(3)));
                }
            }
        }
        return sums;
    }

    /** The rows of the ranges from one to another, without that one. */
    private static String between(String key, String type, List<String> bounds, int from, int to) {
        List<String> conditions = new ArrayList<>();
        if (from > 0) {
            conditions.add(key + " >= " + Sql.text(bounds.get(from - 1)) + "::" + type);
        }
        if (to - 1 < bounds.size()) {
            conditions.add(key + " < " + Sql.text(bounds.get(to - 1)) + "::" + type);
        }
        return conditions.isEmpty() ? "" : " where " + String.join(" and ", conditions);
    }
}
