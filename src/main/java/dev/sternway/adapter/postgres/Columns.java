package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Tables.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** What the catalogue of a database tells of the columns of a table. */
final class Columns {
    private static final String ALL =
            "select attname from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped order by attnum";

    private static final String KEY = "select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid"
            + " and a.attnum = any(i.indkey) where i.indrelid = ?::regclass and i.indisprimary"
            + " order by array_position(i.indkey, a.attnum)";

    private Columns() {}

    /** All columns, by name. */
    static List<String> of(Connection connection, Table table) throws SQLException {
        return names(connection, ALL, table);
    }

    /** The columns of the primary key in its order; empty when there is none. */
    static List<String> key(Connection connection, Table table) throws SQLException {
        return names(connection, KEY, table);
    }

    /** Columns that the server computes from others; nothing is ever written into them. */
    static List<String> generated(Connection connection, Table table) throws SQLException {
        return names(
                connection,
                "select attname from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped"
                        + " and attgenerated <> '' order by 1",
                table);
    }

    /** Columns that are {@code generated always as identity}: an update may not set them. */
    static List<String> alwaysGiven(Connection connection, Table table) throws SQLException {
        return names(
                connection,
                "select attname from pg_attribute where attrelid = ?::regclass and attnum > 0 and not attisdropped"
                        + " and attidentity = 'a' order by 1",
                table);
    }

    /** The type without its length; null when there is no such column. */
    static String type(Connection connection, Table table, String column) throws SQLException {
        return Sql.value(
                connection,
                "select format_type(atttypid, null) from pg_attribute where attrelid = ?::regclass and attname = ?"
                        + " and attnum > 0 and not attisdropped",
                table.quoted(),
                column);
    }

    private static List<String> names(Connection connection, String sql, Table table) throws SQLException {
        return Sql.list(connection, row -> row.getString(1), sql, table.quoted());
    }
}
