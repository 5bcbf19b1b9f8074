package dev.sternway.adapter.sqlite;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** Ids that {@code AUTOINCREMENT} gives out go on where the live file stopped, so that one once given is never given again. */
final class IssuedIds {
    private IssuedIds() {}

    /** The highest id that a table ever had. */
    record Last(String table, long id) {}

    static List<Last> read(Connection connection) throws SQLException {
        List<Last> lasts = new ArrayList<>();
        if (isCounted(connection)) {
            try (PreparedStatement statement = connection.prepareStatement(
                            "select name, max(seq) from sqlite_sequence where typeof(seq) = 'integer' group by name");
                    ResultSet rows = statement.executeQuery()) {
                while (rows.next()) {
                    lasts.add(new Last(rows.getString(1), rows.getLong(2)));
                }
            }
        }
        return lasts;
    }

    /** Moves each table that is there too, never backwards; the copy has no journal when that is done. */
    static void advance(Path copy, List<Last> lasts) throws SQLException {
        if (lasts.isEmpty()) {
            return;
        }
        try (Connection connection = SqliteFile.write(copy)) {
            if (!isCounted(connection)) {
                return;
            }
            Tables.run(connection, "begin immediate");
            for (Last last : lasts) {
                boolean known = change(
                                connection,
                                "update sqlite_sequence set seq = max(coalesce(seq, 0), ?) where name = ?",
                                last)
                        > 0;
                if (!known) {
                    change(
                            connection,
                            "insert into sqlite_sequence (seq, name)"
                                    + " select ?, name from sqlite_schema where type = 'table' and name = ?",
                            last);
                }
            }
            Tables.run(connection, "commit");
        }
    }

    private static boolean isCounted(Connection connection) throws SQLException {
        return Tables.number(connection, "select count(*) from sqlite_schema where name = 'sqlite_sequence'") > 0;
    }

    private static int change(Connection connection, String sql, Last last) throws SQLException {
        try (PreparedStatement statement = connection.prepareStatement(sql)) {
            statement.setLong(1, last.id());
            statement.setString(2, last.table());
            return statement.executeUpdate();
        }
    }
}
