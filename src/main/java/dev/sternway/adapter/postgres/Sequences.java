package dev.sternway.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Sequences go on where the database that was live stopped, so that a number once given is never given again. */
final class Sequences {
    private Sequences() {}

    /** How far one sequence is; negative steps count down. */
    record Position(String schema, String name, long last, boolean down) {}

    static List<Position> read(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                row -> new Position(row.getString(1), row.getString(2), row.getLong(3), row.getLong(4) < 0),
                "select schemaname, sequencename, last_value, increment_by from pg_sequences"
                        + " where last_value is not null order by 1, 2");
    }

    /** Moves each sequence that is there too, never backwards. */
    static void advance(Connection connection, List<Position> positions) throws SQLException {
        for (Position position : positions) {
            String to = position.down()
                    ? "greatest(least(coalesce(last_value, ?), ?), min_value)"
                    : "least(greatest(coalesce(last_value, ?), ?), max_value)";
            Sql.list(
                    connection,
                    row -> row.getLong(1),
                    "select setval(format('%I.%I', schemaname, sequencename)::regclass, " + to + ", true)"
                            + " from pg_sequences where schemaname = ? and sequencename = ?",
                    position.last(),
                    position.last(),
                    position.schema(),
                    position.name());
        }
    }
}
