package dev.sternway.adapter.postgres;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.sternway.port.DataStore.Aside;
import dev.sternway.port.DataStore.Stage;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** The databases of a server by name, and the marks that Sternway leaves on those it made, as their comments. */
final class Databases {
    private static final ObjectMapper JSON = new ObjectMapper();
    private static final String PREFIX = "sternway ";

    private static final String SELECT =
            "select datname, oid, datallowconn, shobj_description(oid, 'pg_database') from pg_database";
    private static final Sql.Row<Found> FOUND =
            row -> new Found(row.getString(1), row.getString(2), row.getBoolean(3), row.getString(4));

    private Databases() {}

    /**
     * What stands under a name.
     *
     * @param open false when nobody may connect
     * @param comment as it is, mark or not
     */
    record Found(String name, String oid, boolean open, String comment) {
        Mark mark() {
            return Mark.of(comment);
        }

        boolean isAt(Stage stage) {
            Mark mark = mark();
            return mark != null && mark.stage() == stage;
        }

        Aside aside() {
            Mark mark = mark();
            return mark == null
                    ? new Aside(Stage.UNKNOWN, oid, null, null)
                    : new Aside(mark.stage(), oid, mark.backup(), mark.replacedBy());
        }
    }

    /**
     * How far a database is.
     *
     * @param comment what its owner had written, put back when it goes live again
     */
    record Mark(Stage stage, String backup, String replacedBy, String comment) {
        static Mark of(String comment) {
            if (comment == null || !comment.startsWith(PREFIX)) {
                return null;
            }
            try {
                return JSON.readValue(comment.substring(PREFIX.length()), Mark.class);
            } catch (JsonProcessingException notOurs) {
                return null;
            }
        }

        String text() {
            try {
                return PREFIX + JSON.writeValueAsString(this);
            } catch (JsonProcessingException e) {
                throw new IllegalStateException(e);
            }
        }
    }

    static Optional<Found> find(Connection connection, String name) throws SQLException {
        return Sql.first(connection, FOUND, SELECT + " where datname = ?", name);
    }

    static List<Found> all(Connection connection) throws SQLException {
        return Sql.list(connection, FOUND, SELECT + " order by 1");
    }

    static void comment(Connection connection, String name, String comment) throws SQLException {
        Sql.run(connection, "comment on database " + Sql.name(name) + " is " + Sql.text(comment));
    }

    static void open(Connection connection, String name, boolean open) throws SQLException {
        Sql.run(connection, "alter database " + Sql.name(name) + " allow_connections " + open);
    }

    /** Ends what is connected to a database, and tells how many still are; a client may be back at once while it is open. */
    static long endSessions(Connection connection, String oid) throws SQLException {
        return Sql.list(
                        connection,
                        row -> row.getInt(1),
                        "select pid, pg_terminate_backend(pid) from pg_stat_activity"
                                + " where datid = ?::oid and pid <> pg_backend_pid()",
                        oid)
                .size();
    }

    /** Removes a database with everybody in it, unless another one stands under the name by now. */
    static void drop(Connection connection, Found found) throws SQLException {
        if (find(connection, found.name())
                .filter(each -> each.oid().equals(found.oid()))
                .isEmpty()) {
            return;
        }
        open(connection, found.name(), false);
        endSessions(connection, found.oid());
        Sql.run(connection, "drop database if exists " + Sql.name(found.name()) + " with (force)");
    }
}
