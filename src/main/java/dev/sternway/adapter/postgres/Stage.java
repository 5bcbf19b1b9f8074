package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Tables.Table;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Collectors;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * A temporary table in the live database that rows of a table are laid into, typed as there, until the transaction ends;
 * rows go in as texts, as the server writes and reads them.
 */
final class Stage implements AutoCloseable {
    /** A name that no column of an application has. */
    static final String MARK = "sternway mark";

    private final Connection connection;
    private final String name;
    private final CopyIn copy;

    /** Makes it and opens it for rows; the last value of each row is the mark. */
    Stage(Connection connection, int number, Table table, List<String> columns) throws SQLException {
        this.connection = connection;
        this.name = name(number);
        String all = columns.stream().map(Sql::name).collect(Collectors.joining(", "));
        Sql.run(
                connection,
                "create temporary table " + name + " on commit drop as select " + all + ", ''::text as "
                        + Sql.name(MARK) + " from only " + table.quoted() + " with no data");
        this.copy = connection
                .unwrap(PGConnection.class)
                .getCopyAPI()
                .copyIn("copy " + name + " (" + all + ", " + Sql.name(MARK) + ") from stdin");
    }

    static String name(int number) {
        return "pg_temp.sternway_stage_" + number;
    }

    void row(List<String> values, String mark) {
        String line =
                values.stream().map(Stage::written).collect(Collectors.joining("\t")) + "\t" + written(mark) + "\n";
        byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
        try {
            copy.writeToCopy(bytes, 0, bytes.length);
        } catch (SQLException e) {
            throw new UncheckedIOException(new IOException(e));
        }
    }

    private static String written(String value) {
        return value == null
                ? "\\N"
                : value.replace("\\", "\\\\")
                        .replace("\t", "\\t")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r");
    }

    /** Ends the laying in. */
    @Override
    public void close() throws SQLException {
        if (copy.isActive()) {
            copy.endCopy();
        }
        Sql.run(connection, "analyze " + name);
    }

    /** Gives up laying in. */
    void cancel() {
        try {
            if (copy.isActive()) {
                copy.cancelCopy();
            }
        } catch (SQLException alreadyBroken) {
            // The transaction is rolled back anyway.
        }
    }
}
