package dev.sternway.adapter.postgres;

import dev.sternway.port.TimeLimit;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Quoting for what cannot be a parameter, and the few ways in which SQL is run here. */
final class Sql {
    private Sql() {}

    /** Reads one row. */
    @FunctionalInterface
    interface Row<T> {
        T read(ResultSet row) throws SQLException;
    }

    /** An identifier. */
    static String name(String identifier) {
        return '"' + identifier.replace("\"", "\"\"") + '"';
    }

    /** A text literal, or null; every session here has {@code standard_conforming_strings} on. */
    static String text(String value) {
        return value == null ? "null" : "'" + value.replace("'", "''") + "'";
    }

    static void run(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement()) {
            limit(statement);
            statement.execute(sql);
        }
    }

    static <T> List<T> list(Connection connection, Row<T> row, String sql, Object... parameters) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            limit(statement);
            for (int i = 0; i < parameters.length; i++) {
                statement.setObject(i + 1, parameters[i]);
            }
            List<T> found = new ArrayList<>();
            try (ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    found.add(row.read(rows));
                }
            }
            return found;
        }
    }

    /** Sessions have a limit for each statement; here for what the work may take altogether. */
    private static void limit(Statement statement) throws SQLException {
        Duration left = TimeLimit.atMost(PostgresServer.LONG);
        if (left.compareTo(PostgresServer.LONG) < 0) {
            statement.setQueryTimeout(Math.toIntExact(left.toSeconds() + 1));
        }
    }

    static <T> Optional<T> first(Connection connection, Row<T> row, String sql, Object... parameters)
            throws SQLException {
        return list(connection, row, sql, parameters).stream().findFirst();
    }

    static String value(Connection connection, String sql, Object... parameters) throws SQLException {
        List<String> values = list(connection, row -> row.getString(1), sql, parameters);
        return values.isEmpty() ? null : values.get(0);
    }

    static long number(Connection connection, String sql, Object... parameters) throws SQLException {
        String value = value(connection, sql, parameters);
        return value == null ? 0 : Long.parseLong(value);
    }
}
