package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.Tables.Table;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Foreign keys and unique indexes of a database, as far as rows that are put in or taken out meet them. */
final class References {
    private static final String FOREIGN = "select cn.nspname, c.relname, pn.nspname, p.relname,"
            + " array(select attname::text from unnest(k.conkey) with ordinality u(num, pos)"
            + "   join pg_attribute a on a.attrelid = k.conrelid and a.attnum = u.num order by pos),"
            + " array(select attname::text from unnest(k.confkey) with ordinality u(num, pos)"
            + "   join pg_attribute a on a.attrelid = k.confrelid and a.attnum = u.num order by pos)"
            + " from pg_constraint k join pg_class c on c.oid = k.conrelid join pg_namespace cn on cn.oid = c.relnamespace"
            + " join pg_class p on p.oid = k.confrelid join pg_namespace pn on pn.oid = p.relnamespace"
            + " where k.contype = 'f' and c.relkind = 'r' order by 1, 2, k.conname";

    private static final String UNIQUE =
            "select array(select a.attname::text from unnest(i.indkey) with ordinality u(num, pos)"
                    + " join pg_attribute a on a.attrelid = i.indrelid and a.attnum = u.num where pos <= i.indnkeyatts order by pos)"
                    + " from pg_index i where i.indrelid = ?::regclass and i.indisunique and not i.indisprimary and i.indisvalid"
                    + " and i.indpred is null and i.indexprs is null order by i.indexrelid";

    private References() {}

    /** The child's columns refer to the parent's. */
    record Foreign(Table child, Table parent, List<String> childColumns, List<String> parentColumns) {}

    static List<Foreign> all(Connection connection) throws SQLException {
        return Sql.list(
                connection,
                row -> new Foreign(
                        new Table(row.getString(1), row.getString(2)),
                        new Table(row.getString(3), row.getString(4)),
                        Arrays.asList((String[]) row.getArray(5).getArray()),
                        Arrays.asList((String[]) row.getArray(6).getArray())),
                FOREIGN);
    }

    /** The columns of each unique index beside the primary key; those with conditions or expressions are not known. */
    static List<List<String>> unique(Connection connection, Table table) throws SQLException {
        return Sql.list(
                connection, row -> Arrays.asList((String[]) row.getArray(1).getArray()), UNIQUE, table.quoted());
    }

    /** Parents before their children; tables that refer to each other in a circle come as they are. */
    static List<Table> parentsFirst(Set<Table> tables, List<Foreign> foreign) {
        Set<Table> ordered = new LinkedHashSet<>();
        List<Table> left = new ArrayList<>(tables);
        while (!left.isEmpty()) {
            List<Table> free = left.stream()
                    .filter(table -> foreign.stream()
                            .filter(each ->
                                    each.child().equals(table) && !each.parent().equals(table))
                            .allMatch(each -> !left.contains(each.parent())))
                    .toList();
            List<Table> next = free.isEmpty() ? List.copyOf(left) : free;
            ordered.addAll(next);
            left.removeAll(next);
        }
        return List.copyOf(ordered);
    }
}
