package dev.sternway.adapter.postgres;

import dev.sternway.adapter.postgres.References.Foreign;
import dev.sternway.adapter.postgres.Tables.Table;
import dev.sternway.port.ErrorCode;
import dev.sternway.port.Refusal;
import dev.sternway.port.RowSalvage.RowShape;
import dev.sternway.port.RowSalvage.Written;
import dev.sternway.port.RowSalvage.WrittenRows;
import java.io.UncheckedIOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** Takes rows out of the live database that a salvage put in, within one transaction of its caller. */
final class SalvageUndo {
    private static final String INSERTED = "i:";
    private static final String UPDATED = "u:";

    private final Connection live;
    private final Map<Table, Rows> tables = new LinkedHashMap<>();

    SalvageUndo(Connection live, List<RowShape> shapes) throws SQLException {
        this.live = live;
        for (RowShape shape : shapes) {
            Table table = Tables.list(live).stream()
                    .filter(each -> each.toString().equals(shape.table()))
                    .findFirst()
                    .orElseThrow(() -> changed("table '" + shape.table() + "' is not there any more"));
            tables.put(table, new Rows(table, tables.size() + 1, shape, new ArrayList<>()));
        }
    }

    /** The rows of one table; what is read of the journal waits here until its table's turn. */
    private record Rows(Table table, int number, RowShape shape, List<Written> written) {
        String stage() {
            return Stage.name(number);
        }

        String mark() {
            return "s." + Sql.name(Stage.MARK);
        }

        String sameKey() {
            return shape.key().stream()
                    .map(column -> "l." + Sql.name(column) + " = s." + Sql.name(column))
                    .collect(Collectors.joining(" and "));
        }
    }

    /** How many rows were taken out or got their values back. */
    long undo(WrittenRows rows) throws SQLException {
        rows.each(written -> tables.values().stream()
                .filter(each -> each.shape().table().equals(written.table()))
                .forEach(each -> each.written().add(written)));
        long undone = 0;
        for (Rows each : tables.values()) {
            stage(each);
            requireUntouched(each);
            undone += each.written().size();
            each.written().clear();
        }
        List<Foreign> foreign = References.all(live);
        List<Table> childrenFirst = new ArrayList<>(References.parentsFirst(tables.keySet(), foreign));
        Collections.reverse(childrenFirst);
        for (Table table : childrenFirst) {
            Rows each = tables.get(table);
            giveBack(each);
            for (Foreign reference : foreign) {
                if (reference.parent().equals(table)) {
                    requireNobodyRefers(each, reference);
                }
            }
            Sql.run(
                    live,
                    "delete from " + table.quoted() + " l using " + each.stage() + " s where " + each.sameKey()
                            + " and " + each.mark() + " like '" + INSERTED + "%'");
        }
        return undone;
    }

    private void stage(Rows each) throws SQLException {
        List<String> columns = each.shape().columns();
        Stage stage = new Stage(live, each.number(), each.table(), columns);
        try {
            for (Written row : each.written()) {
                List<String> values = new ArrayList<>();
                for (int i = 0; i < columns.size(); i++) {
                    int place = each.shape().key().indexOf(columns.get(i));
                    values.add(
                            place >= 0
                                    ? row.key().get(place)
                                    : row.before() == null ? null : row.before().get(i));
                }
                stage.row(values, (row.before() == null ? INSERTED : UPDATED) + row.afterHash());
            }
            stage.close();
        } catch (SQLException | UncheckedIOException e) {
            stage.cancel();
            throw e;
        }
    }

    /** Locks the rows, so that they stay as they were seen. */
    private void requireUntouched(Rows each) throws SQLException {
        String columns = each.shape().columns().stream()
                .map(column -> "l." + Sql.name(column))
                .collect(Collectors.joining(", "));
        Sql.run(
                live,
                "select 1 from " + each.table().quoted() + " l join " + each.stage() + " s on " + each.sameKey()
                        + " for update of l");
        List<String> touched = Sql.list(
                live,
                row -> row.getString(1),
                "select "
                        + each.shape().key().stream()
                                .map(column -> "s." + Sql.name(column) + "::text")
                                .collect(Collectors.joining(" || ', ' || "))
                        + " from " + each.stage() + " s where not exists (select from "
                        + each.table().quoted()
                        + " l where " + each.sameKey() + " and md5(row(" + columns + ")::text) = substr(" + each.mark()
                        + ", 3)) order by 1 limit 6");
        if (!touched.isEmpty()) {
            throw changed("rows of table '" + each.table() + "' were changed since: "
                    + String.join("; ", touched.subList(0, Math.min(5, touched.size())))
                    + (touched.size() > 5 ? " …" : ""));
        }
    }

    private void giveBack(Rows each) throws SQLException {
        List<String> settable = new ArrayList<>(each.shape().columns());
        settable.removeAll(each.shape().key());
        settable.removeAll(Columns.alwaysGiven(live, each.table()));
        if (!settable.isEmpty()) {
            Sql.run(
                    live,
                    "update " + each.table().quoted() + " l set "
                            + settable.stream()
                                    .map(column -> Sql.name(column) + " = s." + Sql.name(column))
                                    .collect(Collectors.joining(", "))
                            + " from " + each.stage() + " s where " + each.sameKey() + " and " + each.mark()
                            + " like '" + UPDATED + "%'");
        }
    }

    /** A foreign key that cascades would take rows away that others wrote since. */
    private void requireNobodyRefers(Rows each, Foreign reference) throws SQLException {
        Table parent = each.table();
        List<String> same = new ArrayList<>();
        for (int i = 0; i < reference.childColumns().size(); i++) {
            same.add("c." + Sql.name(reference.childColumns().get(i)) + " = l."
                    + Sql.name(reference.parentColumns().get(i)));
        }
        // Of the table itself, rows that go with it are no obstacle.
        String others = reference.child().equals(parent)
                ? " and not exists (select from " + each.stage() + " s where "
                        + each.sameKey().replace("l.", "c.") + " and " + each.mark() + " like '" + INSERTED + "%')"
                : "";
        long rows = Sql.number(
                live,
                "select count(*) from " + reference.child().quoted() + " c join " + parent.quoted() + " l on "
                        + String.join(" and ", same) + " where exists (select from " + each.stage() + " s where "
                        + each.sameKey() + " and " + each.mark() + " like '" + INSERTED + "%')" + others);
        if (rows > 0) {
            throw changed(rows + " rows of table '" + reference.child() + "' refer to rows of '" + parent
                    + "' that would be taken out");
        }
    }

    private static Refusal changed(String fact) {
        return new Refusal(
                ErrorCode.SALVAGE_CHANGED_SINCE,
                "the salvage cannot be undone: " + fact,
                "nothing was written; take these rows out by hand, or leave them.");
    }
}
