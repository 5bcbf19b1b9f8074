package dev.sternway.adapter.postgres;

import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The tables whose rows belong to the application: what {@code pg_dump} would write. */
final class Tables {
    private static final String OWN = """
            from pg_class c join pg_namespace n on n.oid = c.relnamespace
            where c.relkind = 'r' and c.relpersistence <> 't'
              and n.nspname <> 'information_schema' and n.nspname !~ '^pg_'
              and not exists (select from pg_depend d
                              where d.classid = 'pg_class'::regclass and d.objid = c.oid and d.deptype = 'e')
            """;

    private Tables() {}

    /** One table; partitions count, their parents have no rows. */
    record Table(String schema, String name) implements Comparable<Table> {
        String quoted() {
            return Sql.name(schema) + "." + Sql.name(name);
        }

        @Override
        public int compareTo(Table other) {
            return toString().compareTo(other.toString());
        }

        @Override
        public String toString() {
            return schema + "." + name;
        }
    }

    static List<Table> list(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                row -> new Table(row.getString(1), row.getString(2)),
                "select n.nspname, c.relname " + OWN + " order by 1, 2");
    }

    static Map<String, Long> count(Connection connection) throws SQLException {
        Map<String, Long> rows = new TreeMap<>();
        for (Table table : list(connection)) {
            rows.put(table.toString(), count(connection, table));
        }
        return rows;
    }

    static long count(Connection connection, Table table) throws SQLException {
        return Sql.number(connection, "select count(*) from only " + table.quoted());
    }
}
