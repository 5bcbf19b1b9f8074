package dev.sternway.adapter.sqlite;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables of a SQLite database, its own catalogue and virtual tables left out, and small questions in SQL. */
final class Tables {
    private Tables() {}

    static String quoted(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** @param schema {@code main}, or the name under which a database was attached */
    static List<String> list(Connection connection, String schema) throws SQLException {
        return texts(
                connection,
                "select name from pragma_table_list where schema = ? and type in ('table', 'shadow')"
                        + " and name not like 'sqlite\\_%' escape '\\' order by name",
                schema);
    }

    /** A column of a table; {@code key} when it is part of the primary key. */
    record Column(String name, boolean key) {}

    static List<Column> columns(Connection connection, String schema, String table) throws SQLException {
        try (PreparedStatement statement =
                connection.prepareStatement("select name, pk > 0 from pragma_table_info(?, ?) order by cid")) {
            statement.setString(1, table);
            statement.setString(2, schema);
            List<Column> columns = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    columns.add(new Column(rows.getString(1), rows.getBoolean(2)));
                }
            }
            return columns;
        }
    }

    /** Rows per table, {@code main.table}. */
    static Map<String, Long> count(Connection connection) throws SQLException {
        Map<String, Long> rows = new TreeMap<>();
        for (String table : list(connection, "main")) {
            rows.put("main." + table, number(connection, "select count(*) from main." + quoted(table)));
        }
        return rows;
    }

    static long number(Connection connection, String sql) throws SQLException {
        String value = value(connection, sql);
        return value == null ? 0 : Long.parseLong(value);
    }

    static String value(Connection connection, String sql) throws SQLException {
        List<String> values = texts(connection, sql);
        return values.isEmpty() ? null : values.get(0);
    }

    static List<String> texts(Connection connection, String sql, String... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            for (int i = 0; i < parameters.length; i++) {
                statement.setString(i + 1, parameters[i]);
            }
            List<String> values = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    values.add(rows.getString(1));
                }
            }
            return values;
        }
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }
}
